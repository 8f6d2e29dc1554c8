namespace Zonix.Conformance.Tests;

/// <summary>Programs at the terminal of <c>zonix run -it</c>, typed at in tmux, show what they show natively.</summary>
public sealed class TerminalTests
{
    /// <summary>The same script in a zone is among the commands.</summary>
    [Fact]
    public void Screens_are_as_natively() => Compare("terminals/screens", "screens.sh", "tmux");

    [Fact]
    public void Top_and_htop_are_as_natively()
    {
        Assert.SkipUnless(Environment.UserName == "root", "natively, it takes root to have a space of processes of one's own");
        Compare("terminals/monitors", "monitors.sh", "tmux", "top");
    }

    [Fact]
    public void The_terminal_is_put_back_when_the_program_is_killed()
    {
        const string Name = "terminals/killed";
        string script = Find(Name, "killed.sh", "tmux");
        Outcome outcome = ProgramRun.Start([Prerequisites.Find("bash")!, script, Suite.Zonix], Path.GetTempPath(), TimeSpan.FromSeconds(60));
        Assert.Equal("other settings while it runs\nthe same settings afterwards\n", System.Text.Encoding.UTF8.GetString(outcome.Output));
    }

    private static void Compare(string name, string file, params string[] needs)
    {
        string script = Find(name, file, needs), bash = Prerequisites.Find("bash")!;
        var directives = new Directives();
        directives.Take("timeout", "240");
        Comparison.Demand(name, [bash, script], directives, [bash, script, Suite.Zonix, "run", "-it", "host", "--"]);
    }

    private static string Find(string name, string file, params string[] needs)
    {
        Assert.SkipUnless(Suite.IsWanted(name), "not asked for");
        string? missing = needs.Append("bash").Select(Prerequisites.Missing).FirstOrDefault(one => one is not null);
        Assert.SkipWhen(missing is not null, missing ?? "");
        return Path.Combine(Suite.Folder, "commands", file);
    }
}

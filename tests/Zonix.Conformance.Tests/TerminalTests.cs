namespace Zonix.Conformance.Tests;

/// <summary>
/// Programs at the terminal of <c>zonix run -it</c>, typed at in tmux, show what they show natively. The same script in a zone is
/// among the commands.
/// </summary>
public sealed class TerminalTests
{
    [Fact]
    public void Screens_are_as_natively()
    {
        const string Name = "terminals/screens";
        Assert.SkipUnless(Suite.IsWanted(Name), "not asked for");
        string? missing = Prerequisites.Missing("tmux") ?? Prerequisites.Missing("bash");
        Assert.SkipWhen(missing is not null, missing ?? "");
        string script = Path.Combine(Suite.Folder, "commands", "screens.sh"), bash = Prerequisites.Find("bash")!;
        var directives = new Directives();
        directives.Take("timeout", "240");
        Comparison.Demand(Name, [bash, script], directives, [bash, script, Suite.Zonix, "run", "-it", "host", "--"]);
    }
}

namespace Zonix.Conformance.Tests;

/// <summary>
/// Programs at the terminal of <c>zonix run -it</c>, typed at in tmux, show what they show natively. The same script in a zone is
/// among the commands.
/// </summary>
public sealed class TerminalTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public void Screens_are_as_natively()
    {
        Assert.SkipUnless(Suite.IsWanted("terminals/screens"), "not asked for");
        string? missing = Prerequisites.Missing("tmux") ?? Prerequisites.Missing("bash");
        Assert.SkipWhen(missing is not null, missing ?? "");
        string script = Path.Combine(Suite.Folder, "commands", "screens.sh"), bash = Prerequisites.Find("bash")!;
        string folder = Directory.CreateTempSubdirectory("zonix-screens-").FullName;
        try
        {
            Outcome native = ProgramRun.Start([bash, script], folder, Limit);
            Outcome zone = ProgramRun.Start([bash, script, Suite.Zonix, "run", "-it", "host", "--"], folder, Limit);
            Assert.False(native.TimedOut);
            Assert.Equal(System.Text.Encoding.UTF8.GetString(native.Output), System.Text.Encoding.UTF8.GetString(zone.Output));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

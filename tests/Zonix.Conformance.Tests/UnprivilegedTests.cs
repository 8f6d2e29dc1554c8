namespace Zonix.Conformance.Tests;

/// <summary>What a machine can do that runs as a user without rights.</summary>
public sealed class UnprivilegedTests
{
    /// <summary>A zone's root works in a folder of the host that belongs to the machine's user, as root does natively in its own.</summary>
    [Fact]
    public void A_folder_of_the_host_is_written_as_natively()
    {
        const string Name = "files/unprivileged";
        Assert.SkipUnless(Suite.IsWanted(Name), "not asked for");
        Assert.SkipUnless(Environment.UserName == "root", "it takes root to become another user");
        string? missing = Prerequisites.Missing("setpriv") ?? Prerequisites.Missing("/usr/bin/python3");
        Assert.SkipWhen(missing is not null, missing ?? "");
        string script = Path.Combine(Suite.Folder, "commands", "unprivileged.sh"), bash = Prerequisites.Find("bash")!;
        var directives = new Directives();
        Comparison.Demand(Name, [bash, script], directives, [bash, script, Suite.Zonix]);
    }
}

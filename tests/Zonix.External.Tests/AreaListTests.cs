using Zonix.External.Ltp;

namespace Zonix.External.Tests;

/// <summary>Tests go to the first area that names them, and excluded ones to none.</summary>
public sealed class AreaListTests : IDisposable
{
    private readonly string install = Directory.CreateTempSubdirectory("zonix-areas").FullName;

    public void Dispose() => Directory.Delete(install, recursive: true);

    [Fact]
    public void First_area_that_names_a_test_gets_it()
    {
        Directory.CreateDirectory(Path.Combine(install, "runtest"));
        File.WriteAllText(Path.Combine(install, "runtest", "syscalls"), "#DESCRIPTION:x\nfork01 fork01\n\nsignal01\tsignal01 -n 3\nsignalfd01 signalfd01\nreboot01 reboot01\n");
        AreaList areas = AreaList.Read("""
            # comment
            [not run]
            reboot0[1-3] restarts the machine

            [signals] syscalls
            signal[0-9]*
            [other] syscalls
            *
            """.Split('\n'));

        Assert.Equal(
            [new LtpTest("signal01", "signal01 -n 3", "signals"), new LtpTest("fork01", "fork01", "other"), new LtpTest("signalfd01", "signalfd01", "other")],
            areas.Select(install));
        Assert.Equal([("reboot0[1-3]", "restarts the machine")], areas.Excluded);
    }

    [Fact]
    public void Own_list_can_be_read()
    {
        string? root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root!, "Zonix.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        AreaList areas = AreaList.Read(File.ReadLines(Path.Combine(root!, "conformance", "external", "ltp", "areas.txt")));
        Assert.Superset(new HashSet<string> { "process", "signals", "memory", "futex", "ipc", "sched", "time" }, areas.Names.ToHashSet());
        Assert.All(areas.Excluded, entry => Assert.NotEmpty(entry.Reason));
    }

    [Theory]
    [InlineData("fork*", "fork01", true)]
    [InlineData("fork*", "vfork01", false)]
    [InlineData("clock_settime0[1-3]", "clock_settime03", true)]
    [InlineData("clock_settime0[1-3]", "clock_settime04", false)]
    [InlineData("x[ad-f]y?", "xey1", true)]
    [InlineData("x[ad-f]y?", "xby1", false)]
    public void Globs(string glob, string name, bool fits) => Assert.Equal(fits, Glob.Matches(glob, name));
}

using System.Diagnostics;
using Zonix.Zones.Tests;

namespace Zonix.Tests;

/// <summary>What untrusted code cannot do, and what is kept of zones.</summary>
public sealed class LimitTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [Fact]
    public async Task Killing_a_program_kills_all_that_descends_from_it()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host");
        await using RunningProgram other = await zone.StartAsync("sleep", ["1000"], cancellation: Patience);

        // A child in a session of its own whose parent has ended, and its child.
        RunResult result = await zone.RunAsync(
            "sh", ["-c", "setsid sh -c 'sleep 4711 & sleep 4711' </dev/null >/dev/null 2>&1 & sleep 1000"], new RunOptions { Timeout = TimeSpan.FromSeconds(3) }, Patience);

        Assert.True(result.TimedOut);
        RunResult left = await zone.RunAsync("sh", ["-c", "grep -lx 'sleep.4711.' -a /proc/[0-9]*/cmdline 2>/dev/null; for p in /proc/[0-9]*; do read -r c < $p/comm; echo $c; done"], cancellation: Patience);
        Assert.DoesNotContain("/proc/", left.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(2, left.StandardOutput.Split('\n').Count(line => line == "sleep"));
    }

    [Fact]
    public async Task Memory_processes_and_time_are_limited()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host", new ZoneSettings { Memory = 64 << 20, Processes = 8, Cpus = 0.5 });

        RunResult memory = await zone.RunAsync("sh", ["-c", "x=1234567890123456; while :; do x=$x$x; done"], cancellation: Patience);
        Assert.Equal(137, memory.ExitCode);
        RunResult forks = await zone.RunAsync("sh", ["-c", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 3 & done; wait"], cancellation: Patience);
        Assert.NotEqual(0, forks.ExitCode);
        var watch = Stopwatch.StartNew();
        RunResult busy = await zone.RunAsync("sh", ["-c", "while :; do :; done"], new RunOptions { Timeout = TimeSpan.FromMilliseconds(500) }, Patience);
        Assert.True(busy.TimedOut);
        Assert.InRange(watch.ElapsedMilliseconds, 400, 60_000);
        Assert.Equal(0, (await zone.RunAsync("true", cancellation: Patience)).ExitCode);
    }

    [Fact]
    public async Task A_network_is_there_for_those_who_ask()
    {
        if (SmallImage.Pack() is not { } archive)
        {
            Assert.Skip("the host has no ldd");
            return;
        }

        await using var machine = await ZonixMachine.OpenAsync();
        await machine.ImportImageAsync("small", archive, Patience);
        await using Zone fenced = await machine.CreateAsync("small", cancellation: Patience);
        await using Zone open = await machine.CreateAsync("small", new ZoneSettings { Network = "bridge", NetworkDeny = ["host"] }, Patience);
        const string Interfaces = "while IFS=: read -r a b; do case $a in *eth0) echo eth0;; esac; done < /proc/net/dev";
        Assert.Equal("", (await fenced.RunAsync("sh", ["-c", Interfaces], cancellation: Patience)).StandardOutput);
        Assert.Equal("eth0\n", (await open.RunAsync("sh", ["-c", Interfaces], cancellation: Patience)).StandardOutput);
        await Assert.ThrowsAnyAsync<Exception>(() => machine.CreateAsync("small", new ZoneSettings { Network = "nonesuch" }, Patience));
    }

    [Fact]
    public async Task A_zone_of_an_image_is_kept_cloned_and_rolled_back()
    {
        if (SmallImage.Pack() is not { } archive)
        {
            Assert.Skip("the host has no ldd");
            return;
        }

        await using var machine = await ZonixMachine.OpenAsync();
        await machine.ImportImageAsync("small", archive, Patience);
        await using Zone zone = await machine.CreateAsync("small", cancellation: Patience);
        await zone.WriteFileAsync("/srv/x", "old", cancellation: Patience);
        await zone.SnapshotAsync("one", Patience);
        await zone.WriteFileAsync("/srv/x", "new", cancellation: Patience);
        await using Zone twin = await zone.CloneAsync(cancellation: Patience), older = await zone.CloneAsync("one", "older", Patience);
        Assert.Equal("new"u8.ToArray(), await twin.ReadFileAsync("/srv/x", Patience));
        Assert.Equal("old"u8.ToArray(), await older.ReadFileAsync("/srv/x", Patience));
        Assert.Equal("older", older.Name);
        await twin.DisposeAsync();
        await zone.RollbackAsync("one", Patience);
        Assert.Equal("old", (await zone.RunAsync("cat", ["/srv/x"], cancellation: Patience)).StandardOutput);
        await Assert.ThrowsAsync<ZonixException>(() => zone.RollbackAsync("two"));
        await Assert.ThrowsAsync<ZonixException>(() => machine.ImportImageAsync("x", new MemoryStream([1, 2, 3])));
    }

    [Fact]
    public async Task The_sample_runs_code_and_stops_what_takes_too_long()
    {
        Assert.Equal((0, "exit code 3\nhi\n"), await SampleAsync("sh", "echo hi; exit 3"));
        (int code, string output) = await SampleAsync("sh", "while :; do :; done");
        Assert.Equal((0, "exit code 137, time is up\n"), (code, output));
        Assert.Equal(2, (await SampleAsync("ruby", "1")).Code);
    }

    private static async Task<(int Code, string Output)> SampleAsync(params string[] words)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "UntrustedCode.dll");
        using Process sample = Process.Start(new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [program, .. words])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await sample.StandardOutput.ReadToEndAsync(Patience);
        await sample.WaitForExitAsync(Patience);
        return (sample.ExitCode, output);
    }
}

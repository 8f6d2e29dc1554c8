using System.Text;
using Zonix.Abi;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;
using Zonix.Zones.Logs;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Tests.Life;

/// <summary>What zones live through: starts, ends, signals, further programs, restarts, and the end of the machine.</summary>
public sealed class ZoneLifeTests
{
    [Fact]
    public async Task A_program_runs_and_its_end_is_known()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.CreateAsync("echo out; echo err >&2; exit 7");
        Assert.Equal(ZoneState.Installed, zone.Record.State);
        Assert.Equal("created", zone.DockerState);
        var seen = new Recorder();
        Assert.True(zone.Console.Attach(seen));
        Task<int> end = zone.WaitNextExitAsync();
        Assert.True(await zone.StartAsync());
        Assert.Equal(7, await end.WaitAsync(Workbench.Patience));
        await seen.Done;
        Assert.Equal(("out\n", "err\n"), (seen.Output, seen.Error));
        Assert.Equal(ZoneState.Down, zone.Record.State);
        Assert.Equal("exited", zone.DockerState);
        List<LogEntry> log = await ReadAsync(zone, new LogQuery());
        Assert.Contains(log, entry => entry is { Kind: OutputKind.Output, Text: "out\n" });
        Assert.Contains(log, entry => entry is { Kind: OutputKind.Error, Text: "err\n" });
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_and_remembered()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.Machine.Zones.CreateAsync(new ZoneConfiguration { Image = "host", Init = new ZoneInit { Cmd = ["/no/such"] } });
        ZoneException e = await Assert.ThrowsAsync<ZoneException>(() => zone.StartAsync());
        Assert.Equal(ZoneError.CommandNotFound, e.Error);
        Assert.Equal(127, zone.Record.ExitCode);
        Assert.Contains("/no/such", zone.Record.Error, StringComparison.Ordinal);
        Assert.Equal(127, await zone.WaitStoppedAsync().WaitAsync(Workbench.Patience));
    }

    [Fact]
    public async Task A_stop_asks_first_and_kills_then()
    {
        await using var bench = new Workbench();
        var polite = new Recorder();
        ZoneLife zone = await bench.CreateAsync("trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done");
        zone.Console.Attach(polite);
        await zone.StartAsync();
        await polite.UntilAsync("up");
        Assert.True(await zone.StopAsync(Workbench.Patience));
        Assert.Equal(5, zone.Record.ExitCode);

        var deaf = new Recorder();
        ZoneLife other = await bench.CreateAsync("trap '' TERM; echo up; while :; do sleep 0.05; done");
        other.Console.Attach(deaf);
        await other.StartAsync();
        await deaf.UntilAsync("up");
        Assert.True(await other.StopAsync(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(137, other.Record.ExitCode);
        Assert.False(await other.StopAsync());
    }

    [Theory]
    [InlineData(0x4321FEDC, 130)]
    [InlineData(0xCDEF0123, 130)]
    public async Task Its_processes_can_power_it_off(uint command, int code)
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.StartAsync($"echo up; perl -e 'syscall(169, 0xfee1dead, 672274793, {command}, 0)'; echo still here; exec sleep 1000");
        Assert.Equal(code, await zone.WaitStoppedAsync().WaitAsync(Workbench.Patience));
        Assert.Equal(0, zone.Record.RestartCount);
    }

    [Fact]
    public async Task Its_processes_can_reboot_it()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.StartAsync("echo up; perl -e 'syscall(169, 0xfee1dead, 85072278, 0x01234567, 0)'; exec sleep 1000");
        while (zone.Record.RestartCount == 0)
            Assert.Equal(129, await zone.WaitNextExitAsync().WaitAsync(Workbench.Patience));
        await zone.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Its_end_is_the_end_of_all_its_processes_and_nothing_is_left()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.StartAsync("(trap '' TERM HUP; sleep 1000) & sleep 1000 & echo up; read x < /dev/zero & sleep 0.1; exit 3");
        Zone kernel = zone.Kernel!;
        Assert.Equal(3, await zone.WaitStoppedAsync().WaitAsync(Workbench.Patience));
        Assert.Empty(kernel.Pids.Processes.Snapshot());
        Assert.Empty(kernel.Memory.Spaces);
    }

    [Fact]
    public async Task Further_programs_have_their_own_ends()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.StartAsync("exec sleep 1000");
        (int code, string text) = await ExecAsync(zone, new ZoneInit { Cmd = ["/bin/sh", "-c", "echo $$ $PPID $X; cat; exit 4"], Env = ["X=y"], OpenStdin = true }, "typed");
        Assert.Equal(4, code);
        Assert.EndsWith(" 0 y\ntyped", text, StringComparison.Ordinal);

        // Nobody in the zone is left to wait for it.
        Assert.Single(zone.Processes);
        (_, text) = await ExecAsync(zone, new ZoneInit { Cmd = ["/bin/sh", "-c", "tty; stty size"], Tty = true }, null, new WindowSize(30, 100, 0, 0));
        Assert.Equal("/dev/pts/0\r\n30 100\r\n", text);
        Assert.Throws<ZoneException>(() => zone.CreateExec(new ZoneInit()));
        ZoneException e = Assert.Throws<ZoneException>(() => { _ = zone.StartExec(zone.CreateExec(new ZoneInit { Cmd = ["nonexistent"] })); });
        Assert.Equal(ZoneError.CommandNotFound, e.Error);
    }

    [Fact]
    public async Task Who_starts_children_that_hold_its_output_is_not_waited_for()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.StartAsync("exec sleep 1000");
        (int code, string text) = await ExecAsync(zone, new ZoneInit { Cmd = ["/bin/sh", "-c", "sleep 1000 & echo hi"] }, null);
        Assert.Equal((0, "hi\n"), (code, text));
    }

    [Fact]
    public async Task A_paused_zone_does_nothing_and_dies_at_once()
    {
        await using var bench = new Workbench();
        var seen = new Recorder();
        ZoneLife zone = await bench.CreateAsync("while :; do echo tick; sleep 0.01; done");
        zone.Console.Attach(seen);
        await zone.StartAsync();
        await seen.UntilAsync("tick");
        zone.Pause();
        Assert.Equal("paused", zone.DockerState);
        Assert.Throws<ZoneException>(() => zone.CreateExec(new ZoneInit { Cmd = ["true"] }));
        zone.Unpause();
        zone.Pause();
        zone.Kill(Signal.SIGKILL);
        Assert.Equal(137, await zone.WaitStoppedAsync().WaitAsync(Workbench.Patience));
    }

    [Fact]
    public async Task Names_and_kernel_versions_act()
    {
        await using var bench = new Workbench();
        var seen = new Recorder();
        ZoneLife zone = await bench.CreateAsync(
            "uname -nr; cat /proc/sys/kernel/hostname /proc/sys/kernel/osrelease; cut -d' ' -f3 /proc/version",
            new ZoneConfiguration { Hostname = "web.example", KernelVersion = "5.15.7-lx" });
        zone.Console.Attach(seen);
        await zone.StartAsync();
        await seen.Done;
        Assert.Equal("web.example 5.15.7-lx\nweb.example\n5.15.7-lx\n5.15.7-lx\n", seen.Output);
    }

    [Fact]
    public async Task Policies_of_restarts_hold()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.CreateAsync(
            "exit 9", new ZoneConfiguration { RestartPolicy = new RestartPolicy { Name = "on-failure", MaximumRetryCount = 2 } });
        await zone.StartAsync();
        while (zone.Record.RestartCount < 2 || zone.IsRunning || zone.IsRestarting)
            await zone.WaitStoppedAsync().WaitAsync(Workbench.Patience);
        Assert.Equal((2, 9, "exited"), (zone.Record.RestartCount, zone.Record.ExitCode, zone.DockerState));
    }

    [Fact]
    public async Task A_zone_that_ran_when_the_machine_died_is_down_and_booted_again_when_it_wants_to()
    {
        await using var bench = new Workbench();
        await bench.StartAsync("sleep 1000", new ZoneConfiguration { Alias = "auto", Autoboot = true });
        await bench.StartAsync("sleep 1000", new ZoneConfiguration { Alias = "plain" });
        string state = Path.Combine(bench.Paths.Zones, $"{bench.Machine.Zones.Find("plain").Configuration.Uuid}.state");
        byte[] asRunning = File.ReadAllBytes(state);
        await bench.Machine.DisposeAsync();

        // As if it had been killed: what is in the files says that it runs.
        File.WriteAllBytes(state, asRunning);
        await bench.ReopenAsync();
        ZoneLife plain = bench.Machine.Zones.Find("plain"), auto = bench.Machine.Zones.Find("auto");
        Assert.Equal(ZoneState.Down, plain.Record.State);
        Assert.Contains("the machine ended", plain.Record.Error, StringComparison.Ordinal);
        await bench.Machine.Zones.BootAsync();
        Assert.True(auto.IsRunning);
        Assert.False(plain.IsRunning);
    }

    [Fact]
    public async Task Removal_takes_all_files()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.StartAsync("echo x; sleep 1000", new ZoneConfiguration { Alias = "gone" });
        await Assert.ThrowsAsync<ZoneException>(() => zone.RemoveAsync(force: false));
        await zone.RemoveAsync(force: true);
        Assert.Empty(Directory.GetFiles(bench.Paths.Zones));
        ZoneException e = Assert.Throws<ZoneException>(() => bench.Machine.Zones.Find("gone"));
        Assert.Equal(ZoneError.NotFound, e.Error);
        await Assert.ThrowsAsync<ZoneException>(() => zone.StartAsync());
    }

    [Fact]
    public async Task A_name_is_given_once_and_any_beginning_of_an_identity_will_do()
    {
        await using var bench = new Workbench();
        ZoneLife zone = await bench.CreateAsync("true", new ZoneConfiguration { Alias = "one" });
        await Assert.ThrowsAsync<ZoneException>(() => bench.CreateAsync("true", new ZoneConfiguration { Alias = "one" }));
        Assert.Same(zone, bench.Machine.Zones.Find(zone.Id[..6]));
        Assert.Same(zone, bench.Machine.Zones.Find(zone.Configuration.Uuid.ToString()));
        await zone.UpdateAsync(old => old with { Alias = "two" });
        Assert.Same(zone, bench.Machine.Zones.Find("/two"));
        Assert.Throws<ZoneException>(() => bench.Machine.Zones.Find("one"));
    }

    [Fact]
    public async Task Users_are_those_of_the_zone()
    {
        await using var bench = new Workbench();
        var seen = new Recorder();
        ZoneLife zone = await bench.CreateAsync("id -u; id -g; echo $HOME", new ZoneConfiguration { Init = new ZoneInit { User = "nobody" } });
        zone.Console.Attach(seen);
        await zone.StartAsync();
        await seen.Done;
        Assert.StartsWith("65534\n65534\n/", seen.Output, StringComparison.Ordinal);
        ZoneLife other = await bench.CreateAsync("true", new ZoneConfiguration { Init = new ZoneInit { User = "nobody-knows-him" } });
        Assert.Contains("nobody-knows-him", (await Assert.ThrowsAsync<ZoneException>(() => other.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_is_one_process_s_alone()
    {
        await using var bench = new Workbench();
        Assert.Equal(Environment.ProcessId, LocalMachine.Holder(bench.Paths));
        IOException e = Assert.Throws<IOException>(() => LocalMachine.Open(bench.Paths, _ => { }));
        Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
    }

    internal static async Task<(int Code, string Output)> ExecAsync(ZoneLife zone, ZoneInit program, string? input, WindowSize size = default)
    {
        ZoneExec exec = zone.CreateExec(program);
        var seen = new Recorder();
        exec.Console.Attach(seen);
        Task end = zone.StartExec(exec, size);
        if (input is not null)
        {
            await exec.Console.WriteInputAsync(Encoding.UTF8.GetBytes(input), default);
            await exec.Console.CloseInputAsync(default);
        }

        await end.WaitAsync(Workbench.Patience);
        await seen.Done;
        return (exec.ExitCode!.Value, seen.Output);
    }

    private static async Task<List<LogEntry>> ReadAsync(ZoneLife zone, LogQuery query)
    {
        var entries = new List<LogEntry>();
        await foreach (LogEntry entry in zone.ReadLogAsync(query))
            entries.Add(entry);
        return entries;
    }
}

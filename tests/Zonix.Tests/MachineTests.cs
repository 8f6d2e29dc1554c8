namespace Zonix.Tests;

/// <summary>The library as its users see it, over the host's own tree.</summary>
public sealed class MachineTests
{
    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task A_program_gives_its_outputs_and_exit_code()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host", new ZoneSettings { Environment = new Dictionary<string, string> { ["A"] = "zone" } });
        var options = new RunOptions { Input = "in"u8.ToArray(), WorkingDirectory = "/tmp", Environment = new Dictionary<string, string> { ["B"] = "run" } };

        RunResult result = await zone.RunAsync("sh", ["-c", "cat; echo \" $A $B $PWD\"; echo oops >&2; exit 3"], options, Patience);

        Assert.Equal(new RunResult(3, "in zone run /tmp\n", "oops\n", TimedOut: false, IsTruncated: false), result);
    }

    [Fact]
    public async Task Time_ends_a_program_and_its_children()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host");

        RunResult result = await zone.RunAsync("sh", ["-c", "echo begun; sleep 1000 & wait"], new RunOptions { Timeout = TimeSpan.FromSeconds(1) }, Patience);

        Assert.True(result.TimedOut);
        Assert.Equal((137, "begun\n"), (result.ExitCode, result.StandardOutput));
    }

    [Fact]
    public async Task Cancelling_kills_the_program()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => zone.RunAsync("sleep", ["1000"], cancellation: cancellation.Token));

        Assert.Equal(0, (await zone.RunAsync("true", cancellation: Patience)).ExitCode);
    }

    [Fact]
    public async Task Streams_carry_a_conversation()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host");
        await using RunningProgram program = await zone.StartAsync("sh", ["-c", "while read x; do echo \"<$x>\"; done"], cancellation: Patience);
        using var answers = new StreamReader(program.StandardOutput);

        await program.StandardInput.WriteAsync("one\n"u8.ToArray(), Patience);
        Assert.Equal("<one>", await answers.ReadLineAsync(Patience));
        await program.StandardInput.DisposeAsync();
        Assert.Equal(0, await program.WaitAsync(Patience));
        Assert.Null(await answers.ReadLineAsync(Patience));
    }

    [Fact]
    public async Task Files_go_in_and_out_and_the_host_does_not_see_them()
    {
        string name = "/tmp/zonix-library-" + Guid.NewGuid().ToString("N");
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host");

        await zone.WriteFileAsync(name + "/in", "a longer text", cancellation: Patience);
        await zone.WriteFileAsync(name + "/in", "text", cancellation: Patience);
        RunResult result = await zone.RunAsync("sh", ["-c", $"tr a-z A-Z <{name}/in >{name}/out"], cancellation: Patience);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("TEXT"u8.ToArray(), await zone.ReadFileAsync(name + "/out", Patience));
        Assert.False(Directory.Exists(name));
        Assert.Contains("No such file", (await Assert.ThrowsAsync<ZonixException>(() => zone.ReadFileAsync(name + "/none", Patience))).Message);
    }

    [Fact]
    public async Task Two_machines_are_open_side_by_side()
    {
        await using var first = await ZonixMachine.OpenAsync();
        await using var second = await ZonixMachine.OpenAsync();
        await using Zone one = await first.CreateAsync("host", new ZoneSettings { HostName = "one" });
        await using Zone two = await second.CreateAsync("host", new ZoneSettings { HostName = "two" });

        RunResult[] results = await Task.WhenAll(one.RunAsync("uname", ["-n"], cancellation: Patience), two.RunAsync("uname", ["-n"], cancellation: Patience));

        Assert.Equal(["one\n", "two\n"], results.Select(result => result.StandardOutput));
    }

    [Fact]
    public async Task What_cannot_be_done_says_why()
    {
        await using var machine = await ZonixMachine.OpenAsync();
        await using Zone zone = await machine.CreateAsync("host");

        Assert.Contains("no-such-program", (await Assert.ThrowsAsync<ZonixException>(() => zone.RunAsync("no-such-program"))).Message);
        Assert.Contains("images", (await Assert.ThrowsAsync<ZonixException>(() => zone.SnapshotAsync("s"))).Message);
        Assert.Contains("/no/such/tree", (await Assert.ThrowsAsync<ZonixException>(() => machine.CreateAsync("/no/such/tree"))).Message);
    }
}

using Zonix.External.Running;
using Zonix.External.Stress;

namespace Zonix.External.Tests;

/// <summary>What stress-ng prints is read.</summary>
public sealed class StressOutputTests
{
    private const string Metrics = """
        stress-ng: info:  [14439] dispatching hogs: 1 sigq
        stress-ng: metrc: [14439] stressor       bogo ops real time  usr time  sys time   bogo ops/s     bogo ops/s CPU used per       RSS Max
        stress-ng: metrc: [14439] sigq             277339      1.00      0.09      0.84    276942.30      298643.32        92.73          2404
        stress-ng: metrc: [18225] sigq             24134.13 nanosecs per call (geometic mean of 1 instances)
        processes left: 2

        """;

    [Fact]
    public void Rate_and_what_is_left()
    {
        StressRun run = StressOutput.Read("sigq", Runs.Of(Metrics));
        Assert.Equal(StressOutcome.Passed, run.Outcome);
        Assert.Equal(276942.30, run.OperationsPerSecond);
        Assert.Equal(2, run.Left);
        Assert.Null(run.GrowthKiB);
    }

    [Fact]
    public void Memory_that_grows_shows()
    {
        long[] samples = [.. Enumerable.Range(0, 16).Select(i => 1000L + (i * 10))];
        StressRun run = StressOutput.Read("sigq", new ProgramResult(Metrics, "", 0, false, TimeSpan.FromSeconds(4), samples));
        Assert.Equal(80, run.GrowthKiB);
        Assert.Equal(1150, run.PeakKiB);
    }

    [Fact]
    public void Bad_ends()
    {
        Assert.Equal(StressOutcome.Hung, StressOutput.Read("sigq", Runs.Of(Metrics, timedOut: true)).Outcome);
        Assert.Equal(StressOutcome.Crashed, StressOutput.Read("sigq", Runs.Of("", exitCode: 134)).Outcome);
        StressRun failed = StressOutput.Read("sigq", Runs.Of("stress-ng: fail:  [7] sigq: wrong value\n" + Metrics, exitCode: 2));
        Assert.Equal(StressOutcome.Failed, failed.Outcome);
        Assert.Equal("exit code 2; sigq: wrong value", failed.Complaint);
        Assert.Equal(StressOutcome.Skipped, StressOutput.Read("exec", Runs.Of("stress-ng: info:  [7] exec stressor must not run as root, skipping the stressor\n")).Outcome);
    }

    [Fact]
    public void Own_lines_are_read() =>
        Assert.Equal(
            [new Stressor("fork", "", false), new Stressor("vfork", "", false), new Stressor("exec", "--exec-max 8", true)],
            Stressor.Read(["# x", "fork vfork", "", "exec: @nobody --exec-max 8"]));
}

using System.Diagnostics;
using Zonix.Kernel.Time;

namespace Zonix.Kernel.Tests.Time;

public sealed class ClockTests
{
    [Fact]
    public void Follows_the_host_and_never_goes_back()
    {
        var clock = new Clock();
        var published = new List<ClockParameters>();
        clock.Changed = published.Add;
        var last = 0L;
        var end = Stopwatch.GetTimestamp() + 150_000_000;
        while (Stopwatch.GetTimestamp() < end)
        {
            var now = clock.MonotonicNs;
            Assert.True(now >= last, $"{last} then {now}");
            last = now;
        }

        Assert.InRange(clock.MonotonicNs - Stopwatch.GetTimestamp(), -1_000_000, 1_000_000);
        var real = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        Assert.InRange(clock.RealtimeNs - real, -5_000_000, 5_000_000);
        Assert.NotEmpty(published);
    }

    [Fact]
    public void Parameters_scale_without_overflow()
    {
        var parameters = new ClockParameters(true, 1000, 1UL << 31, 5, 0, 0);
        Assert.Equal(5, parameters.At(900));
        Assert.Equal(5 + 500, parameters.At(2000));
        Assert.Equal(5 + (1L << 60), parameters.At(1000 + (1UL << 61)));
    }
}

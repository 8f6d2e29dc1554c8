using Xunit;
using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Tests.Scheduling;

public sealed class CpuPressureTests
{
    private const long Millisecond = 1_000_000, Second = 1000 * Millisecond;

    [Fact]
    public void Nothing_queued_is_no_pressure()
    {
        var pressure = new CpuPressure(0);
        for (long now = 0; now < 5 * Second; now += Millisecond)
            pressure.Sample(now, false);
        Assert.Equal((0.0, 0.0, 0.0, 0L), pressure.Read(5 * Second));
    }

    [Fact]
    public void Time_between_ticks_counts_while_tasks_are_queued()
    {
        var pressure = new CpuPressure(0);
        for (long now = 0; now <= 4 * Second; now += Millisecond)
            pressure.Sample(now, true);
        (double ten, double sixty, double threeHundred, long total) = pressure.Read(4 * Second);
        Assert.Equal(4 * Second, total);
        Assert.InRange(ten, 100 * (1 - Math.Exp(-2 / 5.0)) - 0.1, 100 * (1 - Math.Exp(-2 / 5.0)) + 0.1);
        Assert.True(ten > sixty && sixty > threeHundred && threeHundred > 0);
    }

    [Fact]
    public void A_time_without_ticks_does_not_count()
    {
        var pressure = new CpuPressure(0);
        pressure.Sample(Second, true);
        pressure.Sample(3 * Second, true);
        Assert.Equal(0, pressure.Read(3 * Second).TotalNs);
    }

    [Fact]
    public void Averages_fade_while_the_machine_sleeps()
    {
        var pressure = new CpuPressure(0);
        for (long now = 0; now <= 4 * Second; now += Millisecond)
            pressure.Sample(now, true);
        double before = pressure.Read(4 * Second).Ten;
        Assert.InRange(pressure.Read(64 * Second).Ten, 0, before / 100);
    }
}

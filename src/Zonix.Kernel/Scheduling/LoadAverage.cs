using Zonix.Kernel.Time;

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// How many tasks wanted a CPU, averaged over 1, 5 and 15 minutes. Sampled every five seconds while anything runs; the time
/// that an idle machine slept is made good when it is looked at. proc_loadavg(5).
/// </summary>
public sealed class LoadAverage : IExpiry
{
    private const long IntervalNs = 5_000_000_000;
    // A machine that lives for one short program needs no averages.
    private const long FirstNs = 1_000_000_000;
    private const double Negligible = 0.0001;

    private readonly Scheduler scheduler;
    private readonly KernelTimer timer;
    private readonly Lock gate = new();
    private readonly double[] averages = new double[3];
    private readonly long notBeforeNs;
    private long lastNs;
    private int sampling;

    internal LoadAverage(Scheduler scheduler)
    {
        this.scheduler = scheduler;
        timer = new KernelTimer(this);
        notBeforeNs = scheduler.Clock.MonotonicNs + FirstNs;
    }

    /// <summary>The averages. Any thread.</summary>
    public (double One, double Five, double Fifteen) Read()
    {
        lock (gate)
        {
            var now = scheduler.Clock.MonotonicNs;
            CatchUp(now, Volatile.Read(ref sampling) != 0 ? scheduler.CountRunnable() : 0);
            return (averages[0], averages[1], averages[2]);
        }
    }

    void IExpiry.Expired(long nowNs)
    {
        lock (gate)
        {
            var runnable = scheduler.CountRunnable();
            CatchUp(nowNs, runnable);
            if (runnable == 0 && averages[0] < Negligible)
            {
                Array.Clear(averages);
            }

            if (runnable != 0)
            {
                scheduler.Timers.Arm(timer, nowNs + IntervalNs);
                return;
            }
        }

        Volatile.Write(ref sampling, 0);
    }

    /// <summary>Something runs: samples are taken from now on.</summary>
    internal void Touch(long nowNs)
    {
        if (Volatile.Read(ref sampling) != 0 || nowNs < notBeforeNs || Interlocked.Exchange(ref sampling, 1) != 0)
        {
            return;
        }

        lock (gate)
        {
            CatchUp(nowNs, 0);
            lastNs = Math.Max(lastNs, nowNs - IntervalNs);
        }

        scheduler.Timers.Arm(timer, nowNs + IntervalNs);
    }

    private void CatchUp(long nowNs, int runnable)
    {
        lastNs = lastNs == 0 ? nowNs : lastNs;
        var steps = (nowNs - lastNs) / IntervalNs;
        if (steps <= 0)
        {
            return;
        }

        lastNs += steps * IntervalNs;
        for (var i = 0; i < averages.Length; i++)
        {
            // 1, 5 and 15 minutes: 12, 60 and 180 steps.
            double minutes = i == 0 ? 12 : i == 1 ? 60 : 180;
            var decay = Math.Exp(-steps / minutes);
            averages[i] = (averages[i] * decay) + (runnable * (1 - decay));
        }
    }
}

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// How much of the time some task wanted a CPU and did not have one, in all and averaged over 10, 60 and 300 seconds: Linux's
/// pressure stall information (PSI). Sampled at each tick: the clock ticks while tasks are queued.
/// </summary>
public sealed class CpuPressure
{
    private const long StepNs = 2_000_000_000;

    // Ticks further apart were not made one after the other: nothing was queued between them.
    private const long LongestGapNs = 20_000_000;

    private readonly Lock gate = new();
    private readonly double[] averages = new double[3];
    private long totalNs;
    private long lastTickNs;
    private bool wasDelayed;
    private long stepStartNs;
    private long stepTotalNs;

    internal CpuPressure(long nowNs) => stepStartNs = nowNs;

    /// <summary>The averages, in percent, and the time in all. Any thread.</summary>
    public (double Ten, double Sixty, double ThreeHundred, long TotalNs) Read(long nowNs)
    {
        lock (gate)
        {
            CatchUp(nowNs);
            return (averages[0], averages[1], averages[2], totalNs);
        }
    }

    /// <summary>On the clock thread, at each tick: whether tasks are queued.</summary>
    internal void Sample(long nowNs, bool isDelayed)
    {
        if (!isDelayed && !wasDelayed)
        {
            return;
        }

        lock (gate)
        {
            var gap = nowNs - lastTickNs;
            if (isDelayed && wasDelayed && gap is > 0 and < LongestGapNs)
            {
                totalNs += gap;
            }

            wasDelayed = isDelayed;
            lastTickNs = nowNs;
            CatchUp(nowNs);
        }
    }

    private void CatchUp(long nowNs)
    {
        var steps = (nowNs - stepStartNs) / StepNs;
        if (steps <= 0)
        {
            return;
        }

        var share = Math.Min(1, (totalNs - stepTotalNs) / (double)(nowNs - stepStartNs));
        stepStartNs += steps * StepNs;
        stepTotalNs = totalNs;
        for (var i = 0; i < averages.Length; i++)
        {
            // 10, 60 and 300 seconds: 5, 30 and 150 steps.
            double length = i == 0 ? 5 : i == 1 ? 30 : 150;
            var decay = Math.Exp(-steps / length);
            averages[i] = (averages[i] * decay) + (share * 100 * (1 - decay));
        }
    }
}

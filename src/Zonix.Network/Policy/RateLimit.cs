namespace Zonix.Network.Policy;

/// <summary>A bucket of tokens that may go into debt: who takes what is not there waits until it is paid. Any thread.</summary>
internal sealed class RateLimit(long perSecond, long burst)
{
    private const long SecondNs = 1_000_000_000;
    private readonly Lock gate = new();
    private double tokens = burst;
    private long lastNs;

    /// <summary>Takes tokens; answers how long to wait until they are there. Takes none, and answers -1, when that were longer than <paramref name="longestNs"/>.</summary>
    internal long Charge(long count, long nowNs, long longestNs = long.MaxValue)
    {
        if (perSecond <= 0)
            return 0;
        lock (gate)
        {
            if (lastNs != 0)
                tokens = Math.Min(burst, tokens + ((double)(nowNs - lastNs) / SecondNs * perSecond));
            lastNs = nowNs;
            double left = tokens - count;
            long waitNs = left >= 0 ? 0 : (long)(-left / perSecond * SecondNs);
            if (waitNs > longestNs)
                return -1;
            tokens = left;
            return waitNs;
        }
    }
}

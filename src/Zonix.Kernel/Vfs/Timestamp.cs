namespace Zonix.Kernel.Vfs;

/// <summary>A file's time stamp.</summary>
public readonly record struct Timestamp(long Seconds, uint Nanoseconds)
{
    /// <summary>Whether it is later than another.</summary>
    public bool IsAfter(Timestamp other) => Seconds > other.Seconds || (Seconds == other.Seconds && Nanoseconds > other.Nanoseconds);

    /// <summary>From nanoseconds since the epoch.</summary>
    public static Timestamp FromNanoseconds(long ns)
    {
        (long seconds, long rest) = Math.DivRem(ns, 1_000_000_000);
        return rest < 0 ? new(seconds - 1, (uint)(rest + 1_000_000_000)) : new(seconds, (uint)rest);
    }
}

using System.Diagnostics;

namespace Zonix.Kernel.Time;

/// <summary>The machine's time: nanoseconds since the machine's host started (monotonic) and since 1970 (real).</summary>
public sealed class Clock
{
    private readonly double nsPerTick = 1_000_000_000.0 / Stopwatch.Frequency;
    private readonly long realtimeOffsetNs;

    /// <summary>Reads the host's clocks.</summary>
    public Clock() => realtimeOffsetNs = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100) - MonotonicNs;

    /// <summary>CLOCK_MONOTONIC in nanoseconds.</summary>
    public long MonotonicNs => (long)(Stopwatch.GetTimestamp() * nsPerTick);

    /// <summary>CLOCK_REALTIME minus CLOCK_MONOTONIC.</summary>
    public long RealtimeOffsetNs => realtimeOffsetNs;

    /// <summary>CLOCK_BOOTTIME in nanoseconds.</summary>
    public long BoottimeNs => MonotonicNs;

    /// <summary>CLOCK_REALTIME in nanoseconds.</summary>
    public long RealtimeNs => MonotonicNs + realtimeOffsetNs;
}

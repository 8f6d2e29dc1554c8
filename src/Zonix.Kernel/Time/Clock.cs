using System.Diagnostics;
using Zonix.Machine;

namespace Zonix.Kernel.Time;

/// <summary>
/// The machine's time. Computed from the time-stamp counter, whose rate is measured against the host's monotonic clock:
/// a first time some milliseconds after the start, then over longer and longer spans. Corrections bend the rate and never
/// set the clock back. Any thread.
/// </summary>
public sealed class Clock
{
    private const long FirstSpanNs = 4_000_000;
    private const long LongestSpanNs = 10_000_000_000;
    private const long SpanGrowth = 8;

    // A clock that is wrong by more than this was stopped (a suspended host): it jumps.
    private const long JumpNs = 50_000_000;
    private const double MaxBend = 500e-6;

    private readonly Lock gate = new();
    private readonly bool isCounterUsable = TimeStampCounter.IsInvariant && Stopwatch.Frequency == 1_000_000_000;
    private readonly ulong startCycles;
    private readonly long startNs;
    private long spanNs = FirstSpanNs;
    private long nextMeasurementNs;
    private ClockParameters parameters;
    private Action<ClockParameters>? changed;

    /// <summary>Reads the host's clocks.</summary>
    public Clock()
    {
        (startCycles, startNs) = Pair();
        nextMeasurementNs = isCounterUsable ? startNs + FirstSpanNs : long.MaxValue;
        parameters = new(false, startCycles, 0, startNs, RealtimeOffset(), 0);
    }

    /// <summary>CLOCK_MONOTONIC in nanoseconds.</summary>
    public long MonotonicNs
    {
        get
        {
            var current = Volatile.Read(ref parameters);
            var now = current.UsesCounter ? current.At(TimeStampCounter.Read()) : HostNs();
            if (now >= Volatile.Read(ref nextMeasurementNs))
            {
                Measure();
            }

            return now;
        }
    }

    /// <summary>When the machine was started, CLOCK_MONOTONIC.</summary>
    public long StartNs => startNs;

    /// <summary>How many millions of cycles the time-stamp counter makes in a second; 0 while that is not known.</summary>
    public double CounterMegahertz
    {
        get
        {
            var current = Volatile.Read(ref parameters);
            return current.UsesCounter ? 4294967296.0 * 1000 / current.NsPerCycle : 0;
        }
    }

    /// <summary>CLOCK_REALTIME minus CLOCK_MONOTONIC.</summary>
    public long RealtimeOffsetNs => Volatile.Read(ref parameters).RealtimeOffsetNs;

    /// <summary>CLOCK_BOOTTIME in nanoseconds.</summary>
    public long BoottimeNs => MonotonicNs + Volatile.Read(ref parameters).BoottimeOffsetNs;

    /// <summary>CLOCK_REALTIME in nanoseconds.</summary>
    public long RealtimeNs => MonotonicNs + RealtimeOffsetNs;

    /// <summary>Told of new parameters, and of the present ones when it is set: who computes time elsewhere (the vDSO).</summary>
    public Action<ClockParameters>? Changed
    {
        get => changed;
        set
        {
            lock (gate)
            {
                changed = value;
                value?.Invoke(parameters);
            }
        }
    }

    private static long HostNs() => Stopwatch.GetTimestamp();

    private static long RealtimeOffset()
    {
        var before = HostNs();
        var real = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return real - (before + ((HostNs() - before) / 2));
    }

    /// <summary>The counter and the host's clock at one moment: the tightest of a few tries.</summary>
    private static (ulong Cycles, long Ns) Pair()
    {
        var best = (Cycles: 0UL, Ns: 0L);
        var narrowest = ulong.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = TimeStampCounter.Read();
            var ns = HostNs();
            var width = TimeStampCounter.Read() - before;
            if (width < narrowest)
            {
                narrowest = width;
                best = (before + (width / 2), ns);
            }
        }

        return best;
    }

    private void Measure()
    {
        if (!gate.TryEnter())
        {
            return;
        }

        try
        {
            if (Volatile.Read(ref parameters).MonotonicBaseNs + spanNs > HostNs())
            {
                return;
            }

            var (cycles, ns) = Pair();
            var next = Adjust(parameters, cycles, ns);
            Volatile.Write(ref parameters, next);
            spanNs = Math.Min(spanNs * SpanGrowth, LongestSpanNs);
            Volatile.Write(ref nextMeasurementNs, next.MonotonicBaseNs + spanNs);
            changed?.Invoke(next);
        }
        finally
        {
            gate.Exit();
        }
    }

    private ClockParameters Adjust(ClockParameters old, ulong cycles, long ns)
    {
        var rate = (ns - startNs) / (double)(cycles - startCycles);
        var shown = old.UsesCounter ? old.At(cycles) : ns;
        var error = ns - shown;
        if (error > JumpNs)
        {
            shown = ns;
            error = 0;
        }

        // What is wrong now shall be right at the next measurement.
        var bend = Math.Clamp(error / (double)Math.Min(spanNs * SpanGrowth, LongestSpanNs), -MaxBend, MaxBend);
        var nsPerCycle = (ulong)(rate * (1 + bend) * 4294967296.0);
        return new(true, cycles, nsPerCycle, shown, RealtimeOffset(), old.BoottimeOffsetNs);
    }
}

namespace Zonix.Kernel.Time;

/// <summary>
/// How time follows from the time-stamp counter: <c>monotonic = MonotonicBaseNs + (tsc - CycleBase) * NsPerCycle / 2^32</c>.
/// The kernel and the vDSO compute with the same parameters, so that their clocks never disagree.
/// </summary>
/// <param name="UsesCounter">False: the counter cannot be used (yet), the host's clock is asked each time.</param>
/// <param name="CycleBase">The counter at the base.</param>
/// <param name="NsPerCycle">Nanoseconds per cycle, times 2^32.</param>
/// <param name="MonotonicBaseNs">CLOCK_MONOTONIC at the base.</param>
/// <param name="RealtimeOffsetNs">CLOCK_REALTIME minus CLOCK_MONOTONIC.</param>
/// <param name="BoottimeOffsetNs">CLOCK_BOOTTIME minus CLOCK_MONOTONIC.</param>
public sealed record ClockParameters(
    bool UsesCounter,
    ulong CycleBase,
    ulong NsPerCycle,
    long MonotonicBaseNs,
    long RealtimeOffsetNs,
    long BoottimeOffsetNs)
{
    /// <summary>CLOCK_MONOTONIC when the counter shows <paramref name="cycles"/>.</summary>
    public long At(ulong cycles)
    {
        // Another CPU's counter may be a few cycles behind.
        var passed = cycles > CycleBase ? cycles - CycleBase : 0;
        if (NsPerCycle <= uint.MaxValue)
        {
            // Exact, and without a product of 128 bits, which is slow where the compiler may not assume BMI2.
            return MonotonicBaseNs + (long)(((passed >> 32) * NsPerCycle) + (((uint)passed * NsPerCycle) >> 32));
        }

        var high = Math.BigMul(passed, NsPerCycle, out var low);
        return MonotonicBaseNs + (long)((high << 32) | (low >> 32));
    }
}

using System.Buffers.Binary;

namespace Zonix.Lx.Vdso;

/// <summary>
/// What the vDSO's code reads from the page before it. Times are nanoseconds:
/// <c>monotonic = MonotonicBaseNs + (tsc - CycleBase) * NsPerCycle / 2^32</c>, and the other clocks lie a constant apart.
/// </summary>
/// <param name="UsesCounter">False: the time-stamp counter is no clock here, and every call goes to the kernel.</param>
/// <param name="CycleBase">The time-stamp counter at the base.</param>
/// <param name="NsPerCycle">Nanoseconds per cycle, times 2^32.</param>
/// <param name="MonotonicBaseNs">CLOCK_MONOTONIC at the base.</param>
/// <param name="RealtimeOffsetNs">CLOCK_REALTIME minus CLOCK_MONOTONIC.</param>
/// <param name="BoottimeOffsetNs">CLOCK_BOOTTIME minus CLOCK_MONOTONIC.</param>
public readonly record struct VdsoData(
    bool UsesCounter,
    ulong CycleBase,
    ulong NsPerCycle,
    long MonotonicBaseNs,
    long RealtimeOffsetNs,
    long BoottimeOffsetNs)
{
    internal const int SequenceOffset = 0;
    internal const int ModeOffset = 4;
    internal const int CycleBaseOffset = 8;
    internal const int NsPerCycleOffset = 16;
    internal const int MonotonicBaseOffset = 24;

    /// <summary>One offset from CLOCK_MONOTONIC for each clock number up to <see cref="LastClock"/>.</summary>
    internal const int ClockOffsetsOffset = 32;

    internal const int LastClock = 7;
    internal const int Size = ClockOffsetsOffset + ((LastClock + 1) * 8);

    /// <summary>CLOCK_REALTIME, MONOTONIC, MONOTONIC_RAW, REALTIME_COARSE, MONOTONIC_COARSE, BOOTTIME.</summary>
    internal const uint Clocks = 1u << 0 | 1u << 1 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7;

    /// <summary>Writes everything behind the sequence number.</summary>
    internal void Write(Span<byte> page)
    {
        page[..Size].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(page[ModeOffset..], UsesCounter ? 1 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(page[CycleBaseOffset..], CycleBase);
        BinaryPrimitives.WriteUInt64LittleEndian(page[NsPerCycleOffset..], NsPerCycle);
        BinaryPrimitives.WriteInt64LittleEndian(page[MonotonicBaseOffset..], MonotonicBaseNs);
        BinaryPrimitives.WriteInt64LittleEndian(page[ClockOffsetsOffset..], RealtimeOffsetNs);
        BinaryPrimitives.WriteInt64LittleEndian(page[(ClockOffsetsOffset + (5 * 8))..], RealtimeOffsetNs);
        BinaryPrimitives.WriteInt64LittleEndian(page[(ClockOffsetsOffset + (7 * 8))..], BoottimeOffsetNs);
    }
}

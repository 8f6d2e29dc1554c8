using System.Runtime.Intrinsics.X86;

namespace Zonix.Machine;

/// <summary>The CPU's time-stamp counter, which guests read with <c>rdtsc</c>.</summary>
public static unsafe class TimeStampCounter
{
    private const int PowerManagementLeaf = unchecked((int)0x8000_0007);
    private const int InvariantBit = 1 << 8;

    /// <summary>Whether it counts at a constant rate in all states of the CPU, and so can serve as a clock.</summary>
    public static bool IsInvariant => X86Base.IsSupported && (X86Base.CpuId(PowerManagementLeaf, 0).Edx & InvariantBit) != 0;

    /// <summary>Its value.</summary>
    public static ulong Read() => ProcessStubs.Shared.ReadCounter();
}

namespace Zonix.Lx.Tasks;

/// <summary>What the CPU said about a fault, as signal frames show it.</summary>
/// <param name="TrapNumber">The vector.</param>
/// <param name="ErrorCode">The CPU's error code.</param>
/// <param name="Cr2">The address of a page fault.</param>
internal readonly record struct FaultRecord(ulong TrapNumber, ulong ErrorCode, ulong Cr2);

namespace Zonix.Machine;

/// <summary>A piece of memory that an instruction reads or writes.</summary>
/// <param name="Address">Its first byte, a guest address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsWrite">Whether it may be written.</param>
public readonly record struct MemoryUse(ulong Address, ulong Size, bool IsWrite);

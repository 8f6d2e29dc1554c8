namespace Zonix.Machine;

/// <summary>
/// Says of the host code from <see cref="Host"/> on how the guest's state is recovered there: "every host instruction in
/// the cache maps back to a guest instruction that can be restarted".
/// </summary>
internal struct MapEntry
{
    /// <summary>Offset from the block's host start.</summary>
    internal ushort Host;

    /// <summary>Offset of the guest instruction from the block's guest start.</summary>
    internal ushort Guest;

    /// <summary>What must be added to the host's copy of the guest's stack pointer.</summary>
    internal short StackDelta;

    internal MapFlags Flags;

    /// <summary>Registers whose guest value is in a slot, four bits each.</summary>
    internal ushort Borrowed;
}

namespace Zonix.Kernel.Events;

/// <summary>A piece of what a pipe holds: bytes of one page.</summary>
internal struct PipeSlot
{
    /// <summary>The page; it belongs to the slot.</summary>
    public byte[] Page;

    /// <summary>Where the bytes lie in it.</summary>
    public int Offset, Length;

    /// <summary>Later writes may be added behind the bytes.</summary>
    public bool CanMerge;

    /// <summary>A read takes no more than this piece, and drops what it does not take of it. pipe(7), O_DIRECT.</summary>
    public bool IsPacket;
}

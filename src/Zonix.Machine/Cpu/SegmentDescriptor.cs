namespace Zonix.Machine;

/// <summary>
/// A segment that user mode may load: an entry of a descriptor table. Intel SDM volume 3, "Segment Descriptors".
/// </summary>
/// <param name="Base">First address.</param>
/// <param name="Limit">Its limit in units of bytes or, with <see cref="SegmentFlags.Pages"/>, of pages.</param>
/// <param name="Flags">Its other properties.</param>
public readonly record struct SegmentDescriptor(uint Base, uint Limit, SegmentFlags Flags)
{
    /// <summary>Whether it can be loaded at all.</summary>
    public bool IsPresent => (Flags & SegmentFlags.Present) != 0;

    /// <summary>Whether it is the whole address space.</summary>
    public bool IsFlat => Base == 0 && Limit == 0xFFFFF && (Flags & SegmentFlags.Pages) != 0;
}

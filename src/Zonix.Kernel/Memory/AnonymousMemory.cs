using Zonix.Host.Memory;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>
/// The private anonymous pages of one address space, in one section. A page lies at the offset of its guest address, so that
/// neighbouring areas are neighbours in the section too and the host can merge their mappings; pages that were moved by
/// mremap(2) keep their offset, and whoever then maps something new at that address gets an offset beyond the window.
/// </summary>
/// <remarks>Not thread safe: the address space's lock guards it. Belongs to its address space and is not counted.</remarks>
internal sealed class AnonymousMemory : IMemoryObject, IDisposable
{
    /// <summary>Offsets from here on belong to no address.</summary>
    private const ulong Elsewhere = 1UL << 42;
    private const ulong SectionSize = 1UL << 44;

    private readonly MemorySection _section = new("zonix-anonymous", SectionSize);

    // Offsets in use by pages that do not lie at their own address.
    private readonly OffsetRanges _displaced = new();

    public MemoryObjectName Name => new("");

    public void AddReference()
    {
    }

    public void Release()
    {
    }

    public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
        window.MapSection(address, length, _section, offset, protection);

    public int Sync(ulong offset, ulong length) => 0;

    public int PunchHole(ulong offset, ulong length) => _section.PunchHole(offset, length);

    /// <summary>Chooses the offset of new, zeroed pages for an address range.</summary>
    internal ulong Allocate(ulong address, ulong length)
    {
        if (_displaced.IsEmpty || !_displaced.Overlaps(address, address + length))
            return address;
        ulong offset = _displaced.FindFree(Elsewhere, length);
        _displaced.Add(offset, offset + length);
        return offset;
    }

    /// <summary>Frees the pages of an area that has been unmapped.</summary>
    internal void Free(ulong address, ulong offset, ulong length)
    {
        _ = _section.PunchHole(offset, length);
        if (address != offset)
            _displaced.Remove(offset, offset + length);
    }

    /// <summary>Notes that pages moved from one address to another; their offset stays.</summary>
    internal void Moved(ulong to, ulong offset, ulong length)
    {
        if (to == offset)
            _displaced.Remove(offset, offset + length);
        else
            _displaced.Add(offset, offset + length);
    }

    public void Dispose() => _section.Dispose();
}

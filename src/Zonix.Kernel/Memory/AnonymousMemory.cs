using Zonix.Host.Memory;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>
/// The private pages of one address space, in one section. A page lies at the offset of its guest address, so that
/// neighbouring areas are neighbours in the section too and the host can merge their mappings; pages that were moved by
/// mremap(2) keep their offset, and whoever then maps something new at that address gets an offset beyond the window. After a
/// fork, other address spaces may show ranges of it too, copy-on-write: those are frozen.
/// </summary>
/// <remarks>
/// Offsets are given out under the lock of the owner, its first address space. Counted: the owner holds a reference, and so
/// does each area that shows it.
/// </remarks>
internal sealed class AnonymousMemory : IMemoryObject
{
    /// <summary>Offsets from here on belong to no address.</summary>
    private const ulong Elsewhere = 1UL << 42;
    private const ulong SectionSize = 1UL << 44;

    // Offsets in use by pages that do not lie at their own address, or that somebody else still shows.
    private readonly OffsetRanges _displaced = new();
    private readonly OffsetRanges _abandoned = new();
    private int _references = 1;
    private int _sharers;

    /// <summary>The pages.</summary>
    internal MemorySection Section { get; } = new("zonix-anonymous", SectionSize);

    /// <inheritdoc/>
    public MemoryObjectName Name => new("");

    /// <summary>Whether no address space but the owner's shows any of it: frozen ranges are the owner's alone again.</summary>
    internal bool IsUnshared => Volatile.Read(ref _sharers) == 0;

    /// <summary>How many address spaces but the owner's show, or have shown, some of it.</summary>
    internal int Sharers => Volatile.Read(ref _sharers);

    /// <inheritdoc/>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <inheritdoc/>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            Section.Dispose();
    }

    /// <summary>One more address space shows frozen ranges.</summary>
    internal void AddSharer()
    {
        Interlocked.Increment(ref _sharers);
        AddReference();
    }

    /// <summary>An address space that showed frozen ranges is gone.</summary>
    internal void RemoveSharer()
    {
        Interlocked.Decrement(ref _sharers);
        Release();
    }

    /// <inheritdoc/>
    public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
        window.MapSection(address, length, Section, offset, protection, copyOnWrite: !shared);

    /// <inheritdoc/>
    public int Sync(ulong offset, ulong length) => 0;

    /// <inheritdoc/>
    public int PunchHole(ulong offset, ulong length) => Section.PunchHole(offset, length);

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
        _ = Section.PunchHole(offset, length);
        if (address != offset)
            _displaced.Remove(offset, offset + length);
    }

    /// <summary>Notes that the owner has left pages that others still show: their offsets are not given out again.</summary>
    internal void Abandon(ulong offset, ulong length)
    {
        _displaced.Add(offset, offset + length);
        _abandoned.Add(offset, offset + length);
    }

    /// <summary>Frees what was abandoned, once nobody else shows it.</summary>
    internal void Reclaim()
    {
        if (_abandoned.IsEmpty || !IsUnshared)
            return;
        while (_abandoned.TakeAny(out ulong start, out ulong end))
        {
            _ = Section.PunchHole(start, end - start);
            _displaced.Remove(start, end);
        }
    }

    /// <summary>Notes that pages moved from one address to another; their offset stays.</summary>
    internal void Moved(ulong to, ulong offset, ulong length)
    {
        if (to == offset)
            _displaced.Remove(offset, offset + length);
        else
            _displaced.Add(offset, offset + length);
    }
}

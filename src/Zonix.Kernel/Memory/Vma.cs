using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <summary>
/// A range of an address space whose pages have the same protection and flags and lie one behind the other in one object.
/// What Linux shows as one area may be several of these: private anonymous memory that was moved or grown lies in several
/// places of its section. <see cref="LooksLike"/> tells.
/// </summary>
public sealed class Vma
{
    internal Vma(ulong start, ulong end, Prot protection, VmaFlags flags, IMemoryObject memory, ulong offset, bool anonymous)
    {
        Start = start;
        End = end;
        Protection = protection;
        Flags = flags;
        Memory = memory;
        Offset = offset;
        IsAnonymous = anonymous;
    }

    /// <summary>First address.</summary>
    public ulong Start { get; internal set; }

    /// <summary>First address behind it.</summary>
    public ulong End { get; internal set; }

    /// <summary>Current protection.</summary>
    public Prot Protection { get; internal set; }

    /// <summary>Other properties.</summary>
    public VmaFlags Flags { get; internal set; }

    /// <summary>What is mapped.</summary>
    public IMemoryObject Memory { get; }

    /// <summary>Where in the object the area starts.</summary>
    public ulong Offset { get; internal set; }

    /// <summary>Private anonymous memory: <see cref="Memory"/> is the address space's own.</summary>
    public bool IsAnonymous { get; }

    /// <summary>Size in bytes.</summary>
    public ulong Length => End - Start;

    /// <summary>MAP_SHARED.</summary>
    public bool IsShared => (Flags & VmaFlags.Shared) != 0;

    /// <summary>Whether <paramref name="next"/>, which starts where this ends, is the same area in Linux's eyes.</summary>
    public bool LooksLike(Vma next) =>
        End == next.Start && Protection == next.Protection && Flags == next.Flags && ReferenceEquals(Memory, next.Memory)
        && (IsAnonymous || Offset + Length == next.Offset);

    /// <summary>Whether <paramref name="next"/> continues this in every respect, so that the two can become one.</summary>
    internal bool CanMerge(Vma next) => LooksLike(next) && Offset + Length == next.Offset;

    /// <summary>The part between two addresses, as an area of its own; it holds no reference yet.</summary>
    internal Vma Slice(ulong start, ulong end) => new(start, end, Protection, Flags, Memory, Offset + (start - Start), IsAnonymous);

    /// <inheritdoc/>
    public override string ToString() => $"{Start:x}-{End:x} {Protection} {Flags} +{Offset:x} {Memory.Name.Path}";
}

using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <summary>
/// A range of an address space whose pages have the same protection and flags and lie one behind the other in one object.
/// What Linux shows as one area may be several of these: private memory that was moved, grown or copied at fork lies in
/// several places of its sections. <see cref="LooksLike"/> tells.
/// </summary>
public sealed class Vma
{
    internal Vma(ulong start, ulong end, Prot protection, VmaFlags flags, IMemoryObject memory, ulong offset)
    {
        Start = start;
        End = end;
        Protection = protection;
        Flags = flags;
        Memory = memory;
        Offset = offset;
    }

    /// <summary>First address.</summary>
    public ulong Start { get; internal set; }

    /// <summary>First address behind it.</summary>
    public ulong End { get; internal set; }

    /// <summary>Current protection.</summary>
    public Prot Protection { get; internal set; }

    /// <summary>Other properties.</summary>
    public VmaFlags Flags { get; internal set; }

    /// <summary>Where the pages lie.</summary>
    public IMemoryObject Memory { get; }

    /// <summary>Where in the object the area starts.</summary>
    public ulong Offset { get; internal set; }

    /// <summary>
    /// The file that a private mapping shows, when its written pages have moved to a section: the guest still sees a mapping
    /// of the file. Null: <see cref="Memory"/> is what is mapped.
    /// </summary>
    internal IMemoryObject? Origin { get; init; }

    /// <summary>Where in <see cref="Origin"/> the area starts.</summary>
    internal ulong OriginOffset { get; set; }

    /// <summary>Whether the pages belong to several address spaces: they are mapped copy-on-write, and never freed in place.</summary>
    internal bool IsFrozen { get; set; }

    /// <summary>Whether the window maps the area; if not, its first access does that.</summary>
    internal bool IsInWindow { get; set; }

    /// <summary>Whether a private mapping of a file may ever have been written, so that the window may hold copies of its pages.</summary>
    internal bool WasWritable { get; set; }

    /// <summary>Where the pages shall lie; null: as the task wants it. mbind(2).</summary>
    internal MemoryPolicy? Policy { get; set; }

    /// <summary>Private anonymous memory.</summary>
    public bool IsAnonymous => Origin is null && Memory is AnonymousMemory;

    /// <summary>Size in bytes.</summary>
    public ulong Length => End - Start;

    /// <summary>MAP_SHARED.</summary>
    public bool IsShared => (Flags & VmaFlags.Shared) != 0;

    /// <summary>What the guest has mapped, and where in it the area starts.</summary>
    internal IMemoryObject Shown => Origin ?? Memory;

    /// <summary>Where in <see cref="Shown"/> the area starts.</summary>
    internal ulong ShownOffset => Origin is null ? Offset : OriginOffset;

    /// <summary>Whether <paramref name="next"/>, which starts where this ends, is the same area in Linux's eyes.</summary>
    public bool LooksLike(Vma next) =>
        End == next.Start && Protection == next.Protection && Flags == next.Flags && Policy == next.Policy
        && (IsAnonymous ? next.IsAnonymous : ReferenceEquals(Shown, next.Shown) && ShownOffset + Length == next.ShownOffset);

    /// <summary>Whether <paramref name="next"/> continues this in every respect, so that the two can become one.</summary>
    internal bool CanMerge(Vma next) =>
        LooksLike(next) && ReferenceEquals(Memory, next.Memory) && Offset + Length == next.Offset && ReferenceEquals(Origin, next.Origin)
        && IsFrozen == next.IsFrozen && IsInWindow == next.IsInWindow && WasWritable == next.WasWritable;

    /// <summary>The part between two addresses, as an area of its own; it holds no references yet.</summary>
    internal Vma Slice(ulong start, ulong end) => new(start, end, Protection, Flags, Memory, Offset + (start - Start))
    {
        Origin = Origin,
        OriginOffset = OriginOffset + (start - Start),
        IsFrozen = IsFrozen,
        IsInWindow = IsInWindow,
        WasWritable = WasWritable,
        Policy = Policy,
    };

    /// <summary>The same area at another address, with this one's references.</summary>
    internal Vma MovedTo(ulong start) => new(start, start + Length, Protection, Flags, Memory, Offset)
    {
        Origin = Origin,
        OriginOffset = OriginOffset,
        IsFrozen = IsFrozen,
        IsInWindow = IsInWindow,
        WasWritable = WasWritable,
        Policy = Policy,
    };

    /// <summary>One more area shows the same objects.</summary>
    internal void AddReferences()
    {
        Memory.AddReference();
        Origin?.AddReference();
    }

    /// <summary>The area is gone.</summary>
    internal void ReleaseReferences()
    {
        Memory.Release();
        Origin?.Release();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Start:x}-{End:x} {Protection} {Flags} +{Offset:x} {Memory.Name.Path}";
}

using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>
/// What a mapping shows: pages of a section or of a file. Counted: each area of an address space that shows it holds one
/// reference, from the moment mmap succeeds until its last page is unmapped.
/// </summary>
public interface IMemoryObject
{
    /// <summary>How /proc/[pid]/maps names it; empty for anonymous memory.</summary>
    MemoryObjectName Name { get; }

    /// <summary>Where its file lies; null for anonymous memory.</summary>
    Vfs.VfsPath Place => default;

    /// <summary>Equal for objects that show the same pages at the same offsets: what shared futexes are known by.</summary>
    object Identity => this;

    /// <summary>One more area shows the object.</summary>
    void AddReference();

    /// <summary>One area less; the last one releases what the object holds.</summary>
    void Release();

    /// <summary>
    /// Maps a page-aligned range into a window, replacing what is there. A private mapping of the object copies on write.
    /// </summary>
    /// <returns>0, or an errno value.</returns>
    int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared);

    /// <summary>
    /// Which version of which file the object shows now, so that translations of its code are shared; null when that is not
    /// known, or when the content may change unseen. Holds for pages that nobody has written to.
    /// </summary>
    CodeIdentity? GetCodeIdentity() => null;

    /// <summary>Writes a range back to storage. msync(2).</summary>
    /// <returns>0, or an errno value.</returns>
    int Sync(ulong offset, ulong length);

    /// <summary>Frees a range that reads as zero afterwards. madvise(2), MADV_REMOVE.</summary>
    /// <returns>0, or an errno value; EOPNOTSUPP when the object cannot.</returns>
    int PunchHole(ulong offset, ulong length);
}

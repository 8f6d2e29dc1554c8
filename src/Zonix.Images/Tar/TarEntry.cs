using Zonix.Images.Unpacking;

namespace Zonix.Images.Tar;

/// <summary>An entry of a tar archive. Names are the archive's bytes.</summary>
public sealed class TarEntry
{
    /// <summary>What it is.</summary>
    public required TarEntryKind Kind { get; init; }

    /// <summary>Its name, as it stands in the archive.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Where a link leads; empty for other entries.</summary>
    public byte[] LinkName { get; init; } = [];

    /// <summary>Permissions, owner, times, extended attributes.</summary>
    public EntryAttributes Attributes { get; init; }

    /// <summary>The device a node stands for: (major &lt;&lt; 32) | minor.</summary>
    public ulong Rdev { get; init; }

    /// <summary>Bytes of a file when its holes are counted.</summary>
    public long Size { get; init; }

    /// <summary>The parts of a sparse file that the archive holds, one behind the other; null: it holds all.</summary>
    public IReadOnlyList<TarSegment>? Segments { get; init; }
}

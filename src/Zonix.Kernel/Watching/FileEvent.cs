using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <summary>Something that happened to a file.</summary>
public readonly ref struct FileEvent
{
    /// <summary>One event, and IN_ISDIR.</summary>
    public FileEvents What { get; init; }

    /// <summary>The object it happened to.</summary>
    public IInode Target { get; init; }

    /// <summary>A name of it, if one is at hand.</summary>
    public Dentry? Entry { get; init; }

    /// <summary>The directory its name is in; null: it was not reached by a name that somebody watches.</summary>
    public Dentry? Directory { get; init; }

    /// <summary>Its name there.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>FAN_RENAME: where it is now.</summary>
    public Dentry? NewDirectory { get; init; }

    /// <summary>FAN_RENAME: its new name.</summary>
    public ReadOnlySpan<byte> NewName { get; init; }

    /// <summary>The place it was opened at; null for changes of names and attributes.</summary>
    public VfsPath Place { get; init; }

    /// <summary>It has not happened yet: groups say whether they want to be asked. Null: it has.</summary>
    public PermissionQuestion? Question { get; init; }

    /// <summary>The same for the two halves of a rename; else 0.</summary>
    public uint Cookie { get; init; }

    /// <summary>Whether it concerns an entry of <see cref="Directory"/> rather than what the entry names.</summary>
    public bool IsOfEntry => (What & (FileEvents.IN_CREATE | FileEvents.IN_DELETE | FileEvents.IN_MOVED_FROM | FileEvents.IN_MOVED_TO | FileEvents.FAN_RENAME)) != 0;
}

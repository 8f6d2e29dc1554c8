namespace Zonix.Abi;

/// <summary>What happens to files, and options of those who watch. inotify(7), fanotify_mark(2); both share these bits.</summary>
[Flags]
public enum FileEvents : uint
{
    /// <summary>File was read; changed; its attributes changed.</summary>
    IN_ACCESS = 1,
    /// <inheritdoc cref="IN_ACCESS"/>
    IN_MODIFY = 2,
    /// <inheritdoc cref="IN_ACCESS"/>
    IN_ATTRIB = 4,
    /// <summary>File that was open for writing (or not) was closed.</summary>
    IN_CLOSE_WRITE = 8,
    /// <inheritdoc cref="IN_CLOSE_WRITE"/>
    IN_CLOSE_NOWRITE = 0x10,
    /// <summary>File was opened.</summary>
    IN_OPEN = 0x20,
    /// <summary>Entry moved away; came.</summary>
    IN_MOVED_FROM = 0x40,
    /// <inheritdoc cref="IN_MOVED_FROM"/>
    IN_MOVED_TO = 0x80,
    /// <summary>Entry was made; taken away.</summary>
    IN_CREATE = 0x100,
    /// <inheritdoc cref="IN_CREATE"/>
    IN_DELETE = 0x200,
    /// <summary>The watched object itself is gone; has moved.</summary>
    IN_DELETE_SELF = 0x400,
    /// <inheritdoc cref="IN_DELETE_SELF"/>
    IN_MOVE_SELF = 0x800,
    /// <summary>File was opened to be executed.</summary>
    FAN_OPEN_EXEC = 0x1000,
    /// <summary>Its file system was unmounted.</summary>
    IN_UNMOUNT = 0x2000,
    /// <summary>Events were lost.</summary>
    IN_Q_OVERFLOW = 0x4000,
    /// <summary>The watch is gone.</summary>
    IN_IGNORED = 0x8000,
    /// <summary>The file system met an error.</summary>
    FAN_FS_ERROR = 0x8000,
    /// <summary>Somebody asks whether a file may be opened; read; opened to be executed.</summary>
    FAN_OPEN_PERM = 0x10000,
    /// <inheritdoc cref="FAN_OPEN_PERM"/>
    FAN_ACCESS_PERM = 0x20000,
    /// <inheritdoc cref="FAN_OPEN_PERM"/>
    FAN_OPEN_EXEC_PERM = 0x40000,
    /// <summary>Only watch a directory; not what a link leads to; not names that were taken away.</summary>
    IN_ONLYDIR = 0x01000000,
    /// <inheritdoc cref="IN_ONLYDIR"/>
    IN_DONT_FOLLOW = 0x02000000,
    /// <inheritdoc cref="IN_ONLYDIR"/>
    IN_EXCL_UNLINK = 0x04000000,
    /// <summary>A mark on a directory stands for the files in it too.</summary>
    FAN_EVENT_ON_CHILD = 0x08000000,
    /// <summary>Only a new watch.</summary>
    IN_MASK_CREATE = 0x10000000,
    /// <summary>Entry moved, with both names.</summary>
    FAN_RENAME = 0x10000000,
    /// <summary>Add to the watch.</summary>
    IN_MASK_ADD = 0x20000000,
    /// <summary>It is about a directory.</summary>
    IN_ISDIR = 0x40000000,
    /// <summary>What happens to directories is wanted too; in an event: it is about one.</summary>
    FAN_ONDIR = IN_ISDIR,
    /// <summary>One event only.</summary>
    IN_ONESHOT = 0x80000000,

    /// <summary>All events of inotify(7).</summary>
    IN_ALL_EVENTS = 0xfff,
}

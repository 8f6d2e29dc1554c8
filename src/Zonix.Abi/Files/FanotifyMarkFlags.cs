namespace Zonix.Abi;

/// <summary>What is done with a mark of a fanotify group, and on what it is. fanotify_mark(2).</summary>
[Flags]
public enum FanotifyMarkFlags : uint
{
    /// <summary>Adds events to a mark; takes events away; takes all marks of a kind off.</summary>
    FAN_MARK_ADD = 1,
    /// <inheritdoc cref="FAN_MARK_ADD"/>
    FAN_MARK_REMOVE = 2,
    /// <summary>Marks the link itself; only a directory.</summary>
    FAN_MARK_DONT_FOLLOW = 4,
    /// <inheritdoc cref="FAN_MARK_DONT_FOLLOW"/>
    FAN_MARK_ONLYDIR = 8,
    /// <summary>The mark is on a mount; on a file system. Neither: on an inode.</summary>
    FAN_MARK_MOUNT = 0x10,
    /// <summary>The events are to be ignored, by the older rules.</summary>
    FAN_MARK_IGNORED_MASK = 0x20,
    /// <summary>They are ignored even after the file was changed.</summary>
    FAN_MARK_IGNORED_SURV_MODIFY = 0x40,
    /// <inheritdoc cref="FAN_MARK_ADD"/>
    FAN_MARK_FLUSH = 0x80,
    /// <inheritdoc cref="FAN_MARK_MOUNT"/>
    FAN_MARK_FILESYSTEM = 0x100,
    /// <summary>The mark does not keep its inode.</summary>
    FAN_MARK_EVICTABLE = 0x200,
    /// <summary>The events are to be ignored, by the newer rules: FAN_ONDIR and FAN_EVENT_ON_CHILD count.</summary>
    FAN_MARK_IGNORE = 0x400,
}

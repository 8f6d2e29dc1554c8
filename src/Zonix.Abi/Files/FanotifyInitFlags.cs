namespace Zonix.Abi;

/// <summary>How a fanotify group reports. fanotify_init(2).</summary>
[Flags]
public enum FanotifyInitFlags : uint
{
    /// <summary>Flags of the descriptor.</summary>
    FAN_CLOEXEC = 1,
    /// <inheritdoc cref="FAN_CLOEXEC"/>
    FAN_NONBLOCK = 2,
    /// <summary>Classes of those that may be asked for permission.</summary>
    FAN_CLASS_CONTENT = 4,
    /// <inheritdoc cref="FAN_CLASS_CONTENT"/>
    FAN_CLASS_PRE_CONTENT = 8,
    /// <summary>No limit on events in the queue; on marks.</summary>
    FAN_UNLIMITED_QUEUE = 0x10,
    /// <inheritdoc cref="FAN_UNLIMITED_QUEUE"/>
    FAN_UNLIMITED_MARKS = 0x20,
    /// <summary>Events carry a descriptor of the process; its thread's number.</summary>
    FAN_REPORT_PIDFD = 0x80,
    /// <inheritdoc cref="FAN_REPORT_PIDFD"/>
    FAN_REPORT_TID = 0x100,
    /// <summary>Events carry handles: of the file, of its directory, its name, of what a changed name stands for.</summary>
    FAN_REPORT_FID = 0x200,
    /// <inheritdoc cref="FAN_REPORT_FID"/>
    FAN_REPORT_DIR_FID = 0x400,
    /// <inheritdoc cref="FAN_REPORT_FID"/>
    FAN_REPORT_NAME = 0x800,
    /// <inheritdoc cref="FAN_REPORT_FID"/>
    FAN_REPORT_TARGET_FID = 0x1000,
}

using System.Buffers.Binary;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <summary>The layout of events as read(2) delivers them: struct fanotify_event_metadata and the records behind it. fanotify(7).</summary>
internal static class FanotifyRecords
{
    /// <summary>Bytes of an event without records.</summary>
    internal const int MetadataSize = 24;

    /// <summary>FAN_NOFD: the event has no descriptor; FAN_EPIDFD: one of the process could not be made.</summary>
    internal const int FAN_NOFD = -1, FAN_EPIDFD = -2;

    private const byte FANOTIFY_METADATA_VERSION = 3;
    private const byte FAN_EVENT_INFO_TYPE_FID = 1, FAN_EVENT_INFO_TYPE_DFID_NAME = 2, FAN_EVENT_INFO_TYPE_DFID = 3, FAN_EVENT_INFO_TYPE_PIDFD = 4;
    private const byte FAN_EVENT_INFO_TYPE_OLD_DFID_NAME = 10, FAN_EVENT_INFO_TYPE_NEW_DFID_NAME = 12;
    private const int RecordHeaderSize = 4, FsIdSize = 8, PidFdRecordSize = 8, Alignment = 4;

    /// <summary>All modes with handles.</summary>
    internal const FanotifyInitFlags HandleModes = FanotifyInitFlags.FAN_REPORT_FID | FanotifyInitFlags.FAN_REPORT_DIR_FID |
        FanotifyInitFlags.FAN_REPORT_NAME | FanotifyInitFlags.FAN_REPORT_TARGET_FID;

    /// <summary>Changes of names in directories.</summary>
    internal const FileEvents EntryEvents = FileEvents.IN_CREATE | FileEvents.IN_DELETE | FileEvents.IN_MOVED_FROM | FileEvents.IN_MOVED_TO |
        FileEvents.FAN_RENAME;

    /// <summary>Bytes of an event.</summary>
    internal static int SizeOf(FanotifyEvent e, FanotifyInitFlags mode)
    {
        int size = MetadataSize + ((mode & FanotifyInitFlags.FAN_REPORT_PIDFD) != 0 ? PidFdRecordSize : 0);
        if (e.Directory is not null)
            size += SizeOf(e.Name);
        if (e.NewDirectory is not null)
            size += SizeOf(e.NewName);
        return e.Object is null ? size : size + SizeOf(ObjectRecord(e, mode).Name);
    }

    /// <summary>Writes an event.</summary>
    internal static void Write(Span<byte> bytes, FanotifyEvent e, FanotifyInitFlags mode, int fd, int pid, int pidFd)
    {
        bytes.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        bytes[4] = FANOTIFY_METADATA_VERSION;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], MetadataSize);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (uint)e.Mask);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], fd);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], pid);
        Span<byte> rest = bytes[MetadataSize..];
        if (e.Directory is { } directory)
            rest = Record(rest, DirectoryType(e), directory, e.Name);
        if (e.NewDirectory is { } target)
            rest = Record(rest, FAN_EVENT_INFO_TYPE_NEW_DFID_NAME, target, e.NewName);
        if (e.Object is { } self)
        {
            (byte type, byte[] name) = ObjectRecord(e, mode);
            rest = Record(rest, type, self, name);
        }
        if ((mode & FanotifyInitFlags.FAN_REPORT_PIDFD) != 0)
        {
            rest[0] = FAN_EVENT_INFO_TYPE_PIDFD;
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], PidFdRecordSize);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], pidFd);
        }
    }

    private static byte DirectoryType(FanotifyEvent e) => (e.Mask & FileEvents.FAN_RENAME) != 0 ? FAN_EVENT_INFO_TYPE_OLD_DFID_NAME
        : e.Name.Length > 0 ? FAN_EVENT_INFO_TYPE_DFID_NAME : FAN_EVENT_INFO_TYPE_DFID;

    // A directory's own event has the name "." where names are reported.
    private static (byte Type, byte[] Name) ObjectRecord(FanotifyEvent e, FanotifyInitFlags mode)
    {
        if ((mode & HandleModes) == FanotifyInitFlags.FAN_REPORT_FID || e.Directory is not null || e.NewDirectory is not null)
            return (FAN_EVENT_INFO_TYPE_FID, []);
        bool ofDirectory = (e.Mask & FileEvents.FAN_ONDIR) != 0;
        if (ofDirectory && (mode & FanotifyInitFlags.FAN_REPORT_NAME) != 0)
            return (FAN_EVENT_INFO_TYPE_DFID_NAME, [(byte)'.']);
        return (ofDirectory || (e.Mask & EntryEvents) != 0 ? FAN_EVENT_INFO_TYPE_DFID : FAN_EVENT_INFO_TYPE_FID, []);
    }

    private static int SizeOf(byte[] name)
    {
        int size = RecordHeaderSize + FsIdSize + FileHandles.Size + (name.Length == 0 ? 0 : name.Length + 1);
        return (size + Alignment - 1) & ~(Alignment - 1);
    }

    private static Span<byte> Record(Span<byte> bytes, byte type, FileIdentity file, byte[] name)
    {
        int size = SizeOf(name);
        bytes[0] = type;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)size);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[RecordHeaderSize..], LinuxStat.EncodeDevice(file.Device));
        FileHandles.Write(bytes[(RecordHeaderSize + FsIdSize)..], file.Device, file.Number);
        name.CopyTo(bytes[(RecordHeaderSize + FsIdSize + FileHandles.Size)..]);
        return bytes[size..];
    }
}

using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Syscalls;

/// <summary>fanotify(7), as from a Linux without CONFIG_AUDIT.</summary>
internal static class FanotifyCalls
{
    private const string Missing = "no file system reports FAN_FS_ERROR";
    private const int CAP_SYS_ADMIN = 21;
    private const FanotifyInitFlags Classes = FanotifyInitFlags.FAN_CLASS_CONTENT | FanotifyInitFlags.FAN_CLASS_PRE_CONTENT;
    private const FanotifyInitFlags HandleModes = FanotifyInitFlags.FAN_REPORT_FID | FanotifyInitFlags.FAN_REPORT_DIR_FID |
        FanotifyInitFlags.FAN_REPORT_NAME | FanotifyInitFlags.FAN_REPORT_TARGET_FID;

    private const FanotifyInitFlags ForAnybody = HandleModes | FanotifyInitFlags.FAN_CLOEXEC | FanotifyInitFlags.FAN_NONBLOCK;
    private const FanotifyInitFlags ForAdministrators = Classes | FanotifyInitFlags.FAN_REPORT_TID | FanotifyInitFlags.FAN_REPORT_PIDFD |
        FanotifyInitFlags.FAN_UNLIMITED_QUEUE | FanotifyInitFlags.FAN_UNLIMITED_MARKS;

    private const OpenFlags EventFlags = OpenFlags.O_ACCMODE | OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_SYNC |
        OpenFlags.O_CLOEXEC | OpenFlags.O_LARGEFILE | OpenFlags.O_NOATIME;

    private const FanotifyMarkFlags Kinds = FanotifyMarkFlags.FAN_MARK_MOUNT | FanotifyMarkFlags.FAN_MARK_FILESYSTEM;
    private const FanotifyMarkFlags Commands =
        FanotifyMarkFlags.FAN_MARK_ADD | FanotifyMarkFlags.FAN_MARK_REMOVE | FanotifyMarkFlags.FAN_MARK_FLUSH;

    private const FanotifyMarkFlags Ignores = FanotifyMarkFlags.FAN_MARK_IGNORED_MASK | FanotifyMarkFlags.FAN_MARK_IGNORE;
    private const FanotifyMarkFlags Known = Commands | Kinds | Ignores | FanotifyMarkFlags.FAN_MARK_DONT_FOLLOW |
        FanotifyMarkFlags.FAN_MARK_ONLYDIR | FanotifyMarkFlags.FAN_MARK_IGNORED_SURV_MODIFY | FanotifyMarkFlags.FAN_MARK_EVICTABLE;

    private const FileEvents EntryEvents = FileEvents.IN_MOVED_FROM | FileEvents.IN_MOVED_TO | FileEvents.IN_CREATE | FileEvents.IN_DELETE |
        FileEvents.FAN_RENAME;

    // Those that come with an open file.
    private const FileEvents OpenEvents = FileEvents.IN_ACCESS | FileEvents.IN_MODIFY | FileEvents.IN_CLOSE_WRITE |
        FileEvents.IN_CLOSE_NOWRITE | FileEvents.IN_OPEN | FileEvents.FAN_OPEN_EXEC | Questions;

    private const FileEvents Questions = FileEvents.FAN_OPEN_PERM | FileEvents.FAN_OPEN_EXEC_PERM | FileEvents.FAN_ACCESS_PERM;

    private const FileEvents Rules = FileEvents.FAN_ONDIR | FileEvents.FAN_EVENT_ON_CHILD;
    private const FileEvents AllEvents = OpenEvents | EntryEvents | FileEvents.IN_ATTRIB | FileEvents.IN_MOVE_SELF | FileEvents.IN_DELETE_SELF |
        FileEvents.FAN_FS_ERROR;

    /// <summary>Makes a group: a queue of events. fanotify_init(2).</summary>
    [Syscall(X64 = 300, I386 = 338, Name = "fanotify_init", Support = Support.Partial, Missing = "FAN_ENABLE_AUDIT")]
    internal static SysResult FanotifyInit(KernelTask task, FanotifyInitFlags flags, OpenFlags eventFlags)
    {
        FanotifyInitFlags handles = flags & HandleModes, kind = flags & Classes;
        if (!task.Credentials.Has(CAP_SYS_ADMIN) && ((flags & ForAdministrators) != 0 || handles == 0))
            return Errno.EPERM;
        if ((flags & ~(ForAnybody | ForAdministrators)) != 0 || Contradicts(flags))
            return Errno.EINVAL;
        if ((eventFlags & ~EventFlags) != 0 || (eventFlags & OpenFlags.O_ACCMODE) == OpenFlags.O_ACCMODE)
            return Errno.EINVAL;
        if ((handles != 0 && kind != 0) || kind == Classes)
            return Errno.EINVAL;
        Errno e = FanotifyFile.Create(
            EventCalls.CreateInode(task), task.FileSystem.Vfs, task.Credentials, flags, eventFlags | OpenFlags.O_LARGEFILE, out FanotifyFile? file);
        OpenFlags status = (flags & FanotifyInitFlags.FAN_NONBLOCK) != 0 ? OpenFlags.O_NONBLOCK : 0;
        if ((flags & FanotifyInitFlags.FAN_CLOEXEC) != 0)
            status |= OpenFlags.O_CLOEXEC;
        return e != 0 ? e : EventCalls.Install(task, file!, "anon_inode:[fanotify]", status);
    }

    /// <summary>Adds, changes or removes a mark of a group. fanotify_mark(2).</summary>
    [Syscall(X64 = 301, Name = "fanotify_mark", Support = Support.Partial, Missing = Missing)]
    [Syscall(I386 = 339, Wide = true)]
    internal static SysResult FanotifyMark(KernelTask task, Fd fd, FanotifyMarkFlags flags, ulong mask, Fd directory, UserCString path)
    {
        var events = (FileEvents)(uint)mask;
        FanotifyMarkFlags kind = flags & Kinds, command = flags & Commands;
        if (mask > uint.MaxValue || (flags & ~Known) != 0 || kind == Kinds)
            return Errno.EINVAL;
        bool flushes = command == FanotifyMarkFlags.FAN_MARK_FLUSH;
        if (flushes ? (flags & ~(Kinds | FanotifyMarkFlags.FAN_MARK_FLUSH)) != 0
            : command is not (FanotifyMarkFlags.FAN_MARK_ADD or FanotifyMarkFlags.FAN_MARK_REMOVE) || mask == 0)
            return Errno.EINVAL;
        if ((events & ~(AllEvents | Rules)) != 0 || (flags & Ignores) == Ignores)
            return Errno.EINVAL;
        FileEvents unremovable = 0;
        if ((flags & FanotifyMarkFlags.FAN_MARK_IGNORED_MASK) != 0)
        {
            events &= ~Rules;
            unremovable = Rules;
        }
        if (task.Files[fd] is not { IsPath: false } description)
            return Errno.EBADF;
        if (description.File is not FanotifyFile group)
            return Errno.EINVAL;
        if (kind != 0 && !(task.Credentials.Has(CAP_SYS_ADMIN) && group.IsPrivileged))
            return Errno.EPERM;
        if (!Suits(group, events, flags))
            return Errno.EINVAL;
        if (flushes)
        {
            group.Flush(kind);
            return 0;
        }
        Errno e = Find(task, directory, path, flags, out VfsPath found);
        return e != 0 ? e : Change(group, found, events, unremovable, flags);
    }

    private static bool Contradicts(FanotifyInitFlags flags)
    {
        const FanotifyInitFlags Ids = FanotifyInitFlags.FAN_REPORT_PIDFD | FanotifyInitFlags.FAN_REPORT_TID;
        const FanotifyInitFlags ForTarget = FanotifyInitFlags.FAN_REPORT_FID | FanotifyInitFlags.FAN_REPORT_NAME;
        return (flags & Ids) == Ids ||
            ((flags & FanotifyInitFlags.FAN_REPORT_NAME) != 0 && (flags & FanotifyInitFlags.FAN_REPORT_DIR_FID) == 0) ||
            ((flags & FanotifyInitFlags.FAN_REPORT_TARGET_FID) != 0 && (flags & ForTarget) != ForTarget);
    }

    // Whether a group can report these events of what is marked: what has no descriptor needs handles, and is not filtered by mount.
    private static bool Suits(FanotifyFile group, FileEvents events, FanotifyMarkFlags flags)
    {
        FanotifyMarkFlags kind = flags & Kinds;
        bool withHandles = (group.Mode & HandleModes) != 0;
        if ((events & Questions) != 0 && (group.Mode & Classes) == 0)
            return false;
        if ((events & FileEvents.FAN_FS_ERROR) != 0 && kind != FanotifyMarkFlags.FAN_MARK_FILESYSTEM)
            return false;
        if ((flags & FanotifyMarkFlags.FAN_MARK_EVICTABLE) != 0 && kind != 0)
            return false;
        if ((events & ~(OpenEvents | Rules)) != 0 && (!withHandles || kind == FanotifyMarkFlags.FAN_MARK_MOUNT))
            return false;
        return (events & FileEvents.FAN_RENAME) == 0 || (group.Mode & FanotifyInitFlags.FAN_REPORT_NAME) != 0;
    }

    private static Errno Find(KernelTask task, Fd directory, UserCString path, FanotifyMarkFlags flags, out VfsPath found)
    {
        bool onlyDirectory = (flags & FanotifyMarkFlags.FAN_MARK_ONLYDIR) != 0;
        Errno e = 0;
        if (path.IsNull)
        {
            found = task.Files[directory]?.Path ?? default;
            if (found.IsNull)
                return Errno.EBADF;
            if (onlyDirectory && !found.Inode.Access.IsDirectory)
                return Errno.ENOTDIR;
        }
        else
        {
            WalkFlags how = (flags & FanotifyMarkFlags.FAN_MARK_DONT_FOLLOW) == 0 ? WalkFlags.Follow : WalkFlags.None;
            e = UserPath.Resolve(task, directory, path, onlyDirectory ? how | WalkFlags.Directory : how, out found);
        }
        return e != 0 ? e : Permissions.Check(found.Inode.Access, task.Credentials, AccessMode.R_OK);
    }

    private static Errno Change(FanotifyFile group, VfsPath found, FileEvents events, FileEvents unremovable, FanotifyMarkFlags flags)
    {
        FanotifyMarkFlags kind = flags & Kinds;
        bool adds = (flags & FanotifyMarkFlags.FAN_MARK_ADD) != 0, isDirectory = found.Inode.Access.IsDirectory;
        bool isNewIgnore = (flags & FanotifyMarkFlags.FAN_MARK_IGNORE) != 0;
        if (adds)
        {
            Errno e = Supports(group, found, events, flags);
            if (e != 0)
                return e;
        }
        if ((group.Mode & HandleModes) != 0 && found.Mount.FileSystem is not IExportedFileSystem)
            return Errno.EOPNOTSUPP;
        if (adds && isNewIgnore && (kind != 0 || isDirectory) && (flags & FanotifyMarkFlags.FAN_MARK_IGNORED_SURV_MODIFY) == 0)
            return kind != 0 ? Errno.EINVAL : Errno.EISDIR;
        if (kind != 0 || !isDirectory)
        {
            events &= ~FileEvents.FAN_EVENT_ON_CHILD;
            unremovable |= FileEvents.FAN_EVENT_ON_CHILD;
            if ((group.Mode & FanotifyInitFlags.FAN_REPORT_DIR_FID) != 0 && adds && (flags & Ignores) == 0)
                events |= FileEvents.FAN_EVENT_ON_CHILD;
        }
        object target = kind switch
        {
            FanotifyMarkFlags.FAN_MARK_MOUNT => found.Mount,
            FanotifyMarkFlags.FAN_MARK_FILESYSTEM => found.Mount.FileSystem,
            _ => found.Inode,
        };
        return adds ? group.Add(target, events, flags) : group.Remove(target, events, unremovable, flags);
    }

    private static Errno Supports(FanotifyFile group, VfsPath found, FileEvents events, FanotifyMarkFlags flags)
    {
        FanotifyMarkFlags kind = flags & Kinds;
        // What lies in no tree has a mount of its own that nobody sees.
        if (kind != 0 && found.Mount.IsInternal)
            return Errno.EINVAL;
        // Nobody may stand between the kernel and what it tells about itself.
        if ((events & Questions) != 0 && found.Mount.FileSystem.TypeName == "proc")
            return Errno.EINVAL;
        bool isStrict = (group.Mode & FanotifyInitFlags.FAN_REPORT_TARGET_FID) != 0 || (events & FileEvents.FAN_RENAME) != 0 ||
            (flags & FanotifyMarkFlags.FAN_MARK_IGNORE) != 0;
        return isStrict && kind == 0 && !found.Inode.Access.IsDirectory && (events & (EntryEvents | Rules)) != 0 ? Errno.ENOTDIR : 0;
    }
}

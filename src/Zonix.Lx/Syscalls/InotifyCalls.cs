using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Syscalls;

/// <summary>inotify(7).</summary>
internal static class InotifyCalls
{
    private const FileEvents Known = FileEvents.IN_ALL_EVENTS | FileEvents.IN_UNMOUNT | FileEvents.IN_Q_OVERFLOW | FileEvents.IN_IGNORED |
        FileEvents.IN_ONLYDIR | FileEvents.IN_DONT_FOLLOW | FileEvents.IN_EXCL_UNLINK | FileEvents.IN_MASK_CREATE | FileEvents.IN_MASK_ADD |
        FileEvents.IN_ISDIR | FileEvents.IN_ONESHOT;

    /// <summary>Makes a queue of events. inotify_init(2).</summary>
    [Syscall(X64 = 253, I386 = 291)]
    internal static SysResult InotifyInit(KernelTask task) => InotifyInit1(task, 0);

    /// <summary>Makes a queue of events, with flags. inotify_init1(2).</summary>
    [Syscall(X64 = 294, I386 = 332, Name = "inotify_init1")]
    internal static SysResult InotifyInit1(KernelTask task, OpenFlags flags)
    {
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        Errno e = InotifyFile.Create(
            EventCalls.CreateInode(task), task.FileSystem.Vfs.Watching, task.Credentials.EffectiveUid, out InotifyFile? file);
        return e != 0 ? e : EventCalls.Install(task, file!, "anon_inode:inotify", flags, OpenFlags.O_RDONLY);
    }

    /// <summary>Watches a file or directory. What others than this machine's programs do with it is not seen. inotify_add_watch(2).</summary>
    [Syscall(X64 = 254, I386 = 292)]
    internal static SysResult InotifyAddWatch(KernelTask task, Fd fd, UserCString path, FileEvents mask)
    {
        if ((mask & ~Known) != 0 || mask == 0)
            return Errno.EINVAL;
        if (task.Files[fd] is not { IsPath: false } description)
            return Errno.EBADF;
        if ((mask & (FileEvents.IN_MASK_ADD | FileEvents.IN_MASK_CREATE)) == (FileEvents.IN_MASK_ADD | FileEvents.IN_MASK_CREATE))
            return Errno.EINVAL;
        if (description.File is not InotifyFile file)
            return Errno.EINVAL;
        WalkFlags how = (mask & FileEvents.IN_DONT_FOLLOW) == 0 ? WalkFlags.Follow : WalkFlags.None;
        if ((mask & FileEvents.IN_ONLYDIR) != 0)
            how |= WalkFlags.Directory;
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, path, how, out VfsPath found);
        if (e == 0)
            e = Permissions.Check(found.Inode.Access, task.Credentials, AccessMode.R_OK);
        return e != 0 ? e : file.Watch(found.Inode, mask);
    }

    /// <summary>Stops watching. inotify_rm_watch(2).</summary>
    [Syscall(X64 = 255, I386 = 293)]
    internal static SysResult InotifyRmWatch(KernelTask task, Fd fd, int watch)
    {
        if (task.Files[fd] is not { IsPath: false } description)
            return Errno.EBADF;
        return description.File is InotifyFile file ? file.Remove(watch) : Errno.EINVAL;
    }
}

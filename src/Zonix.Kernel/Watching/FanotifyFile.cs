using Zonix.Kernel.Events;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Watching;

/// <summary>
/// A queue of events of watched files, mounts and file systems, with descriptors or handles of what they are about. fanotify(7). The gate is
/// a leaf: files are opened, marks changed and memory filled outside it.
/// </summary>
public sealed partial class FanotifyFile : IReadable, IPollable, IControllable, IUnmovable, IWatchGroup
{
    private const uint FIONREAD = 0x541B;
    private readonly Lock gate = new();
    private readonly VirtualFileSystem vfs;
    private readonly FileWatching watching;
    private readonly Queue<FanotifyEvent> events = new();
    private readonly HashSet<FanotifyEvent> known = new(new FanotifyEvent.Likeness());
    private readonly uint user;
    private readonly bool privileged;
    private readonly int limit;
    private bool overflowed, isClosed;

    private FanotifyFile(IInode inode, VirtualFileSystem vfs, Credentials who, FanotifyInitFlags mode, OpenFlags openFlags)
    {
        Inode = inode;
        this.vfs = vfs;
        watching = vfs.Watching;
        user = who.EffectiveUid;
        privileged = who.Has(CAP_SYS_ADMIN);
        Mode = mode;
        OpenFlags = openFlags;
        limit = (mode & FanotifyInitFlags.FAN_UNLIMITED_QUEUE) != 0 ? int.MaxValue : watching.FanotifyLimits.MaxQueuedEvents;
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <summary>How it reports.</summary>
    public FanotifyInitFlags Mode { get; }

    /// <summary>The flags of descriptors that come with events.</summary>
    public OpenFlags OpenFlags { get; }

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue => ReadQueue;

    private bool ReportsHandles => (Mode & FanotifyRecords.HandleModes) != 0;

    /// <summary>A new group. EMFILE: the user has too many.</summary>
    public static Errno Create(
        IInode inode, VirtualFileSystem vfs, Credentials who, FanotifyInitFlags mode, OpenFlags openFlags, out FanotifyFile? file)
    {
        bool fits = vfs.Watching.FanotifyLimits.TryAddGroup(who.EffectiveUid);
        file = fits ? new FanotifyFile(inode, vfs, who, mode, openFlags) : null;
        return fits ? 0 : Errno.EMFILE;
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (Worker.Current?.Running is not { } reader)
            return Errno.EINVAL;
        long done = 0;
        while (true)
        {
            Errno e = Take(buffer.Remaining, out FanotifyEvent? next);
            if (e != 0)
                return done > 0 ? done : e;
            SysResult one = Deliver(reader, ref buffer, next!, out SysResult fd);
            Delivered(next!, fd);
            if (!next!.Place.IsNull)
                next.Place.Mount.Leave(writes: false);
            // What was delivered before an event that cannot be read is lost, as with Linux.
            if (one.IsError)
                return done > 0 && one != Errno.EFAULT ? done : one;
            done += one.Value;
        }
    }

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        lock (gate)
            return events.Count > 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
    }

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (request != FIONREAD)
            return Errno.ENOTTY;
        int bytes;
        lock (gate)
            bytes = events.Count * FanotifyRecords.MetadataSize;
        return task.Memory.TryWrite(argument, bytes) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public void Close()
    {
        FanotifyEvent[] unread;
        lock (gate)
        {
            isClosed = true;
            unread = [.. events];
            events.Clear();
            known.Clear();
        }
        foreach (FanotifyEvent e in unread)
        {
            if (!e.Place.IsNull)
                e.Place.Mount.Leave(writes: false);
        }
        AllowAll(unread);
        TakeAllOff();
        watching.FanotifyLimits.RemoveGroup(user);
    }

    private Errno Take(ulong room, out FanotifyEvent? next)
    {
        lock (gate)
        {
            if (!events.TryPeek(out next))
                return Errno.EAGAIN;
            if ((ulong)FanotifyRecords.SizeOf(next, Mode) > room)
                return Errno.EINVAL;
            events.Dequeue();
            if (next.Mask == FileEvents.IN_Q_OVERFLOW)
                overflowed = false;
            else
                known.Remove(next);
            return 0;
        }
    }

    private SysResult Deliver(KernelTask reader, ref UserBuffer buffer, FanotifyEvent e, out SysResult file)
    {
        file = FanotifyRecords.FAN_NOFD;
        int fd = FanotifyRecords.FAN_NOFD, pidFd = FanotifyRecords.FAN_NOFD;
        if (!e.Place.IsNull)
        {
            file = Open(reader, e.Place);
            if (file.IsError)
                return file;
            fd = (int)file.Value;
        }
        if ((Mode & FanotifyInitFlags.FAN_REPORT_PIDFD) != 0 && e.Process is { IsReaped: false } process)
        {
            SysResult opened = OpenProcess(reader, process);
            pidFd = opened.IsError ? FanotifyRecords.FAN_EPIDFD : (int)opened.Value;
        }
        // Those without privileges only learn which events are their own.
        int id = privileged || ReferenceEquals(e.Process, reader.Process) ? e.Id : 0;
        byte[] bytes = new byte[FanotifyRecords.SizeOf(e, Mode)];
        FanotifyRecords.Write(bytes, e, Mode, fd, id, pidFd);
        if (buffer.CopyOut(bytes) == bytes.Length)
            return bytes.Length;
        if (fd >= 0)
            reader.Files.Close(new Fd(fd));
        if (pidFd >= 0)
            reader.Files.Close(new Fd(pidFd));
        return file = Errno.EFAULT;
    }

    // What the reader does with the file makes no events.
    private SysResult Open(KernelTask reader, VfsPath place)
    {
        OpenFlags flags = OpenFlags & ~OpenFlags.O_CLOEXEC;
        if (place.Inode.Access.IsDirectory)
            flags &= ~OpenFlags.O_ACCMODE;
        Errno e = PathOperations.OpenFound(reader, place, flags, created: false, out OpenFileDescription? opened, quiet: true);
        return e != 0 ? e : Install(reader, opened!, (OpenFlags & OpenFlags.O_CLOEXEC) != 0);
    }

    private SysResult OpenProcess(KernelTask reader, Process process)
    {
        IInode inode = vfs.CreateNamelessInode(0x180, reader.Credentials.FsUid, reader.Credentials.FsGid);
        return Install(reader, vfs.OpenNameless(new PidFile(inode, process), "anon_inode:[pidfd]", OpenFlags.O_RDWR), cloexec: true);
    }

    private static SysResult Install(KernelTask reader, OpenFileDescription file, bool cloexec)
    {
        SysResult fd = reader.Files.Allocate(file, cloexec, 0, reader.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft);
        if (fd.IsError)
            file.Release();
        return fd;
    }
}

using Zonix.Kernel.Events;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// An open file: the file, where it was found, its offset and status flags. open(2). Shared by duplicated descriptors and
/// by mappings; the file closes with the last reference.
/// </summary>
public sealed class OpenFileDescription
{
    private readonly Lock offsetGate = new();
    private readonly IReadable? readable;
    private readonly IWritable? writable;
    private readonly ISeekable? seekable;
    private readonly bool changes;
    private readonly IInode? accessed;
    private readonly uint directAlignment;
    private int references = 1;
    private int flags;
    private uint directMask;
    private long offset;
    private bool locked;
    private FileSignals? signals;
    private ICountedInode? counted;
    private FileWatching? entered, watching;

    /// <summary>Opens; takes over the file.</summary>
    public OpenFileDescription(IFile file, VfsPath path, OpenFlags flags)
    {
        File = file;
        Path = path;
        this.flags = (int)flags;
        OpenFlags access = flags & OpenFlags.O_ACCMODE;
        changes = access != OpenFlags.O_RDONLY && (flags & OpenFlags.O_PATH) == 0 && file.Inode.Access.IsRegular;
        path.Mount?.Enter(changes);
        if ((flags & OpenFlags.O_PATH) != 0)
            return;
        if (file is IFlagged flagged)
            flagged.StatusFlags = flags;
        Pollable = file as IPollable;
        Terminal = file as ITerminalFile;
        seekable = file as ISeekable;
        readable = access != OpenFlags.O_WRONLY ? file as IReadable : null;
        writable = access != OpenFlags.O_RDONLY ? file as IWritable : null;
        if (file.Inode.Access.IsRegular && path.Mount is { FileSystem.DirectAlignment: > 0 and var alignment })
            directAlignment = alignment;
        directMask = MaskOf(flags);
        accessed = (flags & OpenFlags.O_NOATIME) == 0 ? file.Inode as IAccessed : null;
    }

    /// <summary>The file behind it.</summary>
    public IFile File { get; }

    /// <summary>Where it was found.</summary>
    public VfsPath Path { get; }

    /// <summary>The file's readiness; null when it is always ready.</summary>
    public IPollable? Pollable { get; }

    /// <summary>The file, when it is a terminal's, whose transfers have rules of their own.</summary>
    public ITerminalFile? Terminal { get; }

    /// <summary>Access mode and status flags.</summary>
    public OpenFlags Flags
    {
        get => (OpenFlags)Volatile.Read(ref flags);
        set
        {
            Volatile.Write(ref flags, (int)value);
            directMask = MaskOf(value);
            if (File is IFlagged flagged)
                flagged.StatusFlags = value;
        }
    }

    /// <summary>Opened with O_PATH: it names a place and does no I/O.</summary>
    public bool IsPath => (Flags & OpenFlags.O_PATH) != 0;

    /// <summary>Whether it may be read from.</summary>
    public bool Readable => !IsPath && (Flags & OpenFlags.O_ACCMODE) != OpenFlags.O_WRONLY;

    /// <summary>Whether it may be written to.</summary>
    public bool Writable => !IsPath && (Flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;

    /// <summary>Signal-driven I/O; null: nobody has asked for it. Any thread.</summary>
    public FileSignals? Signals => Volatile.Read(ref signals);

    /// <summary>The same, made at need. Any thread.</summary>
    public FileSignals SignalsOf(Tasks.KernelMachine machine)
    {
        lock (offsetGate)
        {
            if (signals is null)
                Volatile.Write(ref signals, new FileSignals(this, machine));
            return signals!;
        }
    }

    /// <summary>Whether it has an offset.</summary>
    public bool IsSeekable => seekable is not null || File is IOwnOffset;

    /// <summary>Whether the call that opened it made the file. fcntl(2), F_CREATED_QUERY.</summary>
    public bool WasCreated { get; internal set; }

    /// <summary>O_NONBLOCK.</summary>
    public bool NonBlocking => (Flags & OpenFlags.O_NONBLOCK) != 0;

    /// <summary>The offset, as lseek(fd, 0, SEEK_CUR) tells it.</summary>
    public long Offset
    {
        get => File is IOwnOffset own ? Math.Max(0, own.Seek(0, SeekWhence.SEEK_CUR).Value) : Volatile.Read(ref offset);
        set
        {
            if (File is IOwnOffset own)
            {
                own.Seek(value, SeekWhence.SEEK_SET);
                return;
            }
            lock (offsetGate)
                offset = value;
        }
    }

    /// <summary>What those who watch its file want to know, as of which change of theirs. <see cref="FileWatching"/></summary>
    internal ulong WatchInterest;

    /// <summary>Told when the last reference goes: epoll sets that watch it, locks that hang on it.</summary>
    internal event Action<OpenFileDescription>? Closing;

    /// <summary>Has the locks and leases of this description given back when it closes.</summary>
    internal void WatchClosing(FileLocks locks)
    {
        lock (offsetGate)
        {
            if (locked)
                return;
            locked = true;
            Closing += locks.ReleaseDescription;
        }
    }

    /// <summary>The description is among those its inode counts: <see cref="OpenCounts"/> has been told.</summary>
    internal void CountIn(ICountedInode inode) => counted = inode;

    /// <summary>It was opened by a name: those who watch the file hear of what is done with it, unless <paramref name="quiet"/>.</summary>
    public void Enter(VirtualFileSystem vfs, FileEvents opening = FileEvents.IN_OPEN, bool quiet = false)
    {
        entered = vfs.Watching;
        watching = quiet ? null : entered;
        Path.Dentry.AddOpen();
        if (entered.IsActive && !quiet && !IsPath)
            entered.Report(this, opening);
    }

    /// <summary>Opening it made it empty: a change of its attributes, for Linux.</summary>
    internal void ReportTruncation()
    {
        if (watching is { IsActive: true } active)
            active.Report(Path, File.Inode, FileEvents.IN_MODIFY);
    }

    /// <summary>Tells those who watch the file. The offset's gate is not held.</summary>
    public void Report(FileEvents what)
    {
        if (watching is { IsActive: true } active)
            active.Report(this, what);
    }

    /// <summary>Whether somebody may want to be asked before it is read.</summary>
    public bool AsksPermission => watching is { AsksPermission: true };

    /// <summary>Who has to allow that it is read; null: nobody.</summary>
    public PermissionQuestion? AskToRead() => watching?.Ask(Path, File.Inode, FileEvents.FAN_ACCESS_PERM);

    /// <summary>How many references there are at this moment.</summary>
    internal int References => Volatile.Read(ref references);

    /// <summary>One more reference.</summary>
    public OpenFileDescription AddReference()
    {
        Interlocked.Increment(ref references);
        return this;
    }

    /// <summary>Drops a reference. Call with no lock held: the last one closes the file.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0)
            return;
        Closing?.Invoke(this);
        if (watching is { IsActive: true } && !IsPath)
            watching.Report(this, Writable ? FileEvents.IN_CLOSE_WRITE : FileEvents.IN_CLOSE_NOWRITE);
        File.Close();
        if (counted is not null)
            CountOut(counted);
        if (entered is not null && Path.Dentry.RemoveOpen() && Path.Dentry.IsUnlinked && entered.IsActive)
            entered.LookIfGone(Path.Dentry);
        Path.Mount?.Leave(changes);
    }

    private void CountOut(ICountedInode inode)
    {
        if (Writable)
            inode.Opens.RemoveWriter();
        else
            inode.Opens.AddReaders(-1);
    }

    /// <summary>Reads at the offset and moves it; EAGAIN when it would have to wait.</summary>
    public SysResult Read(ref UserBuffer buffer)
    {
        if (readable is null)
            return Unreadable();
        SysResult result;
        if (seekable is null)
        {
            result = readable.Read(ref buffer, 0);
        }
        else
        {
            lock (offsetGate)
            {
                if (directMask != 0 && IsUnaligned(offset, buffer, writes: false))
                    return Errno.EINVAL;
                result = readable.Read(ref buffer, offset);
                if (!result.IsError)
                    offset += result.Value;
            }
        }
        return Accessed(result);
    }

    /// <summary>It was read, or is going to be, as memory. inode(7), st_atime.</summary>
    public void Accessed()
    {
        if (accessed is not null)
            Path.Mount.Accessed(accessed);
    }

    /// <summary>
    /// Writes at the offset (the end, with O_APPEND) and moves it; EAGAIN when it would have to wait. A regular file is not
    /// written beyond <paramref name="sizeLimit"/>: EFBIG.
    /// </summary>
    public SysResult Write(ref UserBuffer buffer, ulong sizeLimit = ulong.MaxValue) =>
        Write(ref buffer, sizeLimit, (Flags & OpenFlags.O_APPEND) != 0);

    /// <summary>The same, whatever O_APPEND says. pwritev2(2), RWF_APPEND and RWF_NOAPPEND.</summary>
    public SysResult Write(ref UserBuffer buffer, ulong sizeLimit, bool appends)
    {
        if (writable is null)
            return Unwritable();
        long at = 0;
        if (seekable is null)
            return Told(writable.Write(ref buffer, ref at), FileEvents.IN_MODIFY);
        SysResult result;
        lock (offsetGate)
        {
            at = appends ? -1 : offset;
            if (sizeLimit != ulong.MaxValue && IsBeyond(ref buffer, at, sizeLimit))
                return Errno.EFBIG;
            if (directMask != 0 && IsUnaligned(at, buffer, writes: true))
                return Errno.EINVAL;
            result = writable.Write(ref buffer, ref at);
            if (!result.IsError)
                offset = at + result.Value;
        }
        return Told(result, FileEvents.IN_MODIFY);
    }

    /// <summary>pread(2).</summary>
    public SysResult ReadAt(ref UserBuffer buffer, long at)
    {
        if (readable is null)
            return Unreadable();
        if (File is IOwnOffset own)
            return own.ReadAt(ref buffer, at);
        if (Overflows(at, buffer))
            return Errno.EINVAL;
        if (directMask != 0 && IsUnaligned(at, buffer, writes: false))
            return Errno.EINVAL;
        return seekable is null ? Errno.ESPIPE : Accessed(readable.Read(ref buffer, at));
    }

    /// <summary>pwrite(2); with O_APPEND it appends all the same, as Linux does. <paramref name="sizeLimit"/>: see <see cref="Write"/>.</summary>
    public SysResult WriteAt(ref UserBuffer buffer, long at, ulong sizeLimit = ulong.MaxValue) =>
        WriteAt(ref buffer, at, sizeLimit, (Flags & OpenFlags.O_APPEND) != 0);

    /// <summary>The same, whatever O_APPEND says.</summary>
    public SysResult WriteAt(ref UserBuffer buffer, long at, ulong sizeLimit, bool appends)
    {
        if (writable is null)
            return Unwritable();
        if (File is IOwnOffset own)
            return own.WriteAt(ref buffer, at);
        if (seekable is null)
            return Errno.ESPIPE;
        if (Overflows(at, buffer))
            return Errno.EINVAL;
        if (appends)
            at = -1;
        if (sizeLimit != ulong.MaxValue && IsBeyond(ref buffer, at, sizeLimit))
            return Errno.EFBIG;
        if (directMask != 0 && IsUnaligned(at, buffer, writes: true))
            return Errno.EINVAL;
        return Told(writable.Write(ref buffer, ref at), FileEvents.IN_MODIFY);
    }

    /// <summary>lseek(2).</summary>
    public SysResult Seek(long distance, SeekWhence whence)
    {
        if (IsPath)
            return Errno.EBADF;
        if (File is IOwnOffset own)
            return own.Seek(distance, whence);
        if (File is IUnmovable)
            return 0;
        if (seekable is null)
            return File is IDirectoryFile ? SeekDirectory(distance, whence) : Errno.ESPIPE;
        lock (offsetGate)
        {
            long target;
            switch (whence)
            {
                case SeekWhence.SEEK_SET:
                    target = distance;
                    break;
                case SeekWhence.SEEK_CUR:
                    target = unchecked(offset + distance);
                    break;
                case SeekWhence.SEEK_END:
                    Errno e = seekable.GetSize(out long size);
                    if (e != 0)
                        return e;
                    target = unchecked(size + distance);
                    break;
                case SeekWhence.SEEK_DATA or SeekWhence.SEEK_HOLE:
                    if (distance < 0)
                        return Errno.ENXIO;
                    SysResult found = seekable.SeekData(distance, whence == SeekWhence.SEEK_HOLE);
                    if (!found.IsError)
                        offset = found.Value;
                    return found;
                default:
                    return Errno.EINVAL;
            }
            if (target < 0)
                return Errno.EINVAL;
            return offset = target;
        }
    }

    /// <summary>getdents64(2) at the offset.</summary>
    public Errno ReadEntries(ref DirectoryBuffer buffer)
    {
        if (!Readable)
            return Errno.EBADF;
        if (File is not IDirectoryFile directory)
            return Errno.ENOTDIR;
        if (Path.Dentry.IsUnlinked)
            return Errno.ENOENT;
        InodeAttributes above = default;
        Path.Dentry.Parent.Inode?.GetAttributes(out above);
        Errno result;
        lock (offsetGate)
            result = directory.ReadEntries(ref offset, ref buffer, above.Inode);
        if (result == 0)
        {
            Report(FileEvents.IN_ACCESS);
            Accessed();
        }
        return result;
    }

    // setrlimit(2), RLIMIT_FSIZE: what fits is written, and only a write that begins beyond the limit fails.
    private bool IsBeyond(ref UserBuffer buffer, long at, ulong sizeLimit)
    {
        if (!File.Inode.Access.IsRegular || buffer.Remaining == 0)
            return false;
        if (at < 0 && seekable!.GetSize(out at) != 0)
            return false;
        if ((ulong)at >= sizeLimit)
            return true;
        buffer.Truncate(sizeLimit - (ulong)at);
        return false;
    }

    private uint MaskOf(OpenFlags value) => (value & OpenFlags.O_DIRECT) != 0 && directAlignment > 0 ? directAlignment - 1 : 0;

    // open(2), O_DIRECT: blocks as a whole; behind the end nothing is read, wherever that is.
    private bool IsUnaligned(long at, in UserBuffer buffer, bool writes)
    {
        if (buffer.Remaining == 0 || seekable is null)
            return false;
        bool knowsEnd = !writes || at < 0;
        if (knowsEnd && seekable.GetSize(out long size) == 0)
        {
            if (!writes && at >= size)
                return false;
            at = at < 0 ? size : at;
        }
        return (((ulong)at | buffer.Remaining) & directMask) != 0;
    }

    // pread(2): the end of the transfer has to be an offset, too.
    private static bool Overflows(long at, in UserBuffer buffer) => at > 0 && buffer.Remaining > (ulong)(long.MaxValue - at);

    private SysResult SeekDirectory(long distance, SeekWhence whence)
    {
        lock (offsetGate)
        {
            long target = whence switch
            {
                SeekWhence.SEEK_SET => distance,
                SeekWhence.SEEK_CUR => offset + distance,
                _ => -1,
            };
            if (target < 0)
                return Errno.EINVAL;
            return offset = target;
        }
    }

    private SysResult Accessed(SysResult result)
    {
        if (accessed is not null && !result.IsError)
            Accessed();
        return Told(result, FileEvents.IN_ACCESS);
    }

    private SysResult Told(SysResult result, FileEvents what)
    {
        if (watching is { IsActive: true } active && result.Raw > 0)
            active.Report(this, what);
        return result;
    }

    private SysResult Unreadable() => !Readable ? Errno.EBADF : File is IDirectoryFile ? Errno.EISDIR : Errno.EINVAL;

    private SysResult Unwritable() => !Writable ? Errno.EBADF : Errno.EINVAL;
}

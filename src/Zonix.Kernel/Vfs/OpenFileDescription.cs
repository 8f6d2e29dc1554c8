using Zonix.Kernel.Events;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// An open file: the file, where it was found, its offset and status flags. open(2). Shared by duplicated descriptors and
/// by mappings; the file closes with the last reference.
/// </summary>
public sealed partial class OpenFileDescription
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
}

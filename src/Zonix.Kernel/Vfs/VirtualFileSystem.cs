using Zonix.Host.Files;
using Zonix.Kernel.Events;
using Zonix.Kernel.Time;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <summary>What all file systems of one machine share: its clock, device numbers, the watcher of host descriptors, nameless files.</summary>
public sealed class VirtualFileSystem : IDisposable
{
    private int lastMinor = 20;
    private long lastInode;

    /// <summary>For a machine with this clock.</summary>
    public VirtualFileSystem(Clock clock, IReadinessSource readiness)
    {
        Clock = clock;
        Locks = new FileLocks(clock);
        Readiness = readiness;
        Nameless = new NamelessFileSystem(this, "anon_inodefs", 0x09041934);
        Pipes = new NamelessFileSystem(this, "pipefs", 0x50495045);
        Mounts = new MountTable(Watching);
        Notices = new DirectoryNotices(Watching);
        PipeMount = new Mount(0, Mounts.SuperblockOf(Pipes), Pipes.Root, 0, Pipes.Source, counted: false);
        NamelessMount = new Mount(0, Mounts.SuperblockOf(Nameless), Nameless.Root, 0, Nameless.Source, counted: false);
    }

    /// <summary>The machine's clock.</summary>
    public Clock Clock { get; }

    /// <summary>Watches descriptors of the host.</summary>
    public IReadinessSource Readiness { get; }

    /// <summary>Its mounts, in all namespaces.</summary>
    public MountTable Mounts { get; }

    /// <summary>The devices that nodes stand for.</summary>
    public DeviceTable Devices { get; } = new();

    /// <summary>Limits of pipes.</summary>
    public PipeLimits PipeLimits { get; } = new();

    /// <summary>Settings and counts of terminals.</summary>
    public Tty.TtySettings Terminals { get; } = new();

    /// <summary>Where memfds come from; null: there are none.</summary>
    public IMemoryFiles? MemoryFiles { get; set; }

    /// <summary>The locks on its files.</summary>
    public FileLocks Locks { get; }

    /// <summary>The handles of its files.</summary>
    public FileHandles Handles { get; } = new();

    /// <summary>Who watches which of its files.</summary>
    public FileWatching Watching { get; } = new();

    /// <summary>Who gets signals for what happens in its directories.</summary>
    public DirectoryNotices Notices { get; }

    /// <summary>The current time as files carry it.</summary>
    public Timestamp Now => Timestamp.FromNanoseconds(Clock.RealtimeNs);

    /// <summary>Where pipes live.</summary>
    internal NamelessFileSystem Pipes { get; }

    /// <summary>Its mount, which is attached nowhere.</summary>
    internal Mount PipeMount { get; }

    /// <summary>Where sockets, event descriptors and memfds live.</summary>
    internal NamelessFileSystem Nameless { get; }

    /// <summary>Its mount, which is attached nowhere.</summary>
    internal Mount NamelessMount { get; }

    /// <summary>A device number for a file system without a device: major 0.</summary>
    public ulong AllocateDevice() => (uint)Interlocked.Increment(ref lastMinor);

    /// <summary>An inode number for a nameless file.</summary>
    public ulong AllocateInode() => (ulong)Interlocked.Increment(ref lastInode);

    /// <summary>An inode for a nameless file.</summary>
    public IInode CreateNamelessInode(uint mode, uint uid, uint gid, ulong size = 0) =>
        new SimpleInode(Nameless, AllocateInode(), mode, uid, gid, Now, size);

    /// <summary>An inode that root owns, with a number of the caller's choice.</summary>
    public IInode CreateNumberedInode(ulong number, uint mode) => new SimpleInode(Nameless, number, mode, 0, 0, Now);

    /// <summary>A place for an inode that has none in the tree; <paramref name="name"/> is what /proc shows.</summary>
    public VfsPath PlaceNameless(IInode inode, byte[] name) => new(NamelessMount, Dentry.CreateDetached(inode, name));

    /// <summary>An inode for one of the process's standard streams.</summary>
    internal IInode CreateStreamInode(Tty.HostStream stream) => new Tty.HostStreamInode(Nameless, stream);

    /// <summary>A pipe's two ends. pipe2(2). ENFILE beyond the user's limit.</summary>
    public Errno CreatePipe(uint uid, uint gid, OpenFlags flags, out OpenFileDescription? reader, out OpenFileDescription? writer)
    {
        reader = writer = null;
        var inode = new PipeInode(Pipes, PipeLimits, AllocateInode(), uid, gid, Now);
        Errno e = PipeEnd.Create(inode.Pipe, inode, reads: true, writes: false, out PipeEnd? reads);
        if (e != 0)
            return e;
        // The first end holds the pipe open: the second cannot fail.
        PipeEnd.Create(inode.Pipe, inode, reads: false, writes: true, out PipeEnd? writes);
        string name = $"pipe:[{inode.Number}]";
        Dentry dentry = Dentry.CreateDetached(inode, System.Text.Encoding.ASCII.GetBytes(name));
        var place = new VfsPath(PipeMount, dentry);
        reader = new OpenFileDescription(reads!, place, flags | OpenFlags.O_RDONLY);
        writer = new OpenFileDescription(writes!, place, flags | OpenFlags.O_WRONLY);
        return 0;
    }

    /// <summary>A description for a file that has no place in the tree; <paramref name="name"/> is what /proc/self/fd shows.</summary>
    public OpenFileDescription OpenNameless(IFile file, string name, OpenFlags flags)
    {
        Dentry dentry = Dentry.CreateDetached(file.Inode, System.Text.Encoding.UTF8.GetBytes(name));
        return new OpenFileDescription(file, new VfsPath(NamelessMount, dentry), flags);
    }

    /// <summary>A description for an inode that has no place in the tree.</summary>
    public Errno OpenNameless(IOpenableInode inode, string name, OpenFlags flags, out OpenFileDescription? opened)
    {
        opened = null;
        Errno e = inode.Open(flags, out IFile? file);
        if (e == 0)
            opened = OpenNameless(file!, name, flags);
        return e;
    }

    /// <inheritdoc/>
    public void Dispose() => Readiness.Dispose();
}

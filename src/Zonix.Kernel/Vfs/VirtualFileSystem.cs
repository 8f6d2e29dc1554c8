using Zonix.Host.Files;
using Zonix.Kernel.Events;
using Zonix.Kernel.Time;

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
        Readiness = readiness;
        Nameless = new NamelessFileSystem(this);
        NamelessMount = new Mount(0, Nameless, Nameless.Root, default, 0);
    }

    /// <summary>The machine's clock.</summary>
    public Clock Clock { get; }

    /// <summary>Watches descriptors of the host.</summary>
    public IReadinessSource Readiness { get; }

    /// <summary>The devices that nodes stand for.</summary>
    public DeviceTable Devices { get; } = new();

    /// <summary>Where memfds come from; null: there are none.</summary>
    public IMemoryFiles? MemoryFiles { get; set; }

    /// <summary>The locks on its files.</summary>
    public FileLocks Locks { get; } = new();

    /// <summary>The current time as files carry it.</summary>
    public Timestamp Now => Timestamp.FromNanoseconds(Clock.RealtimeNs);

    /// <summary>Where pipes, sockets, event descriptors and memfds live.</summary>
    internal NamelessFileSystem Nameless { get; }

    /// <summary>Its mount, which is attached nowhere.</summary>
    internal Mount NamelessMount { get; }

    /// <summary>A device number for a file system without a device: major 0.</summary>
    public ulong AllocateDevice() => (uint)Interlocked.Increment(ref lastMinor);

    /// <summary>An inode number for a nameless file.</summary>
    public ulong AllocateInode() => (ulong)Interlocked.Increment(ref lastInode);

    /// <summary>An inode for a nameless file.</summary>
    public IInode CreateNamelessInode(uint mode, uint uid, uint gid) => new SimpleInode(Nameless, AllocateInode(), mode, uid, gid, Now);

    /// <summary>An inode for one of the process's standard streams.</summary>
    internal IInode CreateStreamInode(Tty.HostStream stream) => new Tty.HostStreamInode(Nameless, stream);

    /// <summary>A pipe's two ends. pipe2(2).</summary>
    public (OpenFileDescription Reader, OpenFileDescription Writer) CreatePipe(uint uid, uint gid, OpenFlags flags)
    {
        var inode = new PipeInode(Nameless, AllocateInode(), uid, gid, Now);
        string name = $"pipe:[{inode.Number}]";
        Dentry dentry = Dentry.CreateDetached(inode, System.Text.Encoding.ASCII.GetBytes(name));
        var place = new VfsPath(NamelessMount, dentry);
        var reader = new OpenFileDescription(new PipeEnd(inode.Pipe, inode, true, false), place, flags | OpenFlags.O_RDONLY);
        var writer = new OpenFileDescription(new PipeEnd(inode.Pipe, inode, false, true), place, flags | OpenFlags.O_WRONLY);
        return (reader, writer);
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

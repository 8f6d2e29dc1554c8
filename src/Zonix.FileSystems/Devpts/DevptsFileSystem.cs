using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;

namespace Zonix.FileSystems.Devpts;

/// <summary>An instance of devpts: ptmx, which makes ptys, and the slaves. pts(4).</summary>
public sealed class DevptsFileSystem : IFileSystem, IPtyOwner
{
    private const ulong RootNumber = 1, PtmxNumber = 2, FirstSlave = 3;
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, SlaveInode> slaves = [];
    private readonly HashSet<int> used = [];
    private readonly VirtualFileSystem vfs;
    private volatile DevptsOptions options;

    /// <summary>An instance without ptys.</summary>
    public DevptsFileSystem(VirtualFileSystem vfs, DevptsOptions options)
    {
        this.vfs = vfs;
        this.options = options;
        Device = vfs.AllocateDevice();
        Ptmx = new PtmxInode(this, new InodeState(
            Device, PtmxNumber, FileModeBits.S_IFCHR | options.PtmxMode, 0, 0, vfs.Now, rdev: DeviceTable.Number(5, 2)));
        Root = new Dentry(new DevptsDirectory(this, new InodeState(Device, RootNumber, FileModeBits.S_IFDIR | 0x1ED, 0, 0, vfs.Now, links: 2)));
    }

    /// <inheritdoc/>
    public string TypeName => "devpts";

    /// <inheritdoc/>
    public string Source => "devpts";

    /// <inheritdoc/>
    public string Options => options.ToString();

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    internal PtmxInode Ptmx { get; }

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = new FileSystemStatistics { Type = 0x1cd1, BlockSize = 4096, NameLength = 255 };
        return 0;
    }

    /// <summary>Makes a pty; ENOSPC beyond the limits.</summary>
    public Errno Create(uint uid, uint gid, out Pty? pty)
    {
        pty = null;
        if (!vfs.Terminals.TryCount())
            return Errno.ENOSPC;
        lock (gate)
        {
            int index = 0;
            while (used.Contains(index))
                index++;
            if (index >= options.Max)
            {
                vfs.Terminals.Uncount();
                return Errno.ENOSPC;
            }
            used.Add(index);
            pty = new Pty(this, index, vfs.Terminals);
            var state = new InodeState(
                Device, FirstSlave + (ulong)index, FileModeBits.S_IFCHR | options.Mode, options.Uid ?? uid, options.Gid ?? gid, vfs.Now, rdev: pty.Number);
            slaves.Add(index, new SlaveInode(this, state, pty));
        }
        return 0;
    }

    /// <summary>Takes other options, for ptys to come and for ptmx.</summary>
    public void Change(DevptsOptions to)
    {
        ArgumentNullException.ThrowIfNull(to);
        options = to;
        Ptmx.SetAttributes(new AttributeChange { Mode = to.PtmxMode, Now = vfs.Now });
    }

    /// <summary>Opens a master for the kernel's own use, of a pty that root owns.</summary>
    public Errno OpenMaster(out PtyMasterFile? master)
    {
        Errno e = Create(0, options.Gid ?? 0, out Pty? pty);
        master = e == 0 ? new PtyMasterFile(pty!, Ptmx) : null;
        return e;
    }

    /// <inheritdoc/>
    public void Unlink(int index)
    {
        lock (gate)
            slaves.Remove(index);
    }

    /// <inheritdoc/>
    public void Release(int index)
    {
        lock (gate)
            used.Remove(index);
        vfs.Terminals.Uncount();
    }

    /// <inheritdoc/>
    public Errno OpenPeer(KernelTask task, Pty pty, OpenFlags flags, out OpenFileDescription? opened)
    {
        ArgumentNullException.ThrowIfNull(task);
        opened = null;
        if (Find(pty.Index) is not { } inode || !ReferenceEquals(inode.Pty, pty))
            return Errno.EIO;
        Errno e = pty.Open(inode, flags, evenLocked: false, out IFile? file);
        if (e != 0)
            return e;
        OpenFlags status = flags & ~(OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOCTTY | OpenFlags.O_TRUNC | OpenFlags.O_CLOEXEC);
        opened = new OpenFileDescription(file!, PlaceOf(task, inode), status | OpenFlags.O_LARGEFILE);
        return 0;
    }

    internal SlaveInode? Find(int index)
    {
        lock (gate)
            return slaves.GetValueOrDefault(index);
    }

    internal void List(DirectoryListing listing)
    {
        const byte CharacterDevice = 2;
        listing.Add("ptmx"u8, PtmxNumber, CharacterDevice);
        Span<byte> name = stackalloc byte[11];
        lock (gate)
        {
            // Linux shows the youngest first.
            foreach ((int index, _) in slaves.Reverse())
            {
                index.TryFormat(name, out int length, default, CultureInfo.InvariantCulture);
                listing.Add(name[..length], FirstSlave + (ulong)index, CharacterDevice);
            }
        }
    }

    // The place where the caller sees this instance.
    private VfsPath PlaceOf(KernelTask task, SlaveInode inode)
    {
        byte[] name = System.Text.Encoding.ASCII.GetBytes(inode.Pty.Index.ToString(CultureInfo.InvariantCulture));
        foreach (Mount mount in task.FileSystem.Mounts.Snapshot())
        {
            if (ReferenceEquals(mount.FileSystem, this))
                return new VfsPath(mount, Dentry.CreateTransient(mount.Root, name, inode));
        }
        return vfs.PlaceNameless(inode, name);
    }
}

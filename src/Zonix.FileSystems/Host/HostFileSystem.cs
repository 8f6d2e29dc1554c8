using Zonix.Host.Files;

namespace Zonix.FileSystems.Host;

/// <summary>
/// A directory tree of the host, read-only. It is reached from one descriptor, name by name and never through a symbolic
/// link or <c>..</c>, so nothing the guest or anybody on the host does leads out of it. Attributes are remembered from the
/// first look-up; a tree that changes underneath shows old ones, as overlayfs's lower layers may.
/// </summary>
public sealed class HostFileSystem : IFileSystem, IDisposable
{
    private readonly Lock gate = new();
    private readonly List<ulong> devices = [];

    private HostFileSystem(VirtualFileSystem vfs, HostDirectory root, in HostStat stat)
    {
        Vfs = vfs;
        Device = vfs.AllocateDevice();
        devices.Add(stat.Device);
        RootDirectory = new HostDirectoryInode(this, null, [], stat, root);
        Root = new Dentry(RootDirectory);
    }

    /// <summary>As of a disk.</summary>
    public uint DirectAlignment => 512;

    /// <inheritdoc/>
    public string TypeName => "hostfs";

    /// <inheritdoc/>
    public string Source => "host";

    /// <inheritdoc/>
    public string Options => "";

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => true;

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    internal VirtualFileSystem Vfs { get; }

    internal HostDirectoryInode RootDirectory { get; }

    internal HostHandleCache Handles { get; } = new(384);

    /// <summary>Opens a tree; an errno when the host refuses.</summary>
    public static Errno Open(VirtualFileSystem vfs, string path, out HostFileSystem? fileSystem)
    {
        fileSystem = null;
        int e = HostDirectory.OpenRoot(path, out HostDirectory? root);
        if (e != 0)
            return (Errno)e;
        e = root!.Stat(default, out HostStat stat);
        if (e != 0)
            return (Errno)e;
        fileSystem = new HostFileSystem(vfs, root, stat);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = default;
        Errno e = RootDirectory.GetHandle(out HostDirectory? root);
        if (e != 0)
            return e;
        int error = root!.StatFileSystem(out HostFileSystemStat s);
        if (error != 0)
            return (Errno)error;
        statistics = new FileSystemStatistics
        {
            Type = s.Type, BlockSize = s.BlockSize, Blocks = s.Blocks, BlocksFree = s.BlocksFree,
            BlocksAvailable = s.BlocksAvailable, Files = s.Files, FilesFree = s.FilesFree, NameLength = s.NameLength,
        };
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => RootDirectory.Dispose();

    /// <summary>One number space for a tree that spans several of the host's file systems.</summary>
    internal ulong InodeNumber(in HostStat stat)
    {
        if (stat.Device == devices[0])
            return stat.Inode;
        lock (gate)
        {
            int index = devices.IndexOf(stat.Device);
            if (index < 0)
            {
                index = devices.Count;
                devices.Add(stat.Device);
            }
            return stat.Inode ^ ((ulong)index << 44);
        }
    }
}

using System.Text;
using Zonix.FileSystems.Host;
using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>
/// A folder of the host, or a single file, that a zone reads and writes. Nothing of it is remembered without being asked about
/// again: each name that is walked is looked at on the host, so that what the host changes is seen. It is reached name by name
/// from one descriptor and never through a link or <c>..</c>, so that neither the guest nor anybody on the host leads out of it.
/// </summary>
public sealed class FolderFileSystem : IFileSystem, IDisposable
{
    private const int FirstSweep = 4096, Descriptors = 1024;
    private readonly Lock gate = new();
    private readonly List<ulong> devices = [];
    private readonly Dictionary<FolderIdentity, WeakReference<IFolderInode>> inodes = [];
    private readonly FolderDirectory top;
    private int nextSweep = FirstSweep;

    private FolderFileSystem(VirtualFileSystem vfs, HostDirectory directory, in HostStat stat, FolderOwners owners, bool isReadOnly)
    {
        Vfs = vfs;
        Owners = owners;
        IsReadOnly = isReadOnly;
        Device = vfs.AllocateDevice();
        devices.Add(stat.Device);
        var common = new FolderInode(this, FolderIdentity.Of(stat));
        top = new FolderDirectory(common, directory);
        common.Update(stat, new HostEntry(directory.Descriptor));
        inodes.Add(common.Identity, new WeakReference<IFolderInode>(top));
        Root = new Dentry(top);
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
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public Dentry Root { get; private set; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    internal VirtualFileSystem Vfs { get; }

    internal FolderOwners Owners { get; }

    internal HostHandleCache Handles { get; } = new(Descriptors);

    /// <summary>Opens a folder or a file of the host; an errno when the host refuses.</summary>
    /// <param name="vfs">The machine's.</param>
    /// <param name="path">The host's path; links in it are followed here, once.</param>
    /// <param name="uid">The zone's user: whose the files of the machine's own user are shown to be.</param>
    /// <param name="gid">The zone's group.</param>
    /// <param name="isReadOnly">Nothing in it can be changed, through whatever mount.</param>
    /// <param name="fileSystem">What was opened.</param>
    public static Errno Open(VirtualFileSystem vfs, string path, uint uid, uint gid, bool isReadOnly, out FolderFileSystem? fileSystem)
    {
        fileSystem = null;
        string? file = null;
        int e = HostDirectory.OpenRoot(path, out HostDirectory? root);
        if (e == (int)Errno.ENOTDIR && File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName is var target)
        {
            string full = Path.GetFullPath(target ?? path);
            file = Path.GetFileName(full);
            e = HostDirectory.OpenRoot(Path.GetDirectoryName(full)!, out root);
        }
        if (e != 0)
            return (Errno)e;
        e = root!.Stat(default, out HostStat stat);
        if (e != 0)
            return (Errno)e;
        // The umask of a guest has been applied when a file is made.
        HostProcessLimits.ClearUmask();
        var made = new FolderFileSystem(vfs, root, stat, new FolderOwners(uid, gid), isReadOnly);
        if (file is not null)
        {
            Errno error = made.top.Lookup(Encoding.UTF8.GetBytes(file), out IInode? inode);
            if (error != 0)
                return error;
            made.Root = new Dentry(inode!);
        }
        fileSystem = made;
        return 0;
    }

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = default;
        Errno e = top.Hold(out HostDirectory? root);
        if (e != 0)
            return e;
        e = (Errno)root!.StatFileSystem(out HostFileSystemStat s);
        root.Release();
        statistics = new FileSystemStatistics
        {
            Type = s.Type, BlockSize = s.BlockSize, Blocks = s.Blocks, BlocksFree = s.BlocksFree,
            BlocksAvailable = s.BlocksAvailable, Files = s.Files, FilesFree = s.FilesFree, NameLength = s.NameLength,
        };
        return e;
    }

    /// <inheritdoc/>
    public void Dispose() => top.Dispose();

    /// <summary>The inode of what the host showed under a name; one for all its names.</summary>
    internal IFolderInode Get(in HostStat stat, HostEntry? entry, FolderDirectory? parent, ReadOnlySpan<byte> name)
    {
        FolderIdentity identity = FolderIdentity.Of(stat);
        IFolderInode? inode;
        lock (gate)
        {
            if (!inodes.TryGetValue(identity, out WeakReference<IFolderInode>? known) || !known.TryGetTarget(out inode))
            {
                if (inodes.Count >= nextSweep)
                    Sweep();
                inode = Create(identity, stat.Rdev);
                inodes[identity] = new WeakReference<IFolderInode>(inode);
            }
        }
        if (parent is not null)
            inode.Common.Found(parent, name);
        inode.Common.Update(stat, entry);
        return inode;
    }

    /// <summary>The host's attributes, with this file system's device and numbers.</summary>
    internal InodeAttributes Translate(in HostStat stat) => new()
    {
        Device = Device, Inode = InodeNumber(stat), Rdev = stat.Rdev, Size = stat.Size, Blocks = stat.Blocks,
        Mode = stat.Mode, Links = stat.Links, Uid = stat.Uid, Gid = stat.Gid, BlockSize = stat.BlockSize,
        Access = new(stat.Access.Seconds, stat.Access.Nanoseconds), Modify = new(stat.Modify.Seconds, stat.Modify.Nanoseconds),
        Change = new(stat.Change.Seconds, stat.Change.Nanoseconds), Birth = new(stat.Birth.Seconds, stat.Birth.Nanoseconds),
    };

    private IFolderInode Create(FolderIdentity identity, ulong device)
    {
        var common = new FolderInode(this, identity);
        return identity.Type switch
        {
            FileModeBits.S_IFDIR => new FolderDirectory(common),
            FileModeBits.S_IFREG => new FolderRegular(common),
            FileModeBits.S_IFLNK => new FolderLink(common),
            _ => new FolderNode(common, device),
        };
    }

    private void Sweep()
    {
        foreach ((FolderIdentity identity, WeakReference<IFolderInode> place) in inodes)
        {
            if (!place.TryGetTarget(out _))
                inodes.Remove(identity);
        }
        nextSweep = Math.Max(FirstSweep, inodes.Count * 2);
    }

    // One number space for a folder that spans several of the host's file systems.
    private ulong InodeNumber(in HostStat stat)
    {
        if (stat.Device == devices[0])
            return stat.Inode;
        lock (devices)
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

namespace Zonix.FileSystems.Tmpfs;

/// <summary>A file system in memory. tmpfs(5).</summary>
public sealed class TmpFileSystem : IExportedFileSystem, IMemoryFiles
{
    private readonly HashSet<TmpContent> contents = [];
    private long lastInode;

    /// <summary>An empty one, whose root belongs to root and has this mode.</summary>
    public TmpFileSystem(VirtualFileSystem vfs, uint rootMode = 0x3FF, string typeName = "tmpfs", string source = "tmpfs")
        : this(vfs, vfs.AllocateDevice(), 0, rootMode, 0, 0)
    {
        TypeName = typeName;
        Source = source;
    }

    /// <summary>The upper layer of an overlay: it shows the overlay's device and numbers its inodes from <paramref name="firstInode"/> on.</summary>
    internal TmpFileSystem(VirtualFileSystem vfs, ulong device, ulong firstInode, uint rootMode, uint uid, uint gid)
    {
        Vfs = vfs;
        Device = device;
        lastInode = (long)firstInode;
        IsUpper = firstInode != 0;
        RootDirectory = new TmpDirectory(this, new InodeState(device, NextInode(), FileModeBits.S_IFDIR | rootMode, uid, gid, Now, links: 2));
        Root = new Dentry(RootDirectory);
    }

    /// <inheritdoc/>
    public string TypeName { get; } = "tmpfs";

    /// <inheritdoc/>
    public string Source { get; } = "tmpfs";

    /// <inheritdoc/>
    public string Options => "";

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    /// <summary>Bytes that its files hold; small ones do not count.</summary>
    public ulong HeldBytes
    {
        get
        {
            TmpContent[] all;
            lock (contents)
                all = [.. contents];
            ulong bytes = 0;
            foreach (TmpContent content in all)
                bytes += content.Blocks * 512;
            return bytes;
        }
    }

    internal VirtualFileSystem Vfs { get; }

    internal TmpDirectory RootDirectory { get; }

    /// <summary>Whether it is the upper layer of an overlay, and answers as a disk would.</summary>
    internal bool IsUpper { get; }

    internal Timestamp Now => Vfs.Now;

    /// <inheritdoc/>
    public IOpenableInode Create(uint mode, uint uid, uint gid, uint seals)
    {
        var state = new InodeState(Device, NextInode(), FileModeBits.S_IFREG | mode, uid, gid, Now, links: 0);
        return new TmpRegular(this, state, seals);
    }

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        // No limit but the machine's memory: half of it, as Linux grants by default.
        ulong total = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / 4096;
        statistics = new FileSystemStatistics
        {
            Type = 0x01021994, BlockSize = 4096, Blocks = total, BlocksFree = total, BlocksAvailable = total,
            Files = total, FilesFree = total, NameLength = 255,
        };
        return 0;
    }

    internal ITmpInode CreateInode(in NewInode what, bool linked)
    {
        bool isDirectory = (what.Mode & FileModeBits.S_IFMT) == FileModeBits.S_IFDIR;
        uint links = isDirectory ? 2u : linked ? 1u : 0u;
        var state = new InodeState(Device, NextInode(), what.Mode, what.Uid, what.Gid, Now, links, what.Rdev);
        state.SetAcls(what.Acls);
        return (what.Mode & FileModeBits.S_IFMT) switch
        {
            FileModeBits.S_IFDIR => new TmpDirectory(this, state),
            FileModeBits.S_IFLNK => new TmpSymbolicLink(this, state, what.Target.ToArray()),
            FileModeBits.S_IFREG => new TmpRegular(this, state),
            _ => new TmpNode(this, state),
        };
    }

    /// <summary>A content is held in memory of the host's from now on. Under the content's gate.</summary>
    internal void Count(TmpContent content)
    {
        lock (contents)
            contents.Add(content);
    }

    /// <summary>A content is gone.</summary>
    internal void Forget(TmpContent content)
    {
        lock (contents)
            contents.Remove(content);
    }

    private ulong NextInode() => (ulong)Interlocked.Increment(ref lastInode);
}

using System.Globalization;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>A file system in memory. tmpfs(5).</summary>
public sealed class TmpFileSystem : IExportedFileSystem, IMemoryFiles, IUnmountable, IMemoryHolder
{
    private readonly HashSet<TmpContent> contents = [];
    private readonly (uint Mode, uint Uid, uint Gid)? shownRoot;
    private long lastInode;

    /// <summary>An empty one, whose root belongs to root and has this mode.</summary>
    public TmpFileSystem(VirtualFileSystem vfs, uint rootMode = 0x3FF, string typeName = "tmpfs", string source = "tmpfs")
        : this(vfs, vfs.AllocateDevice(), 0, rootMode, 0, 0)
    {
        TypeName = typeName;
        Source = source;
    }

    /// <summary>An empty one that holds so many bytes at most; 0: as many as there are.</summary>
    public static TmpFileSystem CreateLimited(VirtualFileSystem vfs, uint rootMode, long bytes)
    {
        const long PageSize = 4096;
        ArgumentNullException.ThrowIfNull(vfs);
        return new(vfs, vfs.AllocateDevice(), 0, rootMode, 0, 0) { Limits = bytes > 0 ? new TmpLimits((bytes + PageSize - 1) / PageSize, 0) : null };
    }

    /// <summary>One as mount(2) makes it.</summary>
    internal TmpFileSystem(VirtualFileSystem vfs, uint rootMode, string typeName, uint uid, uint gid)
        : this(vfs, vfs.AllocateDevice(), 0, rootMode, uid, gid)
    {
        TypeName = Source = typeName;
        shownRoot = (rootMode, uid, gid);
        Measure = () => HeldBytes;
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
    public string Options => shownRoot is { } root ? Show(root) : "";

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

    /// <summary>What it may hold; null: as much as there is, and nobody counts.</summary>
    internal TmpLimits? Limits { get; init; }

    /// <summary>The limit of pages and of inodes that is not worth showing.</summary>
    internal long DefaultLimit { get; init; }

    internal bool ShowsWideInodes { get; init; }

    /// <summary>The zone's memory, of which its files are a part; null: somebody else adds them up.</summary>
    internal Kernel.Memory.MemoryGroup? Memory { get; init; }

    /// <summary><see cref="HeldBytes"/>, as the zone's memory asks for it.</summary>
    internal Func<ulong> Measure { get; } = static () => 0;

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
        if (Limits is { } limits)
        {
            RecountMapped();
            statistics = new FileSystemStatistics { Type = 0x01021994, BlockSize = 4096, NameLength = 255 };
            statistics.Blocks = (ulong)limits.MaxPages;
            statistics.BlocksFree = statistics.BlocksAvailable = (ulong)Math.Max(0, limits.MaxPages - limits.Pages);
            statistics.Files = (ulong)limits.MaxInodes;
            statistics.FilesFree = (ulong)Math.Max(0, limits.MaxInodes - limits.Inodes);
            return 0;
        }
        if (TypeName == "ramfs")
        {
            statistics = new FileSystemStatistics { Type = 0x858458f6, BlockSize = 4096, NameLength = 255 };
            return 0;
        }
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

    /// <summary>What was written through mappings is counted only when somebody asks.</summary>
    internal void RecountMapped()
    {
        TmpContent[] all;
        lock (contents)
            all = [.. contents];
        foreach (TmpContent content in all)
            content.RecountMapped();
    }

    /// <inheritdoc/>
    public void Unmounted()
    {
        Memory?.RemoveSource(Measure);
        RootDirectory.FreeAll();
    }

    /// <summary>A content is gone.</summary>
    internal void Forget(TmpContent content)
    {
        lock (contents)
            contents.Remove(content);
    }

    private string Show((uint Mode, uint Uid, uint Gid) root)
    {
        const uint DefaultMode = 0x3FF;
        var text = new System.Text.StringBuilder();
        if (Limits is { } limits)
        {
            if (limits.MaxPages != DefaultLimit)
                text.Append(CultureInfo.InvariantCulture, $",size={limits.MaxPages * 4}k");
            if (limits.MaxInodes != DefaultLimit)
                text.Append(CultureInfo.InvariantCulture, $",nr_inodes={limits.MaxInodes}");
        }
        if (TypeName == "ramfs" ? root.Mode != 0x1ED : root.Mode != DefaultMode)
            text.Append(",mode=").Append(Convert.ToString(root.Mode, 8).PadLeft(3, '0'));
        if (root.Uid != 0 && Limits is not null)
            text.Append(CultureInfo.InvariantCulture, $",uid={root.Uid}");
        if (root.Gid != 0 && Limits is not null)
            text.Append(CultureInfo.InvariantCulture, $",gid={root.Gid}");
        return ShowsWideInodes ? text.Append(",inode64").ToString() : text.ToString();
    }

    private ulong NextInode() => (ulong)Interlocked.Increment(ref lastInode);
}

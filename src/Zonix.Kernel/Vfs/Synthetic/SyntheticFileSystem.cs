namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A file system whose files are made from what the kernel knows when they are looked at: proc, sysfs.</summary>
public sealed class SyntheticFileSystem : IFileSystem
{
    private readonly VirtualFileSystem vfs;
    private readonly long magic;

    /// <summary>One of a type; <paramref name="entries"/> are its root's.</summary>
    public SyntheticFileSystem(VirtualFileSystem vfs, string typeName, long magic, Func<SyntheticFileSystem, ISyntheticEntries> entries)
    {
        this.vfs = vfs;
        this.magic = magic;
        TypeName = typeName;
        Device = vfs.AllocateDevice();
        Created = vfs.Now;
        Root = new Dentry(new SyntheticDirectory(this, new SyntheticNode(this, 1, 0x16D), entries(this), cachesNames: typeName != "proc"));
    }

    /// <summary>The permissions of its directories, but for its root.</summary>
    public uint DirectoryPermissions { get; init; } = 0x16D;

    /// <summary>The size that stat(2) shows of files that are always there.</summary>
    public ulong FileSize { get; init; }

    /// <inheritdoc/>
    public string TypeName { get; }

    /// <inheritdoc/>
    public string Source => TypeName;

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

    /// <summary>The current time.</summary>
    internal Timestamp Now => vfs.Now;

    /// <summary>When it was mounted.</summary>
    internal Timestamp Created { get; }

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = new FileSystemStatistics { Type = magic, BlockSize = 4096, NameLength = 255 };
        return 0;
    }
}

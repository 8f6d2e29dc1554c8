using Zonix.Abi;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Cgroup;

/// <summary>The control groups of a zone as a tree of directories. cgroups(7), version 2.</summary>
public sealed class CgroupFileSystem : IFileSystem
{
    private const long CGROUP2_SUPER_MAGIC = 0x63677270;
    private const uint DirectoryPermissions = 0x1ED;
    private readonly VirtualFileSystem vfs;

    /// <summary>Shows a tree of groups, from its root on.</summary>
    public CgroupFileSystem(VirtualFileSystem vfs, ControlGroups groups)
    {
        ArgumentNullException.ThrowIfNull(vfs);
        ArgumentNullException.ThrowIfNull(groups);
        this.vfs = vfs;
        Device = vfs.AllocateDevice();
        Files = new CgroupFiles();
        Root = new Dentry(new CgroupDirectory(this, groups.Root, DirectoryPermissions, 0, 0));
    }

    private CgroupFileSystem(CgroupFileSystem whole, ControlGroup top)
    {
        vfs = whole.vfs;
        Device = whole.Device;
        Files = whole.Files;
        Root = new Dentry((CgroupDirectory)top.FileState!);
    }

    /// <inheritdoc/>
    public string TypeName => "cgroup2";

    /// <inheritdoc/>
    public string Source => "cgroup2";

    /// <inheritdoc/>
    public string Options => ",nsdelegate";

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    internal CgroupFiles Files { get; }

    internal Timestamp Now => vfs.Now;

    internal Kernel.Watching.FileWatching Watching => vfs.Watching;

    /// <summary>The same groups as somebody sees them in whose namespace <paramref name="top"/> is at the top. cgroup_namespaces(7).</summary>
    public CgroupFileSystem From(ControlGroup top)
    {
        ArgumentNullException.ThrowIfNull(top);
        return top.Parent is null ? this : new CgroupFileSystem(this, top);
    }

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = new FileSystemStatistics { Type = CGROUP2_SUPER_MAGIC, BlockSize = 4096, NameLength = 255 };
        return 0;
    }
}

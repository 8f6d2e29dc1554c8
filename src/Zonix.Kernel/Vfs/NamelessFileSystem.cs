namespace Zonix.Kernel.Vfs;

/// <summary>Home of inodes without names: pipefs, and one for sockets and event descriptors (Linux has sockfs and anon_inodefs).</summary>
internal sealed class NamelessFileSystem : IFileSystem
{
    private readonly long magic;

    public NamelessFileSystem(VirtualFileSystem vfs, string typeName, long magic)
    {
        TypeName = typeName;
        this.magic = magic;
        Device = vfs.AllocateDevice();
        Root = new Dentry(new SimpleInode(this, vfs.AllocateInode(), FileModeBits.S_IFDIR | 0x16D, 0, 0, vfs.Now));
    }

    public string TypeName { get; }

    public string Source => "none";

    public string Options => "";

    public ulong Device { get; }

    public bool IsReadOnly => false;

    public Dentry Root { get; }

    public Lock RenameGate { get; } = new();

    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = new FileSystemStatistics { Type = magic, BlockSize = 4096, NameLength = 255 };
        return 0;
    }
}

namespace Zonix.Kernel.Vfs;

/// <summary>What shall be created: type and permissions (umask applied), owner, device number, text of a symbolic link.</summary>
public readonly ref struct NewInode(uint mode, uint uid, uint gid, ulong rdev = 0, ReadOnlySpan<byte> target = default, FileAcls? acls = null)
{
    /// <summary>Type and permission bits.</summary>
    public uint Mode => mode;

    /// <summary>Owner.</summary>
    public uint Uid => uid;

    /// <summary>Group; the parent's, when the parent is setgid.</summary>
    public uint Gid => gid;

    /// <summary>The device a node stands for.</summary>
    public ulong Rdev => rdev;

    /// <summary>What it inherits from its directory.</summary>
    public FileAcls? Acls => acls;

    /// <summary>The text of a symbolic link.</summary>
    public ReadOnlySpan<byte> Target { get; } = target;
}

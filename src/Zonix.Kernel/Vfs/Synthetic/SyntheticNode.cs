namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>Number, permissions and owner of a synthetic inode.</summary>
/// <param name="FileSystem">Where it lives.</param>
/// <param name="Number">Inode number.</param>
/// <param name="Permissions">Permission bits.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
public readonly record struct SyntheticNode(SyntheticFileSystem FileSystem, ulong Number, uint Permissions, uint Uid = 0, uint Gid = 0)
{
    /// <summary>A number for the file <paramref name="name"/> of the directory with number <paramref name="parent"/>.</summary>
    public static ulong NumberOf(ulong parent, ReadOnlySpan<byte> name)
    {
        ulong h = 0xcbf29ce484222325 ^ parent;
        foreach (byte b in name)
            h = (h ^ b) * 0x100000001b3;
        return (h ^ (h >> 32)) & 0xffff_ffff | 0x1000;
    }

    /// <summary>Access of an inode of that type.</summary>
    public InodeAccess Access(uint type) => new(type | Permissions, Uid, Gid);

    /// <summary>Attributes of an inode of that type.</summary>
    public InodeAttributes Attributes(uint type, ulong size = 0, uint links = 1)
    {
        Timestamp created = FileSystem.Created;
        return new InodeAttributes
        {
            Device = FileSystem.Device, Inode = Number, Mode = type | Permissions, Links = links, Uid = Uid, Gid = Gid, Size = size,
            BlockSize = 1024, Access = created, Modify = created, Change = created,
        };
    }
}

using Zonix.Host.Files;

namespace Zonix.FileSystems.Host;

/// <summary>What all inodes of a host tree share: their place in it and what the host said about them.</summary>
internal sealed class HostInode(HostFileSystem fileSystem, HostDirectoryInode? parent, byte[] name, in HostStat stat)
{
    private readonly InodeAttributes attributes = new()
    {
        Device = fileSystem.Device, Inode = fileSystem.InodeNumber(stat), Rdev = stat.Rdev, Size = stat.Size, Blocks = stat.Blocks,
        Mode = stat.Mode, Links = stat.Links, Uid = stat.Uid, Gid = stat.Gid, BlockSize = stat.BlockSize,
        Access = new(stat.Access.Seconds, stat.Access.Nanoseconds), Modify = new(stat.Modify.Seconds, stat.Modify.Nanoseconds),
        Change = new(stat.Change.Seconds, stat.Change.Nanoseconds), Birth = new(stat.Birth.Seconds, stat.Birth.Nanoseconds),
    };

    public HostFileSystem FileSystem => fileSystem;

    /// <summary>Null for the root.</summary>
    public HostDirectoryInode? Parent => parent;

    public ReadOnlySpan<byte> Name => name;

    public ref readonly InodeAttributes Attributes => ref attributes;

    public InodeAccess Access => new(attributes.Mode, attributes.Uid, attributes.Gid);

    public SysResult GetAttribute(ReadOnlySpan<byte> attribute, Span<byte> value)
    {
        Errno e = Directory(out HostDirectory? directory);
        return e != 0 ? e : SysResult.FromRaw(directory!.GetAttribute(name, attribute, value));
    }

    public SysResult ListAttributes(Span<byte> names)
    {
        Errno e = Directory(out HostDirectory? directory);
        return e != 0 ? e : SysResult.FromRaw(directory!.ListAttributes(name, names));
    }

    private Errno Directory(out HostDirectory? directory)
    {
        directory = null;
        return parent is null ? Errno.EOPNOTSUPP : parent.GetHandle(out directory);
    }
}

namespace Zonix.FileSystems.Host;

/// <summary>An inode of a host tree: nothing about it can be changed.</summary>
internal interface IHostInode : IExtendedAttributes
{
    /// <summary>Place and attributes.</summary>
    HostInode Common { get; }

    IFileSystem IInode.FileSystem => Common.FileSystem;

    InodeAccess IInode.Access => Common.Access;

    Errno IInode.GetAttributes(out InodeAttributes attributes)
    {
        attributes = Common.Attributes;
        return 0;
    }

    Errno IInode.SetAttributes(in AttributeChange change) => Errno.EROFS;

    SysResult IExtendedAttributes.GetAttribute(ReadOnlySpan<byte> name, Span<byte> value) => Common.GetAttribute(name, value);

    Errno IExtendedAttributes.SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags) => Errno.EROFS;

    Errno IExtendedAttributes.RemoveAttribute(ReadOnlySpan<byte> name) => Errno.EROFS;

    SysResult IExtendedAttributes.ListAttributes(Span<byte> names) => Common.ListAttributes(names);
}

namespace Zonix.FileSystems.Folder;

/// <summary>An inode of a folder of the host.</summary>
internal interface IFolderInode : IExtendedAttributes
{
    /// <summary>Which object of the host it is, and how it is reached.</summary>
    FolderInode Common { get; }

    IFileSystem IInode.FileSystem => Common.FileSystem;

    InodeAccess IInode.Access => Common.Access;

    Errno IInode.GetAttributes(out InodeAttributes attributes) => Common.GetAttributes(out attributes);

    Errno IInode.SetAttributes(in AttributeChange change) => Common.SetAttributes(change);

    SysResult IExtendedAttributes.GetAttribute(ReadOnlySpan<byte> name, Span<byte> value) => FolderAttributes.Get(Common, name, value);

    Errno IExtendedAttributes.SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags) =>
        FolderAttributes.Set(Common, name, value, flags);

    Errno IExtendedAttributes.RemoveAttribute(ReadOnlySpan<byte> name) => FolderAttributes.Remove(Common, name);

    SysResult IExtendedAttributes.ListAttributes(Span<byte> names) => FolderAttributes.List(Common, names);
}

namespace Zonix.FileSystems.Tmpfs;

/// <summary>What all inodes of tmpfs have.</summary>
internal interface ITmpInode : IInode, IExtendedAttributes
{
    /// <summary>Attributes and links.</summary>
    InodeState State { get; }

    /// <summary>Extended attributes.</summary>
    TmpAttributes Attributes { get; }

    /// <summary>A name was taken away.</summary>
    void Unlinked();

    SysResult IExtendedAttributes.GetAttribute(ReadOnlySpan<byte> name, Span<byte> value) => Attributes.Get(name, value);

    Errno IExtendedAttributes.SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags) => Attributes.Set(name, value, flags);

    Errno IExtendedAttributes.RemoveAttribute(ReadOnlySpan<byte> name) => Attributes.Remove(name);

    SysResult IExtendedAttributes.ListAttributes(Span<byte> names) => Attributes.List(names);
}

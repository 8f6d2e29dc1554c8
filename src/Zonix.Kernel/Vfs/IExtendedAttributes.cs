namespace Zonix.Kernel.Vfs;

/// <summary>An inode that keeps extended attributes. xattr(7).</summary>
public interface IExtendedAttributes : IInode
{
    /// <summary>The value's length, and the value if it fits; ENODATA, ERANGE when <paramref name="value"/> is not empty and too short.</summary>
    SysResult GetAttribute(ReadOnlySpan<byte> name, Span<byte> value);

    /// <summary>Sets a value; <paramref name="flags"/>: XATTR_CREATE 1, XATTR_REPLACE 2.</summary>
    Errno SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags);

    /// <summary>Takes an attribute away.</summary>
    Errno RemoveAttribute(ReadOnlySpan<byte> name);

    /// <summary>The names, each terminated by a zero byte.</summary>
    SysResult ListAttributes(Span<byte> names);
}

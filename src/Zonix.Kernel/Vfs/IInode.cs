namespace Zonix.Kernel.Vfs;

/// <summary>
/// A file, directory, link or node of a file system, whatever its names. What more it can do, it says by implementing
/// <see cref="IDirectoryInode"/>, <see cref="IOpenableInode"/>, <see cref="ISymbolicLink"/>, <see cref="IExtendedAttributes"/>.
/// Permissions have been checked by the caller.
/// </summary>
public interface IInode
{
    /// <summary>Where it lives.</summary>
    IFileSystem FileSystem { get; }

    /// <summary>Type, permissions and owner; cheap.</summary>
    InodeAccess Access { get; }

    /// <summary>Whether it keeps the flags of ioctl_iflags(2).</summary>
    bool KeepsFlags => false;

    /// <summary>stat(2).</summary>
    Errno GetAttributes(out InodeAttributes attributes);

    /// <summary>chmod, chown, truncate, utimensat.</summary>
    Errno SetAttributes(in AttributeChange change);
}

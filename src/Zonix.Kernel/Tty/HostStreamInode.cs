using Zonix.Host.Files;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>The inode of a standard stream; opening it again (/dev/stdout) gives another file over the same stream.</summary>
public sealed class HostStreamInode(IFileSystem fileSystem, HostStream stream) : IOpenableInode
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => fileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => new(stream.Host.Stat.Mode, stream.Host.Stat.Uid, stream.Host.Stat.Gid);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        HostStat s = stream.Host.Stat;
        int e = stream.Host.IsRegular ? new HostFile(stream.Host.Descriptor).Stat(out s) : 0;
        attributes = new InodeAttributes
        {
            Device = s.Device, Inode = s.Inode, Rdev = s.Rdev, Size = s.Size, Blocks = s.Blocks, Mode = s.Mode, Links = s.Links,
            Uid = s.Uid, Gid = s.Gid, BlockSize = s.BlockSize, Access = new(s.Access.Seconds, s.Access.Nanoseconds),
            Modify = new(s.Modify.Seconds, s.Modify.Nanoseconds), Change = new(s.Change.Seconds, s.Change.Nanoseconds),
            Birth = new(s.Birth.Seconds, s.Birth.Nanoseconds),
        };
        return (Errno)e;
    }

    /// <summary>What is outside the zone is not the guest's to change, but for truncating the file it was given to write to.</summary>
    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not { } size)
            return Errno.EPERM;
        return stream.Host.IsRegular ? (Errno)new HostFile(stream.Host.Descriptor).Truncate((long)size) : Errno.EINVAL;
    }

    /// <inheritdoc/>
    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = stream.Host.IsRegular ? new HostRegularStreamFile(stream, this) : new HostStreamFile(stream, this);
        return 0;
    }
}

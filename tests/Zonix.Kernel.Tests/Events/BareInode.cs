using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tests.Events;

/// <summary>An inode of nothing, in no file system.</summary>
internal sealed class BareInode : IInode
{
    public IFileSystem FileSystem => throw new NotSupportedException();

    public InodeAccess Access => default;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = default;
        return Errno.ENOSYS;
    }

    public Errno SetAttributes(in AttributeChange change) => Errno.ENOSYS;
}

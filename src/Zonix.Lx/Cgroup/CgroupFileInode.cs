using Zonix.Abi;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Cgroup;

/// <summary>A file of a group. Its owner and permissions can be changed: so groups are given to others.</summary>
internal sealed class CgroupFileInode(CgroupDirectory directory, CgroupFileKind kind, InodeState state) : IOpenableInode
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => directory.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => state.Access;

    internal ControlGroup Group => directory.Group;

    internal CgroupFileKind Kind => kind;

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change)
    {
        state.Apply(change);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if (Group.IsRemoved)
            return Errno.ENODEV;
        file = new CgroupFile(this, CgroupOpener.Caller);
        return 0;
    }
}

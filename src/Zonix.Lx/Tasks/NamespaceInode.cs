using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Tasks;

/// <summary>The file of a namespace: it can be opened, and tells nothing. namespaces(7).</summary>
internal sealed class NamespaceInode(IInode attributes, Namespace content) : IOpenableInode, IBindable
{
    public IFileSystem FileSystem => attributes.FileSystem;

    public InodeAccess Access => attributes.Access;

    public Errno GetAttributes(out InodeAttributes values) => attributes.GetAttributes(out values);

    public Errno SetAttributes(in AttributeChange change) => Errno.EPERM;

    // A namespace of mounts cannot be seen from one that it would keep alive by that. mount_namespaces(7).
    public bool Bind(MountNamespace space) =>
        !(content.Content is MountNamespace mounts && mounts.Number <= space.Number) && content.TryAcquire();

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if ((flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY)
            return Errno.EPERM;
        if (!content.TryAcquire())
            return Errno.ENOENT;
        file = new NamespaceFile(this, content);
        return 0;
    }
}

using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/mounts and mountinfo: what one opens shows the namespace of that moment, and can be polled for changes.</summary>
internal sealed class ProcMounts(SyntheticNode node, KernelTask? task, Func<FsContext, string> text) : IOpenableInode
{
    public IFileSystem FileSystem => node.FileSystem;

    public InodeAccess Access => node.Access(FileModeBits.S_IFREG);

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFREG);
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change) => change.Size is not null ? 0 : Errno.EPERM;

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if ((flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY)
            return Errno.EACCES;
        if (task?.FileSystem is not { } files)
            return Errno.EINVAL;
        // A copy: the task may go over to another namespace.
        FsContext seen = files.Clone();
        file = new ProcMountsFile(this, seen, () => Encoding.Latin1.GetBytes(text(seen)));
        return 0;
    }
}

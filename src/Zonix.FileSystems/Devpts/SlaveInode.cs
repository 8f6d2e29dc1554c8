using Zonix.Kernel.Tty;

namespace Zonix.FileSystems.Devpts;

/// <summary>The node of a pty's slave.</summary>
internal sealed class SlaveInode(DevptsFileSystem fileSystem, InodeState state, Pty pty) : IOpenableInode
{
    public IFileSystem FileSystem => fileSystem;

    public InodeAccess Access => state.Access;

    internal Pty Pty => pty;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        attributes.BlockSize = 1024;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EINVAL;
        state.Apply(change);
        return 0;
    }

    public Errno Open(OpenFlags flags, out IFile? file) => pty.Open(this, flags, out file);
}

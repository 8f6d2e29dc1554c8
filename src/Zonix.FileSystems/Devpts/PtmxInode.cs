using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;

namespace Zonix.FileSystems.Devpts;

/// <summary>ptmx: opening it makes a pty and gives its master. ptmx(4).</summary>
internal sealed class PtmxInode(DevptsFileSystem fileSystem, InodeState state) : IOpenableInode
{
    public IFileSystem FileSystem => fileSystem;

    public InodeAccess Access => state.Access;

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

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        Credentials who = Worker.Current?.Running?.Credentials ?? Credentials.Root;
        Errno e = fileSystem.Create(who.FsUid, who.FsGid, out Pty? pty);
        file = e == 0 ? new PtyMasterFile(pty!, this) : null;
        return e;
    }
}

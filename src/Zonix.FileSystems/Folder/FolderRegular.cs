using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>A regular file. Each open description has a descriptor of its own on the host.</summary>
internal sealed class FolderRegular(FolderInode common) : IFolderInode, IOpenableInode
{
    private HostFile? made;

    public FolderInode Common => common;

    /// <summary>It was just made, and is open already for who made it.</summary>
    public void TakeMade(HostFile file) => Interlocked.Exchange(ref made, file)?.Dispose();

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        HostFile? host = Volatile.Read(ref made) is null ? null : Interlocked.Exchange(ref made, null);
        if (host is not null && (flags & Special) != 0 && common.Parent is not null)
        {
            host.Dispose();
            host = null;
        }
        Errno e = host is not null ? 0 : OpenHost(flags, out host);
        if (e != 0)
            return e;
        if ((flags & OpenFlags.O_TRUNC) != 0 && (e = (Errno)host!.Truncate(0)) != 0)
        {
            host.Dispose();
            return e;
        }
        common.Opened(host!);
        file = new FolderFile(this, host!);
        return 0;
    }

    private const OpenFlags Special = OpenFlags.O_SYNC | OpenFlags.O_DSYNC | OpenFlags.O_DIRECT | OpenFlags.O_NOATIME;

    // By its name; what is open then is looked at, since the name may have been given to something else.
    private Errno OpenHost(OpenFlags flags, out HostFile? host)
    {
        const OpenFlags Passed = OpenFlags.O_ACCMODE | Special;
        host = null;
        if (common.Parent is not { } parent)
            return ReopenHeld(out host);
        Errno e = parent.OpenFile(common.Name, (int)(flags & Passed), out host);
        if (e == Errno.EPERM && (flags & OpenFlags.O_NOATIME) != 0)
            e = parent.OpenFile(common.Name, (int)(flags & Passed & ~OpenFlags.O_NOATIME), out host);
        if (e != 0)
            return e is Errno.ENOENT or Errno.ELOOP ? Errno.ESTALE : e;
        if (host!.Stat(out HostStat stat) == 0 && FolderIdentity.Of(stat) == common.Identity)
            return 0;
        host.Dispose();
        host = null;
        return Errno.ESTALE;
    }

    // A file without a name is reached by who has it open, through /proc: it is open for everything.
    private Errno ReopenHeld(out HostFile? host)
    {
        host = common.TakeOpen();
        return host is null ? Errno.ESTALE : 0;
    }
}

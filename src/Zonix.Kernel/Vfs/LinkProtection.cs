using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// What others may do with links and files that somebody leaves in directories that everybody may write to. proc_sys_fs(5),
/// protected_hardlinks, protected_symlinks, protected_fifos, protected_regular. Any thread.
/// </summary>
public sealed class LinkProtection
{
    private const uint WorldWritable = 2, GroupWritable = 0x10;

    /// <summary>Hard links only to files that one owns, or may read and write: 0 or 1.</summary>
    public int HardLinks { get; set; } = 1;

    /// <summary>Symbolic links of others in sticky directories are not followed: 0 or 1.</summary>
    public int SymbolicLinks { get; set; } = 1;

    /// <summary>O_CREAT does not open the FIFOs of others in sticky directories: 0, 1, or 2 for those that a group may write to, too.</summary>
    public int Fifos { get; set; }

    /// <summary>The same for regular files.</summary>
    public int Regular { get; set; }

    /// <summary>Whether a file may get one more name: EPERM.</summary>
    internal Errno CheckLink(IInode target, Credentials who)
    {
        InodeAccess access = target.Access;
        if (HardLinks == 0 || Permissions.IsOwner(access, who))
            return 0;
        const uint Group = FileModeBits.S_ISGID | FileModeBits.S_IXGRP;
        bool isSafe = access.IsRegular && (access.Mode & FileModeBits.S_ISUID) == 0 && (access.Mode & Group) != Group &&
            Permissions.Check(access, who, AccessMode.R_OK | AccessMode.W_OK) == 0;
        return isSafe ? 0 : Errno.EPERM;
    }

    /// <summary>Whether a symbolic link at the end of a path may be followed: EACCES.</summary>
    internal Errno CheckFollow(InodeAccess link, InodeAccess directory, Credentials who)
    {
        const uint Shared = FileModeBits.S_ISVTX | WorldWritable;
        bool isForbidden = SymbolicLinks != 0 && link.Uid != who.FsUid && (directory.Mode & Shared) == Shared && link.Uid != directory.Uid;
        return isForbidden ? Errno.EACCES : 0;
    }

    /// <summary>Whether O_CREAT may open what is there already: EACCES.</summary>
    internal Errno CheckOpen(InodeAccess file, InodeAccess directory, Credentials who)
    {
        int level = file.Type == FileModeBits.S_IFIFO ? Fifos : file.IsRegular ? Regular : 0;
        if (level == 0 || (directory.Mode & FileModeBits.S_ISVTX) == 0 || file.Uid == directory.Uid || file.Uid == who.FsUid)
            return 0;
        bool isShared = (directory.Mode & WorldWritable) != 0 || ((directory.Mode & GroupWritable) != 0 && level > 1);
        return isShared ? Errno.EACCES : 0;
    }
}

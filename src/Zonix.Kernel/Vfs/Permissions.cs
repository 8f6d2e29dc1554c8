using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>The checks of path_resolution(7) and capabilities(7).</summary>
public static class Permissions
{
    private const int CAP_CHOWN = 0, CAP_DAC_OVERRIDE = 1, CAP_DAC_READ_SEARCH = 2, CAP_FOWNER = 3, CAP_FSETID = 4;

    /// <summary>Whether the credentials may read (4), write (2), execute or search (1). 0 or EACCES.</summary>
    public static Errno Check(InodeAccess inode, Credentials who, AccessMode wanted)
    {
        if ((wanted & AccessMode.W_OK) != 0 && inode.IsImmutable)
            return Errno.EPERM;
        uint granted = inode.Mode;
        if (inode.Uid == who.FsUid)
            granted >>= 6;
        else if (inode.Acls?.Access is { } acl && (granted & FileModeBits.S_IRWXG) != 0)
            granted = acl.Grants(inode, who, (uint)wanted & 7) ? 7u : 0;
        else if (who.InGroup(inode.Gid))
            granted >>= 3;
        if (((uint)wanted & ~granted & 7) == 0)
            return 0;
        if (inode.IsDirectory)
        {
            if (who.Has(CAP_DAC_OVERRIDE) || ((wanted & AccessMode.W_OK) == 0 && who.Has(CAP_DAC_READ_SEARCH)))
                return 0;
            return Errno.EACCES;
        }
        if (wanted == AccessMode.R_OK && who.Has(CAP_DAC_READ_SEARCH))
            return 0;
        // Even root executes only what somebody may execute.
        if (who.Has(CAP_DAC_OVERRIDE) && ((wanted & AccessMode.X_OK) == 0 || (inode.Mode & 0x49) != 0))
            return 0;
        return Errno.EACCES;
    }

    /// <summary>Whether the credentials own the inode or may act as its owner (chmod, utimes, sticky directories).</summary>
    public static bool IsOwner(InodeAccess inode, Credentials who) => inode.Uid == who.FsUid || who.Has(CAP_FOWNER);

    /// <summary>Whether the credentials may give files away. chown(2).</summary>
    public static bool MayChown(Credentials who) => who.Has(CAP_CHOWN);

    /// <summary>Whether set-group-ID survives changes to a file whose group is not the caller's.</summary>
    public static bool KeepsSetGid(InodeAccess inode, Credentials who) => who.InGroup(inode.Gid) || who.Has(CAP_FSETID);

    /// <summary>Whether a write by this task leaves the file's set-ID bits alone.</summary>
    public static bool KeepsSetIdOnWrite(KernelTask? task) => task?.Credentials.Has(CAP_FSETID) == true;

    /// <summary>Whether an entry may be taken out of a directory: EACCES, or EPERM when the sticky bit forbids it.</summary>
    public static Errno CheckRemoval(InodeAccess directory, InodeAccess victim, Credentials who)
    {
        Errno e = Check(directory, who, AccessMode.W_OK | AccessMode.X_OK);
        if (e != 0)
            return e;
        if (directory.IsAppendOnly || victim.IsFixed)
            return Errno.EPERM;
        bool sticky = (directory.Mode & FileModeBits.S_ISVTX) != 0;
        return sticky && victim.Uid != who.FsUid && directory.Uid != who.FsUid && !who.Has(CAP_FOWNER) ? Errno.EPERM : 0;
    }

    /// <summary>The mode after somebody without CAP_FSETID wrote to the file or changed its owner: set-ID bits are lost.</summary>
    public static uint WithoutSetId(uint mode)
    {
        mode &= ~FileModeBits.S_ISUID;
        return (mode & FileModeBits.S_IXGRP) != 0 ? mode & ~FileModeBits.S_ISGID : mode;
    }
}

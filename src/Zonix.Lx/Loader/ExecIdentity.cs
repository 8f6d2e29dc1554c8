using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Loader;

/// <summary>
/// Who a task is when a program has taken its place: set-user-ID and set-group-ID programs, file capabilities, and what
/// becomes of the task's capabilities. execve(2); capabilities(7), "Transformation of capabilities during execve()".
/// </summary>
/// <param name="Credentials">The credentials of the program.</param>
/// <param name="IsSecure">AT_SECURE: the program may do more than its caller, and must not trust its environment.</param>
/// <param name="IsSetId">It runs as another user or group than the real one.</param>
/// <param name="IsReadable">The caller may read the program's file: else nobody is to see the process's memory.</param>
internal sealed record ExecIdentity(Credentials Credentials, bool IsSecure, bool IsSetId, bool IsReadable)
{
    private const int CAP_SETUID = 7;

    /// <summary>Works it out for the file that is loaded; of a script, its interpreter counts.</summary>
    /// <returns>0; EPERM for a file whose capabilities the caller cannot get in full.</returns>
    internal static Errno Create(KernelTask task, VfsPath program, out ExecIdentity? identity)
    {
        identity = null;
        Credentials old = task.Credentials;
        InodeAccess access = program.Inode.Access;
        bool mayGain = (program.Mount.Flags & MountFlags.MS_NOSUID) == 0;
        Credentials next = mayGain && !old.NoNewPrivileges ? ApplySetId(old, access) : old;
        FileCapabilities file = default;
        if (mayGain)
        {
            Errno error = FileCapabilities.Read(program.Inode, out file);
            if (error != 0)
                return error;
        }

        next = Transform(old, next, file, out bool isEffective, out bool isIncomplete);
        if (isIncomplete)
            return Errno.EPERM;
        bool isSetId = next.EffectiveUid != old.Uid || next.EffectiveGid != old.Gid;
        next = Restrict(task, old, next, isSetId);
        ulong ambient = file.IsPresent || isSetId ? 0 : old.AmbientCapabilities;
        ulong permitted = next.PermittedCapabilities | ambient;
        next = next with
        {
            SavedUid = next.EffectiveUid,
            FsUid = next.EffectiveUid,
            SavedGid = next.EffectiveGid,
            FsGid = next.EffectiveGid,
            AmbientCapabilities = ambient,
            PermittedCapabilities = permitted,
            EffectiveCapabilities = isEffective ? permitted : ambient,
            SecureBits = next.SecureBits & ~SecureBits.SECBIT_KEEP_CAPS,
        };
        bool isSecure = isSetId || (next.Uid != 0 && (isEffective || (permitted & ~ambient) != 0));
        identity = new ExecIdentity(next, isSecure, isSetId, Permissions.Check(access, old, AccessMode.R_OK) == 0);
        return 0;
    }

    private static Credentials ApplySetId(Credentials old, InodeAccess access)
    {
        const uint setGroup = FileModeBits.S_ISGID | FileModeBits.S_IXGRP;
        Credentials next = old;
        if ((access.Mode & FileModeBits.S_ISUID) != 0)
            next = next with { EffectiveUid = access.Uid };
        // Without the group's x bit, S_ISGID asks for mandatory locks.
        return (access.Mode & setGroup) == setGroup ? next with { EffectiveGid = access.Gid } : next;
    }

    private static Credentials Transform(Credentials old, Credentials next, in FileCapabilities file, out bool isEffective, out bool isIncomplete)
    {
        isIncomplete = false;
        isEffective = false;
        ulong permitted = 0;
        if (file.IsPresent)
        {
            permitted = (file.Permitted & old.BoundingCapabilities) | (file.Inheritable & old.InheritableCapabilities);
            isEffective = file.IsEffective;
            // A program that does not know of capabilities shall not run with a part of what it needs.
            isIncomplete = isEffective && (file.Permitted & ~permitted) != 0;
        }

        bool isRoot = !old.Has(SecureBits.SECBIT_NOROOT);
        bool becomesRootWithFile = file.IsPresent && old.Uid != 0 && next.EffectiveUid == 0;
        if (isRoot && !becomesRootWithFile && (next.EffectiveUid == 0 || next.Uid == 0))
        {
            permitted = old.BoundingCapabilities | old.InheritableCapabilities;
            isEffective |= next.EffectiveUid == 0;
        }

        return next with { PermittedCapabilities = permitted };
    }

    /// <summary>
    /// Nothing is gained with no_new_privs, nor when somebody outside the process could move its root or working directory
    /// (clone(2), CLONE_FS).
    /// </summary>
    private static Credentials Restrict(KernelTask task, Credentials old, Credentials next, bool isSetId)
    {
        bool gains = isSetId || (next.PermittedCapabilities & ~old.PermittedCapabilities) != 0;
        if (!gains || !(old.NoNewPrivileges || SharesFileSystem(task)))
            return next;
        if (old.NoNewPrivileges || !old.Has(CAP_SETUID))
            next = next with { EffectiveUid = old.Uid, EffectiveGid = old.Gid };
        return next with { PermittedCapabilities = next.PermittedCapabilities & old.PermittedCapabilities };
    }

    private static bool SharesFileSystem(KernelTask task)
    {
        foreach (KernelTask other in task.Process.Pids.Tasks.Snapshot())
        {
            if (!ReferenceEquals(other.Process, task.Process) && ReferenceEquals(other.FileSystem, task.FileSystem))
                return true;
        }

        return false;
    }
}

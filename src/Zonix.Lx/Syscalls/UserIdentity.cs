using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Users and groups of a task. credentials(7), setresuid(2).</summary>
internal static class UserIdentity
{
    private const int CAP_SETGID = 6;
    private const int CAP_SETUID = 7;
    private const int MaxGroups = 65536;
    private const uint Unchanged = uint.MaxValue;

    // Capabilities that a task loses and gains with user 0 for its file system identity: CHOWN to FSETID, MKNOD and the like.
    private const ulong FileCapabilities = 0x1F | (1UL << 27) | (1UL << 9) | (1UL << 32);

    /// <summary>The real user. getuid(2).</summary>
    [Syscall(X64 = 102, I386 = 199, Plain = true)]
    internal static SysResult Getuid(KernelTask task) => (long)task.Credentials.Uid;

    /// <summary>The real group. getgid(2).</summary>
    [Syscall(X64 = 104, I386 = 200, Plain = true)]
    internal static SysResult Getgid(KernelTask task) => (long)task.Credentials.Gid;

    /// <summary>The effective user. geteuid(2).</summary>
    [Syscall(X64 = 107, I386 = 201, Plain = true)]
    internal static SysResult Geteuid(KernelTask task) => (long)task.Credentials.EffectiveUid;

    /// <summary>The effective group. getegid(2).</summary>
    [Syscall(X64 = 108, I386 = 202, Plain = true)]
    internal static SysResult Getegid(KernelTask task) => (long)task.Credentials.EffectiveGid;

    /// <summary>Sets the user; all three for a privileged task. setuid(2).</summary>
    [Syscall(X64 = 105, I386 = 213)]
    internal static SysResult Setuid(KernelTask task, uint uid)
    {
        var old = task.Credentials;
        if (uid == Unchanged)
        {
            return Errno.EINVAL;
        }

        if (old.Has(CAP_SETUID))
        {
            return SetUsers(task, uid, uid, uid);
        }

        return uid == old.Uid || uid == old.SavedUid ? SetUsers(task, old.Uid, uid, old.SavedUid) : Errno.EPERM;
    }

    /// <summary>Sets the group; all three for a privileged task. setgid(2).</summary>
    [Syscall(X64 = 106, I386 = 214)]
    internal static SysResult Setgid(KernelTask task, uint gid)
    {
        var old = task.Credentials;
        if (gid == Unchanged)
        {
            return Errno.EINVAL;
        }

        if (old.Has(CAP_SETGID))
        {
            return SetGroups(task, gid, gid, gid);
        }

        return gid == old.Gid || gid == old.SavedGid ? SetGroups(task, old.Gid, gid, old.SavedGid) : Errno.EPERM;
    }

    /// <summary>Sets real and effective user. setreuid(2).</summary>
    [Syscall(X64 = 113, I386 = 203)]
    internal static SysResult Setreuid(KernelTask task, uint ruid, uint euid)
    {
        var old = task.Credentials;
        if (!old.Has(CAP_SETUID) &&
            !((ruid == Unchanged || ruid == old.Uid || ruid == old.EffectiveUid) && IsOneOf(euid, old.Uid, old.EffectiveUid, old.SavedUid)))
        {
            return Errno.EPERM;
        }

        var real = Pick(ruid, old.Uid);
        var effective = Pick(euid, old.EffectiveUid);
        // setreuid(2): the saved user follows when the real one is set, or the effective one leaves it.
        var saved = ruid != Unchanged || (euid != Unchanged && euid != old.Uid) ? effective : old.SavedUid;
        return SetUsers(task, real, effective, saved);
    }

    /// <summary>Sets real and effective group. setregid(2).</summary>
    [Syscall(X64 = 114, I386 = 204)]
    internal static SysResult Setregid(KernelTask task, uint rgid, uint egid)
    {
        var old = task.Credentials;
        if (!old.Has(CAP_SETGID) &&
            !((rgid == Unchanged || rgid == old.Gid || rgid == old.EffectiveGid) && IsOneOf(egid, old.Gid, old.EffectiveGid, old.SavedGid)))
        {
            return Errno.EPERM;
        }

        var real = Pick(rgid, old.Gid);
        var effective = Pick(egid, old.EffectiveGid);
        var saved = rgid != Unchanged || (egid != Unchanged && egid != old.Gid) ? effective : old.SavedGid;
        return SetGroups(task, real, effective, saved);
    }

    /// <summary>Sets real, effective and saved user. setresuid(2).</summary>
    [Syscall(X64 = 117, I386 = 208)]
    internal static SysResult Setresuid(KernelTask task, uint ruid, uint euid, uint suid)
    {
        var old = task.Credentials;
        var allowed = old.Has(CAP_SETUID) ||
            (IsOneOf(ruid, old.Uid, old.EffectiveUid, old.SavedUid) &&
             IsOneOf(euid, old.Uid, old.EffectiveUid, old.SavedUid) &&
             IsOneOf(suid, old.Uid, old.EffectiveUid, old.SavedUid));
        return allowed
            ? SetUsers(task, Pick(ruid, old.Uid), Pick(euid, old.EffectiveUid), Pick(suid, old.SavedUid))
            : Errno.EPERM;
    }

    /// <summary>Sets real, effective and saved group. setresgid(2).</summary>
    [Syscall(X64 = 119, I386 = 210)]
    internal static SysResult Setresgid(KernelTask task, uint rgid, uint egid, uint sgid)
    {
        var old = task.Credentials;
        var allowed = old.Has(CAP_SETGID) ||
            (IsOneOf(rgid, old.Gid, old.EffectiveGid, old.SavedGid) &&
             IsOneOf(egid, old.Gid, old.EffectiveGid, old.SavedGid) &&
             IsOneOf(sgid, old.Gid, old.EffectiveGid, old.SavedGid));
        return allowed
            ? SetGroups(task, Pick(rgid, old.Gid), Pick(egid, old.EffectiveGid), Pick(sgid, old.SavedGid))
            : Errno.EPERM;
    }

    /// <summary>Reads real, effective and saved user. getresuid(2).</summary>
    [Syscall(X64 = 118, I386 = 209)]
    internal static SysResult Getresuid(KernelTask task, UserPointer<uint> ruid, UserPointer<uint> euid, UserPointer<uint> suid)
    {
        var c = task.Credentials;
        return task.Memory.TryWrite(ruid, c.Uid) && task.Memory.TryWrite(euid, c.EffectiveUid) && task.Memory.TryWrite(suid, c.SavedUid)
            ? SysResult.Success
            : Errno.EFAULT;
    }

    /// <summary>Reads real, effective and saved group. getresgid(2).</summary>
    [Syscall(X64 = 120, I386 = 211)]
    internal static SysResult Getresgid(KernelTask task, UserPointer<uint> rgid, UserPointer<uint> egid, UserPointer<uint> sgid)
    {
        var c = task.Credentials;
        return task.Memory.TryWrite(rgid, c.Gid) && task.Memory.TryWrite(egid, c.EffectiveGid) && task.Memory.TryWrite(sgid, c.SavedGid)
            ? SysResult.Success
            : Errno.EFAULT;
    }

    /// <summary>Sets the user for file system checks; answers the old one. setfsuid(2).</summary>
    [Syscall(X64 = 122, I386 = 215)]
    internal static SysResult Setfsuid(KernelTask task, uint uid)
    {
        var old = task.Credentials;
        if (uid != Unchanged && (old.Has(CAP_SETUID) || IsOneOf(uid, old.Uid, old.EffectiveUid, old.SavedUid) || uid == old.FsUid))
        {
            CredentialChange.Apply(task, old with { FsUid = uid, EffectiveCapabilities = FileSystemCapabilities(old, uid) });
        }

        return (long)old.FsUid;
    }

    /// <summary>Sets the group for file system checks; answers the old one. setfsgid(2).</summary>
    [Syscall(X64 = 123, I386 = 216)]
    internal static SysResult Setfsgid(KernelTask task, uint gid)
    {
        var old = task.Credentials;
        if (gid != Unchanged && (old.Has(CAP_SETGID) || IsOneOf(gid, old.Gid, old.EffectiveGid, old.SavedGid) || gid == old.FsGid))
        {
            CredentialChange.Apply(task, old with { FsGid = gid });
        }

        return (long)old.FsGid;
    }

    /// <summary>Reads the supplementary groups. getgroups(2).</summary>
    [Syscall(X64 = 115, I386 = 205)]
    internal static SysResult Getgroups(KernelTask task, int size, UserAddress list)
    {
        var groups = task.Credentials.Groups;
        if (size < 0 || (size != 0 && size < groups.Count))
        {
            return Errno.EINVAL;
        }

        for (var i = 0; size != 0 && i < groups.Count; i++)
        {
            if (!task.Memory.TryWrite(list + (ulong)(i * sizeof(uint)), groups[i]))
            {
                return Errno.EFAULT;
            }
        }

        return groups.Count;
    }

    /// <summary>Sets the supplementary groups. setgroups(2).</summary>
    [Syscall(X64 = 116, I386 = 206)]
    internal static SysResult Setgroups(KernelTask task, int size, UserAddress list)
    {
        var error = MaySetGroups(task, size);
        if (error != 0)
        {
            return error;
        }

        var groups = new uint[size];
        for (var i = 0; i < size; i++)
        {
            if (!task.Memory.TryRead(list + (ulong)(i * sizeof(uint)), out groups[i]))
            {
                return Errno.EFAULT;
            }
        }

        return SetGroups(task, groups);
    }

    /// <summary>Whether the caller may set so many. EPERM, EINVAL.</summary>
    internal static Errno MaySetGroups(KernelTask task, int size) =>
        !task.Credentials.Has(CAP_SETGID) ? Errno.EPERM : (uint)size > MaxGroups ? Errno.EINVAL : 0;

    /// <summary>Sets them; the array becomes the task's.</summary>
    internal static SysResult SetGroups(KernelTask task, uint[] groups)
    {
        // getgroups(2) shows them in order: Linux sorts them for its look-ups.
        Array.Sort(groups);
        task.Credentials = task.Credentials with { Groups = groups };
        return SysResult.Success;
    }

    private static uint Pick(uint wanted, uint old) => wanted == Unchanged ? old : wanted;

    private static bool IsOneOf(uint id, uint real, uint effective, uint saved) =>
        id == Unchanged || id == real || id == effective || id == saved;

    private static SysResult SetGroups(KernelTask task, uint real, uint effective, uint saved)
    {
        CredentialChange.Apply(task, task.Credentials with { Gid = real, EffectiveGid = effective, SavedGid = saved, FsGid = effective });
        return SysResult.Success;
    }

    private static SysResult SetUsers(KernelTask task, uint real, uint effective, uint saved)
    {
        var old = task.Credentials;
        var changed = old with { Uid = real, EffectiveUid = effective, SavedUid = saved, FsUid = effective };
        if (!old.Has(SecureBits.SECBIT_NO_SETUID_FIXUP))
        {
            changed = FixCapabilities(old, changed);
        }

        CredentialChange.Apply(task, changed);
        if (real != old.Uid)
        {
            LxTask.Of(task).StartedOverProcessLimit = ProcessLimit.IsExceededByOthers(task);
        }

        return SysResult.Success;
    }

    /// <summary>capabilities(7), "Effect of user ID changes on capabilities".</summary>
    private static Credentials FixCapabilities(Credentials old, Credentials changed)
    {
        var hadRoot = old.Uid == 0 || old.EffectiveUid == 0 || old.SavedUid == 0;
        var hasRoot = changed.Uid == 0 || changed.EffectiveUid == 0 || changed.SavedUid == 0;
        if (hadRoot && !hasRoot)
        {
            changed = old.Has(SecureBits.SECBIT_KEEP_CAPS)
                ? changed with { AmbientCapabilities = 0 }
                : changed with { PermittedCapabilities = 0, EffectiveCapabilities = 0, AmbientCapabilities = 0 };
        }

        if (old.EffectiveUid == 0 && changed.EffectiveUid != 0)
        {
            return changed with { EffectiveCapabilities = 0 };
        }

        return old.EffectiveUid != 0 && changed.EffectiveUid == 0
            ? changed with { EffectiveCapabilities = changed.PermittedCapabilities }
            : changed;
    }

    private static ulong FileSystemCapabilities(Credentials old, uint fsUid)
    {
        if (old.Has(SecureBits.SECBIT_NO_SETUID_FIXUP))
        {
            return old.EffectiveCapabilities;
        }

        if (old.FsUid == 0 && fsUid != 0)
        {
            return old.EffectiveCapabilities & ~FileCapabilities;
        }

        return old.FsUid != 0 && fsUid == 0
            ? old.EffectiveCapabilities | (old.PermittedCapabilities & FileCapabilities)
            : old.EffectiveCapabilities;
    }
}

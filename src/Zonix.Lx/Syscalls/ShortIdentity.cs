using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The calls of i386 whose user and group numbers have 16 bits. Each widens them and calls its successor.</summary>
internal static class ShortIdentity
{
    /// <summary>The real user. getuid(2).</summary>
    [Syscall(I386 = 24)]
    internal static SysResult Getuid(KernelTask task) => (long)ShortId.Of(task.Credentials.Uid);

    /// <summary>The real group. getgid(2).</summary>
    [Syscall(I386 = 47)]
    internal static SysResult Getgid(KernelTask task) => (long)ShortId.Of(task.Credentials.Gid);

    /// <summary>The effective user. geteuid(2).</summary>
    [Syscall(I386 = 49)]
    internal static SysResult Geteuid(KernelTask task) => (long)ShortId.Of(task.Credentials.EffectiveUid);

    /// <summary>The effective group. getegid(2).</summary>
    [Syscall(I386 = 50)]
    internal static SysResult Getegid(KernelTask task) => (long)ShortId.Of(task.Credentials.EffectiveGid);

    /// <summary>Sets the user. setuid(2).</summary>
    [Syscall(I386 = 23)]
    internal static SysResult Setuid(KernelTask task, uint uid) => UserIdentity.Setuid(task, Widen(uid));

    /// <summary>Sets the group. setgid(2).</summary>
    [Syscall(I386 = 46)]
    internal static SysResult Setgid(KernelTask task, uint gid) => UserIdentity.Setgid(task, Widen(gid));

    /// <summary>Sets real and effective user. setreuid(2).</summary>
    [Syscall(I386 = 70)]
    internal static SysResult Setreuid(KernelTask task, uint ruid, uint euid) => UserIdentity.Setreuid(task, Widen(ruid), Widen(euid));

    /// <summary>Sets real and effective group. setregid(2).</summary>
    [Syscall(I386 = 71)]
    internal static SysResult Setregid(KernelTask task, uint rgid, uint egid) => UserIdentity.Setregid(task, Widen(rgid), Widen(egid));

    /// <summary>Sets real, effective and saved user. setresuid(2).</summary>
    [Syscall(I386 = 164)]
    internal static SysResult Setresuid(KernelTask task, uint ruid, uint euid, uint suid) =>
        UserIdentity.Setresuid(task, Widen(ruid), Widen(euid), Widen(suid));

    /// <summary>Sets real, effective and saved group. setresgid(2).</summary>
    [Syscall(I386 = 170)]
    internal static SysResult Setresgid(KernelTask task, uint rgid, uint egid, uint sgid) =>
        UserIdentity.Setresgid(task, Widen(rgid), Widen(egid), Widen(sgid));

    /// <summary>Reads real, effective and saved user. getresuid(2).</summary>
    [Syscall(I386 = 165)]
    internal static SysResult Getresuid(KernelTask task, UserPointer<ushort> ruid, UserPointer<ushort> euid, UserPointer<ushort> suid) =>
        Write(task, ruid, task.Credentials.Uid) && Write(task, euid, task.Credentials.EffectiveUid) && Write(task, suid, task.Credentials.SavedUid)
            ? SysResult.Success
            : Errno.EFAULT;

    /// <summary>Reads real, effective and saved group. getresgid(2).</summary>
    [Syscall(I386 = 171)]
    internal static SysResult Getresgid(KernelTask task, UserPointer<ushort> rgid, UserPointer<ushort> egid, UserPointer<ushort> sgid) =>
        Write(task, rgid, task.Credentials.Gid) && Write(task, egid, task.Credentials.EffectiveGid) && Write(task, sgid, task.Credentials.SavedGid)
            ? SysResult.Success
            : Errno.EFAULT;

    /// <summary>Sets the user for file system checks; answers the old one. setfsuid(2).</summary>
    [Syscall(I386 = 138)]
    internal static SysResult Setfsuid(KernelTask task, uint uid) => (long)ShortId.Of((uint)UserIdentity.Setfsuid(task, Widen(uid)).Value);

    /// <summary>Sets the group for file system checks; answers the old one. setfsgid(2).</summary>
    [Syscall(I386 = 139)]
    internal static SysResult Setfsgid(KernelTask task, uint gid) => (long)ShortId.Of((uint)UserIdentity.Setfsgid(task, Widen(gid)).Value);

    /// <summary>Reads the supplementary groups. getgroups(2).</summary>
    [Syscall(I386 = 80)]
    internal static SysResult Getgroups(KernelTask task, int size, UserAddress list)
    {
        var groups = task.Credentials.Groups;
        if (size < 0 || (size != 0 && size < groups.Count))
            return Errno.EINVAL;
        for (int i = 0; size != 0 && i < groups.Count; i++)
        {
            if (!task.Memory.TryWrite(list + ((ulong)i * sizeof(ushort)), ShortId.Of(groups[i])))
                return Errno.EFAULT;
        }
        return groups.Count;
    }

    /// <summary>Sets the supplementary groups. setgroups(2).</summary>
    [Syscall(I386 = 81)]
    internal static SysResult Setgroups(KernelTask task, int size, UserAddress list)
    {
        Errno e = UserIdentity.MaySetGroups(task, size);
        if (e != 0)
            return e;
        var groups = new uint[size];
        for (int i = 0; i < size; i++)
        {
            if (!task.Memory.TryRead(list + ((ulong)i * sizeof(ushort)), out ushort group))
                return Errno.EFAULT;
            groups[i] = ShortId.Widen(group);
        }
        return UserIdentity.SetGroups(task, groups);
    }

    /// <summary>Changes the owner. chown(2).</summary>
    [Syscall(I386 = 182)]
    internal static SysResult Chown(KernelTask task, UserCString path, uint user, uint group) =>
        AttributeCalls.Chown(task, path, Widen(user), Widen(group));

    /// <summary>Changes the owner, of a symbolic link too. lchown(2).</summary>
    [Syscall(I386 = 16)]
    internal static SysResult Lchown(KernelTask task, UserCString path, uint user, uint group) =>
        AttributeCalls.Lchown(task, path, Widen(user), Widen(group));

    /// <summary>Changes an open file's owner. fchown(2).</summary>
    [Syscall(I386 = 95)]
    internal static SysResult Fchown(KernelTask task, Fd fd, uint user, uint group) =>
        AttributeCalls.Fchown(task, fd, Widen(user), Widen(group));

    private static uint Widen(uint id) => ShortId.Widen((ushort)id);

    private static bool Write(KernelTask task, UserPointer<ushort> place, uint id) => task.Memory.TryWrite(place, ShortId.Of(id));
}

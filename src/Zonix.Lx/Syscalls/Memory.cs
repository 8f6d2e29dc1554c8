using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Calls on the address space of the caller.</summary>
internal static class Memory
{
    private const int CAP_IPC_LOCK = 14;

    /// <summary>Maps files or memory. mmap(2).</summary>
    [Syscall(X64 = 9, Support = Support.Full)]
    internal static SysResult Mmap(
        KernelTask task, UserAddress address, ulong length, Prot protection, MapFlags flags, Fd fd, ulong offset) =>
        (offset & (AddressSpace.PageSize - 1)) != 0
            ? Errno.EINVAL
            : MappingRules.Map(task, address.Value, length, protection, flags, fd, offset);

    /// <summary>mmap(2) of i386: the offset is in pages. mmap2(2).</summary>
    [Syscall(I386 = 192)]
    internal static SysResult Mmap2(KernelTask task, UserAddress address, ulong length, Prot protection, MapFlags flags, Fd fd, uint page) =>
        MappingRules.Map(task, address.Value, length, protection, flags, fd, page * AddressSpace.PageSize);

    /// <summary>mmap(2) of old i386 programs: all arguments are in memory.</summary>
    [Syscall(I386 = 90, Name = "mmap")]
    internal static SysResult OldMmap(KernelTask task, UserPointer<MapArguments> arguments) =>
        !task.Memory.TryRead(arguments, out MapArguments a)
            ? Errno.EFAULT
            : Mmap(task, new UserAddress(a.Address), a.Length, (Prot)a.Protection, (MapFlags)a.Flags, new Fd(a.Fd), a.Offset);

    /// <summary>Unmaps a range. munmap(2).</summary>
    [Syscall(X64 = 11, I386 = 91, Support = Support.Full)]
    internal static SysResult Munmap(KernelTask task, UserAddress address, ulong length) => task.Memory.Unmap(address.Value, length);

    /// <summary>Changes protection. mprotect(2).</summary>
    [Syscall(X64 = 10, I386 = 125, Support = Support.Full)]
    internal static SysResult Mprotect(KernelTask task, UserAddress address, ulong length, Prot protection) =>
        task.Memory.Protect(address.Value, length, MappingRules.Implied(LxTask.Of(task).Personality, protection));

    /// <summary>Grows, shrinks or moves a mapping. mremap(2).</summary>
    [Syscall(X64 = 25, I386 = 163, Support = Support.Full)]
    internal static SysResult Mremap(
        KernelTask task, UserAddress oldAddress, ulong oldLength, ulong newLength, RemapFlags flags, UserAddress newAddress) =>
        task.Memory.Remap(oldAddress.Value, oldLength, newLength, flags, newAddress.Value);

    /// <summary>Shows other pages of a shared mapping. remap_file_pages(2).</summary>
    [Syscall(X64 = 216, I386 = 257, Support = Support.Full)]
    internal static SysResult RemapFilePages(
        KernelTask task, UserAddress address, ulong length, Prot protection, ulong page, MapFlags flags) =>
        protection != 0 ? Errno.EINVAL : task.Memory.RemapPages(address.Value, length, page, (flags & MapFlags.MAP_NONBLOCK) == 0);

    /// <summary>Makes a range of the address space unchangeable. mseal(2).</summary>
    [Syscall(X64 = 462, I386 = 462, Support = Support.Full)]
    internal static SysResult Mseal(KernelTask task, UserAddress address, ulong length, ulong flags) =>
        flags != 0 ? Errno.EINVAL : task.Memory.Seal(address.Value, length);

    /// <summary>Changes protection and protection key; the CPU that guests see has no keys. pkey_mprotect(2).</summary>
    [Syscall(X64 = 329, I386 = 380, Support = Support.Full)]
    internal static SysResult PkeyMprotect(KernelTask task, UserAddress address, ulong length, Prot protection, int key) =>
        key == -1 ? task.Memory.Protect(address.Value, length, protection) : Errno.EINVAL;

    /// <summary>Takes a protection key: there is none. pkey_alloc(2).</summary>
    [Syscall(X64 = 330, I386 = 381, Support = Support.Full)]
    internal static SysResult PkeyAlloc(KernelTask task, ulong flags, ulong rights) =>
        flags != 0 || (rights & ~3UL) != 0 ? Errno.EINVAL : Errno.ENOSPC;

    /// <summary>Gives a protection key back. pkey_free(2).</summary>
    [Syscall(X64 = 331, I386 = 382, Support = Support.Full)]
    internal static SysResult PkeyFree(KernelTask task, int key) => Errno.EINVAL;

    /// <summary>Maps a shadow stack: the CPU that guests see has none. map_shadow_stack(2).</summary>
    [Syscall(X64 = 453, I386 = 453, Support = Support.Full)]
    internal static SysResult MapShadowStack(KernelTask task, UserAddress address, ulong size, uint flags) => Errno.EOPNOTSUPP;

    /// <summary>Moves the end of the heap; answers the new end, or the old one. brk(2).</summary>
    [Syscall(X64 = 12, I386 = 45, Support = Support.Full)]
    internal static SysResult Brk(KernelTask task, UserAddress address) =>
        task.Memory.Break(address.Value, MappingRules.Implied(LxTask.Of(task).Personality, Prot.PROT_READ | Prot.PROT_WRITE));

    /// <summary>Advice on the use of memory. madvise(2).</summary>
    [Syscall(X64 = 28, I386 = 219, Support = Support.Partial, Missing = "MADV_COLLAPSE (no huge pages), MADV_GUARD_INSTALL")]
    internal static SysResult Madvise(KernelTask task, UserAddress address, ulong length, Advice advice) =>
        task.Memory.Advise(address.Value, length, advice);

    /// <summary>Writes shared mappings back. msync(2).</summary>
    [Syscall(X64 = 26, I386 = 144, Support = Support.Full)]
    internal static SysResult Msync(KernelTask task, UserAddress address, ulong length, MsyncFlags flags) =>
        task.Memory.Sync(address.Value, length, flags);

    /// <summary>Tells which pages are in memory. mincore(2).</summary>
    [Syscall(X64 = 27, I386 = 218, Support = Support.Full)]
    internal static SysResult Mincore(KernelTask task, UserAddress address, ulong length, UserAddress vector) =>
        task.Memory.Residency(address.Value, length, vector);

    /// <summary>Locks a range in memory. mlock(2).</summary>
    [Syscall(X64 = 149, I386 = 150, Support = Support.Partial, Missing = "the host may still page out")]
    internal static SysResult Mlock(KernelTask task, UserAddress address, ulong length) =>
        task.Memory.LockRange(address.Value, length, onFault: false, MayLockAll(task));

    /// <summary>Locks a range in memory, perhaps page by page as it is touched. mlock2(2).</summary>
    [Syscall(X64 = 325, I386 = 376, Support = Support.Partial, Missing = "the host may still page out")]
    internal static SysResult Mlock2(KernelTask task, UserAddress address, ulong length, Mlock2Flags flags) =>
        (flags & ~Mlock2Flags.MLOCK_ONFAULT) != 0
            ? Errno.EINVAL
            : task.Memory.LockRange(address.Value, length, flags != 0, MayLockAll(task));

    /// <summary>Unlocks a range. munlock(2).</summary>
    [Syscall(X64 = 150, I386 = 151, Support = Support.Full)]
    internal static SysResult Munlock(KernelTask task, UserAddress address, ulong length) =>
        task.Memory.UnlockRange(address.Value, length);

    /// <summary>Locks all memory, now or in future. mlockall(2).</summary>
    [Syscall(X64 = 151, I386 = 152, Support = Support.Partial, Missing = "the host may still page out")]
    internal static SysResult Mlockall(KernelTask task, MlockallFlags flags)
    {
        const MlockallFlags Known = MlockallFlags.MCL_CURRENT | MlockallFlags.MCL_FUTURE | MlockallFlags.MCL_ONFAULT;
        return flags is 0 or MlockallFlags.MCL_ONFAULT || (flags & ~Known) != 0
            ? Errno.EINVAL
            : task.Memory.LockAll(flags, MayLockAll(task));
    }

    /// <summary>Unlocks all memory. munlockall(2).</summary>
    [Syscall(X64 = 152, I386 = 153, Support = Support.Full)]
    internal static SysResult Munlockall(KernelTask task) => task.Memory.UnlockAll();

    internal static bool MayLockAll(KernelTask task) => task.Credentials.Has(CAP_IPC_LOCK);
}

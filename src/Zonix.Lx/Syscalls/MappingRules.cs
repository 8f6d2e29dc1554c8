using Zonix.Abi;
using Zonix.Host.Memory;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What mmap(2) permits for which file and flags.</summary>
internal static class MappingRules
{
    private const uint F_SEAL_WRITE = 8, F_SEAL_FUTURE_WRITE = 16;

    /// <summary>The flags that MAP_SHARED_VALIDATE knows.</summary>
    private const MapFlags Known = MapFlags.MAP_TYPE | MapFlags.MAP_FIXED | MapFlags.MAP_ANONYMOUS | MapFlags.MAP_32BIT
        | MapFlags.MAP_ABOVE4G | MapFlags.MAP_GROWSDOWN | MapFlags.MAP_DENYWRITE | MapFlags.MAP_EXECUTABLE | MapFlags.MAP_LOCKED
        | MapFlags.MAP_NORESERVE | MapFlags.MAP_POPULATE | MapFlags.MAP_NONBLOCK | MapFlags.MAP_STACK | MapFlags.MAP_HUGETLB
        | MapFlags.MAP_FIXED_NOREPLACE;

    internal static SysResult Map(
        KernelTask task, ulong address, ulong length, Prot protection, MapFlags flags, Fd fd, ulong offset)
    {
        OpenFileDescription? file = null;
        if ((flags & MapFlags.MAP_ANONYMOUS) == 0)
        {
            file = task.Files[fd];
            if (file is null || file.IsPath)
                return Errno.EBADF;
        }

        if (file is null || (file.Path.Mount.Flags & MountFlags.MS_NOEXEC) == 0)
            protection = Implied(LxTask.Of(task).Personality, protection);
        if (length == 0)
            return Errno.EINVAL;

        // There are no huge pages here, as on a Linux that has none set aside.
        if ((flags & MapFlags.MAP_HUGETLB) != 0)
            return file is null ? Errno.ENOMEM : Errno.EINVAL;
        if ((flags & MapFlags.MAP_LOCKED) != 0 && !Memory.MayLockAll(task)
            && task.Process.Rlimits[RlimitResource.RLIMIT_MEMLOCK].Soft == 0)
        {
            return Errno.EPERM;
        }

        VmaFlags area = VmaFlags.MayAll;
        Errno error = file is null ? CheckAnonymous(flags) : CheckFile(file, protection, flags, ref area);
        if (error != 0)
            return error;
        bool shared = (flags & MapFlags.MAP_TYPE) != MapFlags.MAP_PRIVATE;
        error = Open(task, file, ref offset, length, shared, area, out IMemoryObject? memory);
        if (error != 0)
            return error;
        if (shared)
            area |= VmaFlags.Shared;
        return task.Memory.Map(new MapRequest(address, length, protection, flags, memory, memory is null ? 0 : offset, area)
        {
            MayLockAll = Memory.MayLockAll(task),
        });
    }

    /// <summary>personality(2), READ_IMPLIES_EXEC: what old i386 programs run with.</summary>
    internal static Prot Implied(Persona personality, Prot protection) =>
        (protection & Prot.PROT_READ) != 0 && (personality & Persona.READ_IMPLIES_EXEC) != 0 ? protection | Prot.PROT_EXEC : protection;

    private static Errno CheckAnonymous(MapFlags flags) => (flags & MapFlags.MAP_TYPE) switch
    {
        MapFlags.MAP_SHARED when (flags & MapFlags.MAP_GROWSDOWN) != 0 => Errno.EINVAL,
        MapFlags.MAP_SHARED or MapFlags.MAP_PRIVATE => 0,
        _ => Errno.EINVAL,
    };

    private static Errno CheckFile(OpenFileDescription file, Prot protection, MapFlags flags, ref VmaFlags area)
    {
        switch (flags & MapFlags.MAP_TYPE)
        {
            case MapFlags.MAP_SHARED_VALIDATE when (flags & ~Known) != 0:
                return Errno.EOPNOTSUPP;
            case MapFlags.MAP_SHARED or MapFlags.MAP_SHARED_VALIDATE:
                if ((protection & Prot.PROT_WRITE) != 0 && !file.Writable)
                    return Errno.EACCES;
                if (!file.Writable)
                    area &= ~VmaFlags.MayWrite;
                // memfd_create(2): a sealed file can be mapped, but never written through the mapping.
                if (file.File is ISealable { Seals: var seals } && (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0)
                {
                    if ((protection & Prot.PROT_WRITE) != 0)
                        return Errno.EPERM;
                    area &= ~VmaFlags.MayWrite;
                }

                break;
            case MapFlags.MAP_PRIVATE:
                break;
            default:
                return Errno.EINVAL;
        }

        if (!file.Readable)
            return Errno.EACCES;
        if ((file.Path.Mount.Flags & MountFlags.MS_NOEXEC) != 0)
        {
            if ((protection & Prot.PROT_EXEC) != 0)
                return Errno.EPERM;
            area &= ~VmaFlags.MayExecute;
        }

        if (file.File is not IMappable)
            return Errno.ENODEV;
        return (flags & MapFlags.MAP_GROWSDOWN) != 0 ? Errno.EINVAL : 0;
    }

    private static Errno Open(
        KernelTask task, OpenFileDescription? file, ref ulong offset, ulong length, bool shared, VmaFlags area, out IMemoryObject? memory)
    {
        memory = null;
        if (file is not null)
        {
            bool writable = (area & VmaFlags.MayWrite) != 0;
            Errno error = FileMemory.Create(file, ref offset, length, shared, writable, task.FileSystem.Root, out memory);
            if (error != 0)
                return error;
            file.Accessed();
        }

        if (memory is not null || !shared)
            return 0;

        // MAP_SHARED|MAP_ANONYMOUS, and a shared mapping of /dev/zero.
        offset = 0;
        ulong size = unchecked(length + AddressSpace.PageSize - 1) & ~(AddressSpace.PageSize - 1);
        if (size < length || size > Zonix.Machine.MemoryWindow.MaximumSize)
            return Errno.ENOMEM;
        try
        {
            memory = new SharedMemory(new MemorySection("zonix-shared", size), new MemoryObjectName("/dev/zero (deleted)", 1));
            return 0;
        }
        catch (IOException)
        {
            return Errno.ENOMEM;
        }
    }
}

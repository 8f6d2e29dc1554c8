using Zonix.Host.Files;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The shared memory segments of a namespace. shmget(2), shmop(2), shmctl(2).</summary>
public sealed class SharedSegments
{
    private const int CAP_IPC_LOCK = 14;
    private const uint Read = 0x124;
    private const int SHM_HUGETLB = 0x800, SHM_NORESERVE = 0x1000;

    // Segments that IPC_RMID has marked and that are still in the table.
    private int marked;

    /// <summary>The segments that have not been removed, and those removed that are still attached.</summary>
    public IpcTable<SharedSegment> Table { get; } = new();

    /// <summary>The largest segment, bytes. /proc/sys/kernel/shmmax.</summary>
    public ulong MaxSize { get; set; } = ulong.MaxValue - (1UL << 24);

    /// <summary>Most pages of all segments. /proc/sys/kernel/shmall.</summary>
    public ulong MaxPages { get; set; } = ulong.MaxValue - (1UL << 24);

    /// <summary>Most segments. /proc/sys/kernel/shmmni.</summary>
    public int MaxSegments { get; set; } = 4096;

    /// <summary>Pages of all segments. Under the gate, after <see cref="Sweep"/>.</summary>
    public ulong Pages { get; private set; }

    /// <summary>Bytes of pages that hold data.</summary>
    public ulong HeldBytes
    {
        get
        {
            lock (Table.Gate)
            {
                ulong pages = 0;
                foreach (SharedSegment segment in Table.All)
                    pages += segment.ResidentPages;
                return pages * AddressSpace.PageSize;
            }
        }
    }

    /// <summary>shmget(2).</summary>
    public SysResult Get(KernelTask task, int key, ulong size, int flags)
    {
        lock (Table.Gate)
        {
            Sweep();
            return Table.Get(
                task.Credentials, key, flags, found => size > found.Size ? Errno.EINVAL : 0, () => Create(task, key, size, flags));
        }
    }

    /// <summary>shmat(2).</summary>
    /// <returns>The address; EINVAL, EACCES, EIDRM, ENOMEM.</returns>
    public SysResult Attach(KernelTask task, int id, ulong address, ShmFlags flags)
    {
        bool readOnly = (flags & ShmFlags.SHM_RDONLY) != 0, executes = (flags & ShmFlags.SHM_EXEC) != 0;
        bool replaces = (flags & ShmFlags.SHM_REMAP) != 0;
        if (id < 0)
            return Errno.EINVAL;
        if (address != 0)
        {
            if ((address & (AddressSpace.PageSize - 1)) != 0)
            {
                if ((flags & ShmFlags.SHM_RND) == 0)
                    return Errno.EINVAL;
                address &= ~(AddressSpace.PageSize - 1);
                // SHM_REMAP needs an address, and a hint of 0 is none.
                if (address == 0 && replaces)
                    return Errno.EINVAL;
            }
        }
        else if (replaces)
        {
            return Errno.EINVAL;
        }
        SharedSegment? segment;
        lock (Table.Gate)
        {
            Sweep();
            segment = Table.Find(id);
            if (segment is null)
                return Errno.EINVAL;
            uint wanted = (readOnly ? Read : 0x1B6u) | (executes ? 0x49u : 0);
            if (!segment.Allows(task.Credentials, wanted))
                return Errno.EACCES;
            if (!segment.TryAttach())
                return Errno.EIDRM;
        }
        return Map(task, segment, address, readOnly, executes, replaces);
    }

    /// <summary>IPC_RMID: the last detachment frees it.</summary>
    public SysResult Remove(KernelTask task, int id)
    {
        lock (Table.Gate)
        {
            Sweep();
            if (Table.Find(id) is not { } segment)
                return Errno.EINVAL;
            if (!segment.IsOwnedBy(task.Credentials))
                return Errno.EPERM;
            if (!segment.IsRemoved)
            {
                Table.Forget(segment);
                segment.Mode |= SharedSegment.SHM_DEST;
                segment.IsRemoved = true;
                marked++;
                Sweep();
            }
            return 0;
        }
    }

    /// <summary>IPC_SET.</summary>
    public SysResult SetPermissions(KernelTask task, int id, in Ipc64Perm permissions)
    {
        lock (Table.Gate)
        {
            Sweep();
            if (Table.Find(id) is not { } segment)
                return Errno.EINVAL;
            if (!segment.IsOwnedBy(task.Credentials))
                return Errno.EPERM;
            segment.SetPermissions(permissions, IpcNamespace.Now(task));
            return 0;
        }
    }

    /// <summary>SHM_LOCK, SHM_UNLOCK. The host may still page out, as with mlock(2).</summary>
    public SysResult Lock(KernelTask task, int id, bool locks)
    {
        Credentials who = task.Credentials;
        lock (Table.Gate)
        {
            Sweep();
            if (Table.Find(id) is not { } segment)
                return Errno.EINVAL;
            if (!who.Has(CAP_IPC_LOCK))
            {
                if (who.EffectiveUid != segment.Uid && who.EffectiveUid != segment.CreatorUid)
                    return Errno.EPERM;
                ulong limit = task.Process.Rlimits[RlimitResource.RLIMIT_MEMLOCK].Soft;
                if (locks && limit == 0)
                    return Errno.EPERM;
                if (locks && segment.Size > limit)
                    return Errno.ENOMEM;
            }
            segment.SetLocked(locks);
            return 0;
        }
    }

    /// <summary>A segment that the caller may read, through <paramref name="read"/>, which runs under the gate.</summary>
    public SysResult Inspect(KernelTask task, int id, Func<SharedSegment, SysResult> read)
    {
        lock (Table.Gate)
        {
            Sweep();
            return Table.Find(id) is not { } segment ? Errno.EINVAL : segment.Allows(task.Credentials, Read) ? read(segment) : Errno.EACCES;
        }
    }

    /// <summary>
    /// Takes removed segments that nobody shows any more out of the table. The last detachment happens under an address
    /// space's lock, where the table's gate must not be taken; so whoever looks at the table does it. Under the gate.
    /// </summary>
    public void Sweep()
    {
        if (marked == 0)
            return;
        List<SharedSegment>? gone = null;
        foreach (SharedSegment segment in Table.All)
        {
            if (segment.IsRemoved && segment.Attached == 0)
                (gone ??= []).Add(segment);
        }
        foreach (SharedSegment segment in gone ?? [])
        {
            marked--;
            Pages -= segment.Pages;
            Table.Remove(segment);
            segment.Free();
        }
    }

    /// <summary>
    /// Frees what is left when the namespace ends. A process that has left the namespace, or is about to end, may still have
    /// segments attached: its detachment frees them.
    /// </summary>
    internal void FreeAll()
    {
        lock (Table.Gate)
        {
            foreach (SharedSegment segment in Table.All)
            {
                segment.IsRemoved = true;
                Interlocked.MemoryBarrier();
                if (segment.Attached == 0)
                    segment.Free();
            }
        }
    }

    private static SysResult Map(KernelTask task, SharedSegment segment, ulong address, bool readOnly, bool executes, bool replaces)
    {
        Prot protection = Prot.PROT_READ | (readOnly ? 0 : Prot.PROT_WRITE) | (executes ? Prot.PROT_EXEC : 0);
        VmaFlags area = VmaFlags.Shared | VmaFlags.MayRead | VmaFlags.MayExecute | (readOnly ? 0 : VmaFlags.MayWrite);
        MapFlags how = address == 0 ? 0 : replaces ? MapFlags.MAP_FIXED : MapFlags.MAP_FIXED_NOREPLACE;
        (long detachTime, int lastPid) = (segment.DetachTime, segment.LastPid);
        SysResult mapped = task.Memory.Map(
            new MapRequest(address, segment.Pages * AddressSpace.PageSize, protection, how | MapFlags.MAP_SHARED, segment, 0, area)
            {
                MayLockAll = task.Credentials.Has(CAP_IPC_LOCK),
            });
        // A reference that was given back because nothing could be mapped is no detachment.
        if (mapped.IsError)
            segment.Restore(detachTime, lastPid);
        else
            segment.WasAttached(task);
        return mapped == Errno.EEXIST ? Errno.EINVAL : mapped;
    }

    private SysResult Create(KernelTask task, int key, ulong size, int flags)
    {
        if (size == 0 || size > MaxSize)
            return Errno.EINVAL;
        ulong pages = (size / AddressSpace.PageSize) + (size % AddressSpace.PageSize != 0 ? 1u : 0u);
        if (pages > MaxPages || Pages > MaxPages - pages)
            return Errno.ENOSPC;
        if (Table.Count >= MaxSegments)
            return Errno.ENOSPC;
        // No huge pages are set aside. What the host can never hold is refused here: Linux accounts it, unless SHM_NORESERVE.
        if ((flags & SHM_HUGETLB) != 0 || pages > 1UL << 34)
            return Errno.ENOMEM;
        if ((flags & SHM_NORESERVE) == 0 && pages > (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / AddressSpace.PageSize)
            return Errno.ENOMEM;
        if (HostFile.CreateInMemory("zonix-sysv", out HostFile? file) != 0 || file is null)
            return Errno.ENOMEM;
        if (file.Truncate((long)(pages * AddressSpace.PageSize)) != 0)
        {
            file.Dispose();
            return Errno.ENOMEM;
        }
        var segment = new SharedSegment(key, (uint)flags, task.Credentials, task.Process.Pid.Value, size, file)
        {
            ChangeTime = IpcNamespace.Now(task),
        };
        Pages += pages;
        return Table.Add(segment, MaxSegments);
    }
}

using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>System V shared memory. shmget(2), shmop(2), shmctl(2).</summary>
internal static class SharedMemoryCalls
{
    /// <summary>Finds or makes a segment. shmget(2).</summary>
    [Syscall(X64 = 29, I386 = 395, Support = Support.Partial, Missing = "SHM_HUGETLB: there are no huge pages, ENOMEM")]
    internal static SysResult Shmget(KernelTask task, int key, nuint size, int flags) =>
        IpcCalls.Of(task).Segments.Get(task, key, size, flags);

    /// <summary>Attaches a segment. shmat(2).</summary>
    [Syscall(X64 = 30, I386 = 397)]
    internal static SysResult Shmat(KernelTask task, int id, UserAddress address, ShmFlags flags) =>
        IpcCalls.Of(task).Segments.Attach(task, id, address.Value, flags);

    /// <summary>Detaches the segment attached at an address. shmdt(2).</summary>
    [Syscall(X64 = 67, I386 = 398)]
    internal static SysResult Shmdt(KernelTask task, UserAddress address) => task.Memory.Detach(address.Value);

    /// <summary>Controls a segment. shmctl(2).</summary>
    [Syscall(X64 = 31, I386 = 396, Support = Support.Partial, Missing = "SHM_LOCK is noted, but the host may still page out")]
    internal static SysResult Shmctl(KernelTask task, int id, ShmCommand command, UserAddress buffer)
    {
        SharedSegments segments = IpcCalls.Of(task).Segments;
        if (id < 0 || command < 0)
            return Errno.EINVAL;
        switch (command)
        {
            case ShmCommand.IPC_INFO:
                return Limits(task, segments, buffer);
            case ShmCommand.SHM_INFO:
                return Use(task, segments, buffer);
            case ShmCommand.IPC_STAT:
                return Status(task, segments, id, buffer);
            case ShmCommand.SHM_STAT or ShmCommand.SHM_STAT_ANY:
                return StatusAt(task, segments, id, buffer, any: command == ShmCommand.SHM_STAT_ANY);
            case ShmCommand.IPC_SET:
                return task.TryRead(buffer, out Shmid64 to) ? segments.SetPermissions(task, id, to.Permissions) : Errno.EFAULT;
            case ShmCommand.IPC_RMID:
                return segments.Remove(task, id);
            case ShmCommand.SHM_LOCK or ShmCommand.SHM_UNLOCK:
                return segments.Lock(task, id, locks: command == ShmCommand.SHM_LOCK);
            default:
                return Errno.EINVAL;
        }
    }

    private static SysResult Status(KernelTask task, SharedSegments segments, int id, UserAddress place)
    {
        Shmid64 status = default;
        SysResult result = segments.Inspect(task, id, segment => Status(segment, 0, out status));
        return result.IsError ? result : IpcCalls.Put(task, place, status);
    }

    private static SysResult Status(SharedSegment segment, SysResult result, out Shmid64 status)
    {
        status = new Shmid64
        {
            Permissions = segment.Permissions, Size = segment.Size, AttachTime = segment.AttachTime, DetachTime = segment.DetachTime,
            ChangeTime = segment.ChangeTime, Creator = segment.CreatorPid, Last = segment.LastPid, Attached = (ulong)segment.Attached,
        };
        return result;
    }

    private static SysResult StatusAt(KernelTask task, SharedSegments segments, int index, UserAddress place, bool any)
    {
        Shmid64 status;
        SysResult result;
        lock (segments.Table.Gate)
        {
            segments.Sweep();
            if (segments.Table.At(index) is not { } segment)
                return Errno.EINVAL;
            if (!any && !segment.Allows(task.Credentials, 0x124))
                return Errno.EACCES;
            result = Status(segment, segment.Id, out status);
        }
        return IpcCalls.Put(task, place, status, result);
    }

    private static SysResult Limits(KernelTask task, SharedSegments segments, UserAddress place)
    {
        var limits = new ShmInfo64
        {
            MaxSize = segments.MaxSize, MinSize = 1, MaxSegments = (ulong)segments.MaxSegments, MaxPerProcess = (ulong)segments.MaxSegments,
            MaxPages = segments.MaxPages,
        };
        SysResult highest;
        lock (segments.Table.Gate)
            highest = segments.Table.HighestIndex;
        return IpcCalls.Put(task, place, limits, highest);
    }

    private static SysResult Use(KernelTask task, SharedSegments segments, UserAddress place)
    {
        ShmUse use;
        SysResult highest;
        lock (segments.Table.Gate)
        {
            segments.Sweep();
            ulong pages = segments.Pages, resident = 0;
            foreach (SharedSegment segment in segments.Table.All)
                resident += segment.ResidentPages;
            use = new ShmUse { Segments = segments.Table.Count, Pages = pages, Resident = resident };
            highest = segments.Table.HighestIndex;
        }
        return IpcCalls.Put(task, place, use, highest);
    }
}

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
                SysResult highest = FindLimits(task, out ShmInfo64 limits);
                return IpcCalls.Put(task, buffer, limits, highest);
            case ShmCommand.SHM_INFO:
                return Use(task, segments, buffer);
            case ShmCommand.IPC_STAT or ShmCommand.SHM_STAT or ShmCommand.SHM_STAT_ANY:
                SysResult found = FindStatus(task, id, command, out Shmid64 status);
                return found.IsError ? found : IpcCalls.Put(task, buffer, status, found);
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

    /// <summary>The status of a segment, by its number or, for SHM_STAT, its index. shmctl(2).</summary>
    internal static SysResult FindStatus(KernelTask task, int id, ShmCommand command, out Shmid64 status)
    {
        SharedSegments segments = IpcCalls.Of(task).Segments;
        if (command != ShmCommand.IPC_STAT)
            return StatusAt(task, segments, id, command == ShmCommand.SHM_STAT_ANY, out status);
        Shmid64 found = default;
        SysResult result = segments.Inspect(task, id, segment => Status(segment, 0, out found));
        status = found;
        return result;
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

    private static SysResult StatusAt(KernelTask task, SharedSegments segments, int index, bool any, out Shmid64 status)
    {
        status = default;
        lock (segments.Table.Gate)
        {
            segments.Sweep();
            if (segments.Table.At(index) is not { } segment)
                return Errno.EINVAL;
            if (!any && !segment.Allows(task.Credentials, 0x124))
                return Errno.EACCES;
            return Status(segment, segment.Id, out status);
        }
    }

    /// <summary>The limits; the result is the highest index in use. shmctl(2), IPC_INFO.</summary>
    internal static SysResult FindLimits(KernelTask task, out ShmInfo64 limits)
    {
        SharedSegments segments = IpcCalls.Of(task).Segments;
        limits = new ShmInfo64
        {
            MaxSize = segments.MaxSize, MinSize = 1, MaxSegments = (ulong)segments.MaxSegments, MaxPerProcess = (ulong)segments.MaxSegments,
            MaxPages = segments.MaxPages,
        };
        // As on Linux, i386 programs are told no more than they could ask for.
        if (task.CallAbi != GuestAbi.X64)
            limits.MaxSize = Math.Min(limits.MaxSize, int.MaxValue);
        lock (segments.Table.Gate)
            return segments.Table.HighestIndex;
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

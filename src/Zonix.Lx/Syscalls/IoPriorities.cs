using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>
/// The I/O priority of tasks. It is kept, inherited and shown; there is no disk here whose queue could be ordered by it, as
/// on a Linux whose disks have no I/O scheduler. ioprio_set(2).
/// </summary>
internal static class IoPriorities
{
    private const int IOPRIO_WHO_PROCESS = 1;
    private const int IOPRIO_WHO_PGRP = 2;
    private const int IOPRIO_WHO_USER = 3;
    private const int IOPRIO_CLASS_NONE = 0;
    private const int IOPRIO_CLASS_RT = 1;
    private const int IOPRIO_CLASS_BE = 2;
    private const int IOPRIO_CLASS_IDLE = 3;
    private const int ClassShift = 13;
    private const int ClassMask = 7;
    private const int DataMask = (1 << ClassShift) - 1;
    private const int LevelMask = 7;
    private const int SCHED_FIFO = 1;
    private const int SCHED_RR = 2;
    private const int SCHED_IDLE = 5;
    private const int CAP_SYS_ADMIN = 21;
    private const int CAP_SYS_NICE = 23;

    /// <summary>Reads a priority, of several the best. ioprio_get(2).</summary>
    [Syscall(X64 = 252, I386 = 290)]
    internal static SysResult IoprioGet(KernelTask task, int which, int who)
    {
        if (which is < IOPRIO_WHO_PROCESS or > IOPRIO_WHO_USER)
        {
            return Errno.EINVAL;
        }

        if (which == IOPRIO_WHO_PROCESS)
        {
            return Scheduling.Find(task, new Tid(who)) is { } target ? LxTask.Of(target).IoPriority : Errno.ESRCH;
        }

        var best = int.MaxValue;
        foreach (var target in task.Process.Pids.Tasks.Snapshot())
        {
            if (IsMeant(task, target, which, who))
            {
                best = Math.Min(best, Effective(target));
            }
        }

        return best == int.MaxValue ? Errno.ESRCH : best;
    }

    /// <summary>Sets priorities. ioprio_set(2).</summary>
    [Syscall(X64 = 251, I386 = 289, Support = Support.Partial, Missing = "no I/O is ordered by it; threads made with CLONE_IO have their own")]
    internal static SysResult IoprioSet(KernelTask task, int which, int who, int ioprio)
    {
        switch ((ioprio >> ClassShift) & ClassMask)
        {
            case IOPRIO_CLASS_RT when !task.Credentials.Has(CAP_SYS_ADMIN) && !task.Credentials.Has(CAP_SYS_NICE):
                return Errno.EPERM;
            case IOPRIO_CLASS_RT or IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE:
                break;
            case IOPRIO_CLASS_NONE when (ioprio & LevelMask) == 0:
                break;
            default:
                return Errno.EINVAL;
        }

        if (which is < IOPRIO_WHO_PROCESS or > IOPRIO_WHO_USER)
        {
            return Errno.EINVAL;
        }

        var value = ioprio & ((ClassMask << ClassShift) | DataMask);
        if (which == IOPRIO_WHO_PROCESS)
        {
            return Scheduling.Find(task, new Tid(who)) is { } one ? Set(task, one, value) : Errno.ESRCH;
        }

        SysResult result = Errno.ESRCH;
        foreach (var target in task.Process.Pids.Tasks.Snapshot())
        {
            if (IsMeant(task, target, which, who))
            {
                result = Set(task, target, value);
                if (result.IsError)
                {
                    break;
                }
            }
        }

        return result;
    }

    private static SysResult Set(KernelTask task, KernelTask target, int value)
    {
        var mine = task.Credentials;
        if (target.Credentials.Uid != mine.EffectiveUid && target.Credentials.Uid != mine.Uid && !mine.Has(CAP_SYS_NICE))
        {
            return Errno.EPERM;
        }

        LxTask.Of(target).IoPriority = value;
        return SysResult.Success;
    }

    private static bool IsMeant(KernelTask task, KernelTask target, int which, int who) => which == IOPRIO_WHO_PGRP
        ? target.Process.GroupId.Value == (who == 0 ? task.Process.GroupId.Value : who)
        : target.Credentials.Uid == (who == 0 ? task.Credentials.Uid : (uint)who);

    /// <summary>One that was set, or what follows from policy and nice value.</summary>
    private static int Effective(KernelTask task)
    {
        var own = LxTask.Of(task).IoPriority;
        if (own >> ClassShift != IOPRIO_CLASS_NONE)
        {
            return own;
        }

        var how = task.Scheduling;
        var kind = how.Policy switch
        {
            SCHED_IDLE => IOPRIO_CLASS_IDLE,
            SCHED_FIFO or SCHED_RR => IOPRIO_CLASS_RT,
            _ => IOPRIO_CLASS_BE,
        };
        return (kind << ClassShift) | ((how.Nice + 20) / 5);
    }
}

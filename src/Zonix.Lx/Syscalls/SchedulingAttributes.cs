using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Policy and priority as one structure, and the rules for changing them. sched_setattr(2), sched(7).</summary>
internal static class SchedulingAttributes
{
    private const int SCHED_OTHER = 0;
    private const int SCHED_FIFO = 1;
    private const int SCHED_RR = 2;
    private const int SCHED_BATCH = 3;
    private const int SCHED_IDLE = 5;
    private const int SCHED_DEADLINE = 6;
    private const int MaxRealtimePriority = 99;
    private const int CAP_SYS_NICE = 23;
    private const int FirstSize = 48;
    private const int KnownSize = 56;
    private const int PageSize = 4096;
    private const ulong SCHED_FLAG_RESET_ON_FORK = 1;
    private const ulong SCHED_FLAG_RECLAIM = 2;
    private const ulong SCHED_FLAG_DL_OVERRUN = 4;
    private const ulong SCHED_FLAG_KEEP_POLICY = 8;
    private const ulong SCHED_FLAG_KEEP_PARAMS = 16;
    private const long SliceNs = 4_000_000;

    /// <summary>Sets policy, nice value and priority of a thread. sched_setattr(2).</summary>
    [Syscall(X64 = 314, I386 = 351, Support = Support.Partial, Missing = "SCHED_DEADLINE and utilisation clamps")]
    internal static SysResult SchedSetattr(KernelTask task, Tid tid, UserAddress attributes, uint flags)
    {
        if (attributes.IsNull || tid.Value < 0 || flags != 0)
        {
            return Errno.EINVAL;
        }

        Span<byte> raw = stackalloc byte[KnownSize];
        var error = ReadAttributes(task, attributes, raw);
        if (error != 0)
        {
            return error;
        }

        var policy = BitConverter.ToInt32(raw[4..]);
        var wanted = BitConverter.ToUInt64(raw[8..]);
        var nice = BitConverter.ToInt32(raw[16..]);
        var priority = BitConverter.ToInt32(raw[20..]);
        if (policy < 0)
        {
            return Errno.EINVAL;
        }

        if (Scheduling.Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        const ulong known = SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN | SCHED_FLAG_KEEP_POLICY | SCHED_FLAG_KEEP_PARAMS;
        if ((wanted & ~known) != 0)
        {
            return Errno.EINVAL;
        }

        var current = target.Scheduling;
        policy = (wanted & SCHED_FLAG_KEEP_POLICY) != 0 ? current.Policy : policy;
        if ((wanted & SCHED_FLAG_KEEP_PARAMS) != 0)
        {
            (nice, priority) = (current.Nice, current.Priority);
        }

        var isFair = policy is SCHED_OTHER or SCHED_BATCH;
        return Apply(task, target, new SchedulingParameters(
            policy, priority, isFair ? Math.Clamp(nice, -20, 19) : current.Nice, (wanted & SCHED_FLAG_RESET_ON_FORK) != 0));
    }

    /// <summary>Reads policy, nice value and priority of a thread. sched_getattr(2).</summary>
    [Syscall(X64 = 315, I386 = 352)]
    internal static SysResult SchedGetattr(KernelTask task, Tid tid, UserAddress attributes, uint size, uint flags)
    {
        if (attributes.IsNull || tid.Value < 0 || size is > PageSize or < FirstSize || flags != 0)
        {
            return Errno.EINVAL;
        }

        if (Scheduling.Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        var current = target.Scheduling;
        Span<byte> raw = stackalloc byte[KnownSize];
        raw.Clear();
        var length = (int)Math.Min(size, KnownSize);
        BitConverter.TryWriteBytes(raw, length);
        BitConverter.TryWriteBytes(raw[4..], current.Policy);
        BitConverter.TryWriteBytes(raw[8..], current.ResetOnFork ? SCHED_FLAG_RESET_ON_FORK : 0);
        var isRealtime = current.Policy is SCHED_FIFO or SCHED_RR;
        BitConverter.TryWriteBytes(raw[16..], isRealtime ? 0 : current.Nice);
        BitConverter.TryWriteBytes(raw[20..], current.Priority);
        if (length == KnownSize)
        {
            const int maximum = 1024;
            BitConverter.TryWriteBytes(raw[52..], maximum);
        }

        return task.Memory.TryCopyOut(attributes, raw[..length]) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>How long a thread runs before others have their turn. sched_rr_get_interval(2).</summary>
    [Syscall(X64 = 148, I386 = 161)]
    [Syscall(I386 = 423, Wide = true)]
    internal static SysResult SchedRrGetInterval(KernelTask task, Tid tid, UserPointer<Timespec> interval)
    {
        if (tid.Value < 0)
        {
            return Errno.EINVAL;
        }

        if (Scheduling.Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        var ns = target.Scheduling.Policy switch
        {
            SCHED_RR => task.Machine.Scheduler.RoundRobinSliceNs,
            SCHED_FIFO => 0,
            _ => SliceNs,
        };
        return task.TryWrite(interval, Timespec.FromNs(ns)) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Gives a task new parameters if they make sense and the caller may.</summary>
    internal static SysResult Apply(KernelTask task, KernelTask target, in SchedulingParameters wanted)
    {
        var isRealtime = wanted.Policy is SCHED_FIFO or SCHED_RR;
        if (wanted.Policy is not (SCHED_OTHER or SCHED_BATCH or SCHED_IDLE) && !isRealtime)
        {
            // No deadlines here: parameters that make no sense, or a policy that nobody may have.
            return wanted.Policy == SCHED_DEADLINE && wanted.Priority == 0 && !Scheduling.MayChange(task, target) ? Errno.EPERM : Errno.EINVAL;
        }

        if (isRealtime ? wanted.Priority is < 1 or > MaxRealtimePriority : wanted.Priority != 0)
        {
            return Errno.EINVAL;
        }

        if (!task.Credentials.Has(CAP_SYS_NICE) && !IsAllowed(task, target, wanted))
        {
            return Errno.EPERM;
        }

        target.Scheduling = wanted;
        task.Machine.Futexes.Pi.PriorityChanged(target);
        task.Machine.Scheduler.Reposition(target);
        return SysResult.Success;
    }

    private static bool IsAllowed(KernelTask task, KernelTask target, in SchedulingParameters wanted)
    {
        var current = target.Scheduling;
        if (wanted.Policy is SCHED_OTHER or SCHED_BATCH && wanted.Nice < current.Nice && !Scheduling.MayRaise(task, target, wanted.Nice))
        {
            return false;
        }

        if (wanted.Policy is SCHED_FIFO or SCHED_RR)
        {
            var limit = target.Process.Rlimits[RlimitResource.RLIMIT_RTPRIO].Soft;
            // sched(7): without a limit the policy may not change, and a priority may only be lowered.
            if ((wanted.Policy != current.Policy && limit == 0) ||
                (wanted.Priority > current.Priority && (ulong)wanted.Priority > limit))
            {
                return false;
            }
        }

        // sched(7): leaving SCHED_IDLE takes the right to the nice value.
        if (current.Policy == SCHED_IDLE && wanted.Policy != SCHED_IDLE && !Scheduling.MayRaise(task, target, current.Nice))
        {
            return false;
        }

        return Scheduling.MayChange(task, target) && !(current.ResetOnFork && !wanted.ResetOnFork);
    }

    private static Errno ReadAttributes(KernelTask task, UserAddress attributes, Span<byte> raw)
    {
        raw.Clear();
        if (!task.Memory.TryRead(attributes, out uint size))
        {
            return Errno.EFAULT;
        }

        size = size == 0 ? FirstSize : size;
        if (size is < FirstSize or > PageSize)
        {
            return TooBig(task, attributes);
        }

        if (!task.Memory.TryCopyIn(attributes, raw[..(int)Math.Min(size, KnownSize)]))
        {
            return Errno.EFAULT;
        }

        if (size > KnownSize)
        {
            Span<byte> rest = stackalloc byte[PageSize];
            rest = rest[..(int)(size - KnownSize)];
            if (!task.Memory.TryCopyIn(attributes + KnownSize, rest))
            {
                return Errno.EFAULT;
            }

            if (rest.ContainsAnyExcept((byte)0))
            {
                return TooBig(task, attributes);
            }
        }

        return 0;
    }

    /// <summary>sched_setattr(2): E2BIG, and the size that is known is stored.</summary>
    private static Errno TooBig(KernelTask task, UserAddress attributes)
    {
        task.Memory.TryWrite(attributes, (uint)KnownSize);
        return Errno.E2BIG;
    }
}

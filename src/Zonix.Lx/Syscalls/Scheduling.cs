using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>CPUs, policies and priorities. sched(7).</summary>
internal static class Scheduling
{
    private const int SCHED_OTHER = 0;
    private const int SCHED_FIFO = 1;
    private const int SCHED_RR = 2;
    private const int SCHED_BATCH = 3;
    private const int SCHED_IDLE = 5;
    private const int SCHED_DEADLINE = 6;
    private const int SCHED_RESET_ON_FORK = 0x4000_0000;
    private const int MaxRealtimePriority = 99;
    private const int CAP_SYS_NICE = 23;
    private const int PRIO_PROCESS = 0;
    private const int PRIO_PGRP = 1;
    private const int PRIO_USER = 2;

    /// <summary>Gives way to others. sched_yield(2).</summary>
    [Syscall(X64 = 24, I386 = 158)]
    internal static SysResult SchedYield(KernelTask task)
    {
        Kernel.Scheduling.Worker.Current?.LetOthersGo();
        return SysResult.Success;
    }

    /// <summary>Reads the CPUs that a thread may run on. sched_getaffinity(2).</summary>
    [Syscall(X64 = 204, I386 = 242)]
    internal static SysResult SchedGetaffinity(KernelTask task, Tid tid, uint size, UserAddress mask)
    {
        var word = (uint)GuestWord.SizeOf(task.CallAbi);
        var maskSize = Math.Min(size, 8);
        if (size < word || (size & (word - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if (Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        Span<byte> cpus = stackalloc byte[8];
        BitConverter.TryWriteBytes(cpus, target.AffinityMask & AllCpus(task));
        return task.Memory.TryCopyOut(mask, cpus[..(int)maskSize]) ? maskSize : Errno.EFAULT;
    }

    /// <summary>Sets the CPUs that a thread may run on. sched_setaffinity(2).</summary>
    [Syscall(X64 = 203, I386 = 241)]
    internal static SysResult SchedSetaffinity(KernelTask task, Tid tid, uint size, UserAddress mask)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        var given = (int)Math.Min(size, (uint)bytes.Length);
        if (task.Memory.CopyIn(mask, bytes[..given]) != (nuint)given)
        {
            return Errno.EFAULT;
        }

        if (Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        if (!MayChange(task, target))
        {
            return Errno.EPERM;
        }

        var cpus = BitConverter.ToUInt64(bytes) & AllCpus(task);
        if (cpus == 0)
        {
            return Errno.EINVAL;
        }

        target.SetAffinity(cpus);
        if (ReferenceEquals(target, task))
        {
            Kernel.Scheduling.Worker.Current?.YieldSoon();
        }

        return SysResult.Success;
    }

    /// <summary>A thread's policy. sched_getscheduler(2).</summary>
    [Syscall(X64 = 145, I386 = 157)]
    internal static SysResult SchedGetscheduler(KernelTask task, Tid tid)
    {
        if (tid.Value < 0)
        {
            return Errno.EINVAL;
        }

        return Find(task, tid) is { } target
            ? target.Scheduling.Policy | (target.Scheduling.ResetOnFork ? SCHED_RESET_ON_FORK : 0)
            : Errno.ESRCH;
    }

    /// <summary>Sets a thread's policy. sched_setscheduler(2).</summary>
    [Syscall(X64 = 144, I386 = 156, Support = Support.Partial, Missing = "SCHED_DEADLINE")]
    internal static SysResult SchedSetscheduler(KernelTask task, Tid tid, int policy, UserPointer<int> param)
    {
        if (policy < 0 || tid.Value < 0 || param.IsNull)
        {
            return Errno.EINVAL;
        }

        return task.Memory.TryRead(param, out var priority) ? Set(task, tid, policy, priority) : Errno.EFAULT;
    }

    /// <summary>A thread's real-time priority. sched_getparam(2).</summary>
    [Syscall(X64 = 143, I386 = 155)]
    internal static SysResult SchedGetparam(KernelTask task, Tid tid, UserPointer<int> param)
    {
        if (tid.Value < 0 || param.IsNull)
        {
            return Errno.EINVAL;
        }

        if (Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        return task.Memory.TryWrite(param, target.Scheduling.Priority) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Sets a thread's real-time priority. sched_setparam(2).</summary>
    [Syscall(X64 = 142, I386 = 154)]
    internal static SysResult SchedSetparam(KernelTask task, Tid tid, UserPointer<int> param)
    {
        if (tid.Value < 0 || param.IsNull)
        {
            return Errno.EINVAL;
        }

        if (Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        return task.Memory.TryRead(param, out var priority)
            ? Set(task, tid, target.Scheduling.Policy, priority)
            : Errno.EFAULT;
    }

    /// <summary>The highest priority of a policy. sched_get_priority_max(2).</summary>
    [Syscall(X64 = 146, I386 = 159)]
    internal static SysResult SchedGetPriorityMax(KernelTask task, int policy) => policy switch
    {
        SCHED_FIFO or SCHED_RR => MaxRealtimePriority,
        SCHED_OTHER or SCHED_BATCH or SCHED_IDLE or SCHED_DEADLINE => 0,
        _ => Errno.EINVAL,
    };

    /// <summary>The lowest priority of a policy. sched_get_priority_min(2).</summary>
    [Syscall(X64 = 147, I386 = 160)]
    internal static SysResult SchedGetPriorityMin(KernelTask task, int policy) => policy switch
    {
        SCHED_FIFO or SCHED_RR => 1,
        SCHED_OTHER or SCHED_BATCH or SCHED_IDLE or SCHED_DEADLINE => 0,
        _ => Errno.EINVAL,
    };

    /// <summary>The CPU that the caller runs on. getcpu(2).</summary>
    [Syscall(X64 = 309, I386 = 318)]
    internal static SysResult Getcpu(KernelTask task, UserPointer<uint> cpu, UserPointer<uint> node, UserAddress cache) =>
        (cpu.IsNull || task.Memory.TryWrite(cpu, (uint)task.LastCpu)) && (node.IsNull || task.Memory.TryWrite(node, 0u))
            ? SysResult.Success
            : Errno.EFAULT;

    /// <summary>Reads the best nice value of a process, group or user; as 20 - nice. getpriority(2).</summary>
    [Syscall(X64 = 140, I386 = 96)]
    internal static SysResult Getpriority(KernelTask task, int which, int who)
    {
        if (which is < PRIO_PROCESS or > PRIO_USER)
        {
            return Errno.EINVAL;
        }

        var best = int.MinValue;
        foreach (var target in task.Process.Pids.Tasks.Snapshot())
        {
            if (IsMeant(task, target, which, who))
            {
                best = Math.Max(best, 20 - target.Scheduling.Nice);
            }
        }

        return best == int.MinValue ? Errno.ESRCH : best;
    }

    /// <summary>Adds to the caller's nice value. nice(2).</summary>
    [Syscall(I386 = 34)]
    internal static SysResult Nice(KernelTask task, int increment)
    {
        var nice = task.Scheduling.Nice + Math.Clamp(increment, -40, 40);
        var result = Setpriority(task, PRIO_PROCESS, 0, nice);
        return result == Errno.EACCES ? Errno.EPERM : result;
    }

    /// <summary>Sets nice values. setpriority(2).</summary>
    [Syscall(X64 = 141, I386 = 97)]
    internal static SysResult Setpriority(KernelTask task, int which, int who, int niceval)
    {
        if (which is < PRIO_PROCESS or > PRIO_USER)
        {
            return Errno.EINVAL;
        }

        var nice = Math.Clamp(niceval, -20, 19);
        SysResult result = Errno.ESRCH;
        foreach (var target in task.Process.Pids.Tasks.Snapshot())
        {
            if (!IsMeant(task, target, which, who))
            {
                continue;
            }

            if (!MayChange(task, target))
            {
                result = Errno.EPERM;
            }
            else if (nice < target.Scheduling.Nice && !MayRaise(task, target, nice))
            {
                result = Errno.EACCES;
            }
            else
            {
                target.Scheduling = target.Scheduling with { Nice = nice };
                result = result == Errno.ESRCH ? SysResult.Success : result;
            }
        }

        return result;
    }

    private static ulong AllCpus(KernelTask task) => LxBrand.Of(task).CpuMask(task.Machine);

    /// <summary>A task by number, or one that has ended while its process was not waited for.</summary>
    internal static KernelTask? Find(KernelTask task, Tid tid) => tid.Value == 0
        ? task
        : task.Process.Pids.Tasks[tid] ?? task.Process.Pids.Processes[new Pid(tid.Value)]?.EndedLeader;

    private static bool IsMeant(KernelTask task, KernelTask target, int which, int who) => which switch
    {
        PRIO_PROCESS => target.Tid.Value == (who == 0 ? task.Tid.Value : who),
        PRIO_PGRP => target.Process.GroupId.Value == (who == 0 ? task.Process.GroupId.Value : who),
        _ => target.Credentials.Uid == (who == 0 ? task.Credentials.Uid : (uint)who),
    };

    internal static bool MayChange(KernelTask task, KernelTask target) =>
        task.Credentials.Has(CAP_SYS_NICE) ||
        task.Credentials.EffectiveUid == target.Credentials.EffectiveUid ||
        task.Credentials.EffectiveUid == target.Credentials.Uid;

    /// <summary>getrlimit(2), RLIMIT_NICE: the limit allows nice values from 20 - limit on.</summary>
    internal static bool MayRaise(KernelTask task, KernelTask target, int nice) =>
        task.Credentials.Has(CAP_SYS_NICE) ||
        (ulong)(20 - nice) <= target.Process.Rlimits[RlimitResource.RLIMIT_NICE].Soft;

    private static SysResult Set(KernelTask task, Tid tid, int policy, int priority)
    {
        if (Find(task, tid) is not { } target)
        {
            return Errno.ESRCH;
        }

        var reset = (policy & SCHED_RESET_ON_FORK) != 0;
        return SchedulingAttributes.Apply(
            task, target, new SchedulingParameters(policy & ~SCHED_RESET_ON_FORK, priority, target.Scheduling.Nice, reset));
    }
}

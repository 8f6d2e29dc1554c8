using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Resource limits and use. getrlimit(2), getrusage(2).</summary>
internal static class Limits
{
    private const int CAP_SYS_RESOURCE = 24;
    private const int RUSAGE_SELF = 0;
    private const int RUSAGE_CHILDREN = -1;
    private const int RUSAGE_THREAD = 1;

    /// <summary>Reads a limit. getrlimit(2).</summary>
    [Syscall(X64 = 97)]
    [Syscall(I386 = 191, Name = "ugetrlimit")]
    internal static SysResult Getrlimit(KernelTask task, RlimitResource resource, UserPointer<RlimitPair> rlim) =>
        Prlimit64(task, new Pid(0), resource, default, rlim);

    /// <summary>The same, of old i386 programs, which know limits as signed numbers.</summary>
    [Syscall(I386 = 76, Name = "getrlimit")]
    internal static SysResult OldGetrlimit(KernelTask task, RlimitResource resource, UserPointer<RlimitPair> rlim)
    {
        if ((uint)resource > (uint)RlimitResource.RLIMIT_RTTIME)
        {
            return Errno.EINVAL;
        }

        var limit = task.Process.Rlimits[resource];
        var told = new RlimitPair { Soft = Math.Min(limit.Soft, int.MaxValue), Hard = Math.Min(limit.Hard, int.MaxValue) };
        return task.TryWrite(rlim, told) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Sets a limit. setrlimit(2).</summary>
    [Syscall(X64 = 160, I386 = 75)]
    internal static SysResult Setrlimit(KernelTask task, RlimitResource resource, UserPointer<RlimitPair> rlim) =>
        rlim.IsNull ? Errno.EFAULT : Prlimit64(task, new Pid(0), resource, rlim, default);

    /// <summary>Reads and sets a limit of any process. prlimit(2).</summary>
    [Syscall(X64 = 302)]
    [Syscall(I386 = 340, Wide = true)]
    internal static SysResult Prlimit64(
        KernelTask task, Pid pid, RlimitResource resource, UserPointer<RlimitPair> newLimit, UserPointer<RlimitPair> oldLimit)
    {
        if ((uint)resource > (uint)RlimitResource.RLIMIT_RTTIME)
        {
            return Errno.EINVAL;
        }

        // prlimit(2): the number of any of its threads will do.
        var target = pid.Value == 0 ? task : task.Process.Pids.Tasks[new Tid(pid.Value)];
        var process = target?.Process ?? task.Process.Pids.Processes[pid];
        if (process is null)
        {
            return Errno.ESRCH;
        }

        if (!ReferenceEquals(process, task.Process) && !MayLimit(task.Credentials, target?.Credentials ?? process.LastCredentials))
        {
            return Errno.EPERM;
        }

        var old = process.Rlimits[resource];
        if (!newLimit.IsNull)
        {
            if (!task.TryRead(newLimit, out var given))
            {
                return Errno.EFAULT;
            }

            var wanted = task.CallAbi == GuestAbi.I386
                ? new Rlimit(Widen(given.Soft), Widen(given.Hard))
                : new Rlimit(given.Soft, given.Hard);

            if (wanted.Soft > wanted.Hard)
            {
                return Errno.EINVAL;
            }

            var tooMany = resource == RlimitResource.RLIMIT_NOFILE && wanted.Hard > (ulong)LxBrand.Of(task).Settings.MaxOpenFiles;
            if (tooMany || (wanted.Hard > old.Hard && !task.Credentials.Has(CAP_SYS_RESOURCE)))
            {
                return Errno.EPERM;
            }

            process.Rlimits[resource] = wanted;
            if (resource == RlimitResource.RLIMIT_CPU)
            {
                CpuLimit.Watch(process);
            }
        }

        if (task.CallAbi == GuestAbi.I386)
        {
            old = new Rlimit(Math.Min(old.Soft, uint.MaxValue), Math.Min(old.Hard, uint.MaxValue));
        }

        return oldLimit.IsNull || task.TryWrite(oldLimit, new RlimitPair { Soft = old.Soft, Hard = old.Hard }) ? SysResult.Success : Errno.EFAULT;
    }

    // RLIM_INFINITY of 32 bits.
    private static ulong Widen(ulong limit) => limit == uint.MaxValue ? Rlimit.Infinity : limit;

    private static bool MayLimit(Credentials who, Credentials whom) =>
        (who.Uid == whom.EffectiveUid && who.Uid == whom.SavedUid && who.Uid == whom.Uid &&
            who.Gid == whom.EffectiveGid && who.Gid == whom.SavedGid && who.Gid == whom.Gid) ||
        who.Has(CAP_SYS_RESOURCE);

    /// <summary>CPU time and switches used. getrusage(2).</summary>
    [Syscall(X64 = 98, I386 = 77, Support = Support.Partial, Missing = "system time is estimated from a sample of calls; blocks are 0; faults of stretches below 50 µs count for the task that runs next; pages of files count in the maximum of the caller only")]
    internal static SysResult Getrusage(KernelTask task, int who, UserPointer<Rusage> usage)
    {
        ResourceUsage used;
        task.SettleFaults();
        switch (who)
        {
            case RUSAGE_SELF:
                used = task.Process.Usage with { MaxResidentBytes = MaxResident(task) };
                break;
            case RUSAGE_THREAD:
                used = task.Usage with { MaxResidentBytes = MaxResident(task) };
                break;
            case RUSAGE_CHILDREN:
                used = task.Process.ChildrenUsage;
                break;
            default:
                return Errno.EINVAL;
        }

        return UsageFormat.TryWrite(task, usage, used) ? SysResult.Success : Errno.EFAULT;
    }

    private static long MaxResident(KernelTask task)
    {
        _ = task.Memory.MeasureUsage();
        return (long)task.Process.MaxResidentBytes;
    }

    /// <summary>CPU time in clock ticks. times(2).</summary>
    [Syscall(X64 = 100, I386 = 43, Support = Support.Partial, Missing = "system time is estimated from a sample of calls")]
    internal static SysResult Times(KernelTask task, UserPointer<Tms> buffer)
    {
        const long nsPerTick = 10_000_000;
        if (!buffer.IsNull)
        {
            var own = task.Process.Usage;
            var children = task.Process.ChildrenUsage;
            var told = new Tms
            {
                User = own.UserNs / nsPerTick,
                System = own.SystemNs / nsPerTick,
                ChildrenUser = children.UserNs / nsPerTick,
                ChildrenSystem = children.SystemNs / nsPerTick,
            };
            if (!task.TryWrite(buffer, told))
            {
                return Errno.EFAULT;
            }
        }

        return task.Machine.Clock.BoottimeNs / nsPerTick;
    }
}

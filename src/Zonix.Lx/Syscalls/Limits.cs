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
    internal static SysResult Getrlimit(KernelTask task, RlimitResource resource, UserPointer<Rlimit> rlim) =>
        Prlimit64(task, new Pid(0), resource, default, rlim);

    /// <summary>Sets a limit. setrlimit(2).</summary>
    [Syscall(X64 = 160)]
    internal static SysResult Setrlimit(KernelTask task, RlimitResource resource, UserPointer<Rlimit> rlim) =>
        rlim.IsNull ? Errno.EFAULT : Prlimit64(task, new Pid(0), resource, rlim, default);

    /// <summary>Reads and sets a limit of any process. prlimit(2).</summary>
    [Syscall(X64 = 302, I386 = 340)]
    internal static SysResult Prlimit64(
        KernelTask task, Pid pid, RlimitResource resource, UserPointer<Rlimit> newLimit, UserPointer<Rlimit> oldLimit)
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
            if (!task.Memory.TryRead(newLimit, out var wanted))
            {
                return Errno.EFAULT;
            }

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

        return oldLimit.IsNull || task.Memory.TryWrite(oldLimit, old) ? SysResult.Success : Errno.EFAULT;
    }

    private static bool MayLimit(Credentials who, Credentials whom) =>
        (who.Uid == whom.EffectiveUid && who.Uid == whom.SavedUid && who.Uid == whom.Uid &&
            who.Gid == whom.EffectiveGid && who.Gid == whom.SavedGid && who.Gid == whom.Gid) ||
        who.Has(CAP_SYS_RESOURCE);

    /// <summary>CPU time and switches used. getrusage(2).</summary>
    [Syscall(X64 = 98, Support = Support.Partial, Missing = "system time is estimated from a sample of calls; blocks are 0; faults of stretches below 50 µs count for the task that runs next; pages of files count in the maximum of the caller only")]
    internal static SysResult Getrusage(KernelTask task, int who, UserAddress usage)
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
    [Syscall(X64 = 100, Support = Support.Partial, Missing = "system time is estimated from a sample of calls")]
    internal static SysResult Times(KernelTask task, UserAddress buffer)
    {
        const long nsPerTick = 10_000_000;
        const int size = 32;
        if (!buffer.IsNull)
        {
            Span<byte> fields = stackalloc byte[size];
            fields.Clear();
            var own = task.Process.Usage;
            var children = task.Process.ChildrenUsage;
            BitConverter.TryWriteBytes(fields, own.UserNs / nsPerTick);
            BitConverter.TryWriteBytes(fields[8..], own.SystemNs / nsPerTick);
            BitConverter.TryWriteBytes(fields[16..], children.UserNs / nsPerTick);
            BitConverter.TryWriteBytes(fields[24..], children.SystemNs / nsPerTick);
            if (task.Memory.CopyOut(buffer, fields) != size)
            {
                return Errno.EFAULT;
            }
        }

        return task.Machine.Clock.BoottimeNs / nsPerTick;
    }
}

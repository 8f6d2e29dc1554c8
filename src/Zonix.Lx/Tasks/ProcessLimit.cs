using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>RLIMIT_NPROC: tasks of the same real user; not for root. getrlimit(2).</summary>
internal static class ProcessLimit
{
    private const int CAP_SYS_ADMIN = 21, CAP_SYS_RESOURCE = 24;

    /// <summary>Whether the task may not make another one.</summary>
    internal static bool IsReached(KernelTask task) =>
        !task.Credentials.Has(CAP_SYS_ADMIN) && !task.Credentials.Has(CAP_SYS_RESOURCE) && Limit(task) is { } limit && Count(task, null) >= limit;

    /// <summary>Whether the task's user has more than the limit without it: setuid(2) notes that, and lets it be.</summary>
    internal static bool IsExceededByOthers(KernelTask task) => Limit(task) is { } limit && Count(task, task) > limit;

    /// <summary>Whether the task's user has more than the limit: execve(2) fails then, if the task came to the user like that.</summary>
    internal static bool IsExceeded(KernelTask task) => Limit(task) is { } limit && Count(task, null) > limit;

    /// <summary>The limit; null when it cannot have been met.</summary>
    private static ulong? Limit(KernelTask task)
    {
        ulong limit = task.Process.Rlimits[RlimitResource.RLIMIT_NPROC].Soft;
        return task.Credentials.Uid == 0 || limit > (ulong)task.Process.Pids.Tasks.Count ? null : limit;
    }

    private static ulong Count(KernelTask task, KernelTask? except)
    {
        ulong count = 0;
        foreach (KernelTask other in task.Process.Pids.Tasks.Snapshot())
            count += other.Credentials.Uid == task.Credentials.Uid && !ReferenceEquals(other, except) ? 1UL : 0;
        return count;
    }
}

using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>RLIMIT_NPROC: tasks of the same real user; not for root. getrlimit(2).</summary>
internal static class ProcessLimit
{
    private const int CAP_SYS_ADMIN = 21, CAP_SYS_RESOURCE = 24;

    /// <summary>Whether the task may not make another one.</summary>
    internal static bool IsReached(KernelTask task) =>
        !task.Credentials.Has(CAP_SYS_ADMIN) && !task.Credentials.Has(CAP_SYS_RESOURCE) && Exceeds(task, others: 1);

    /// <summary>Whether the task's user has more than the limit: setuid(2) lets it be, and execve(2) fails then.</summary>
    internal static bool IsExceeded(KernelTask task) => Exceeds(task, others: 0);

    private static bool Exceeds(KernelTask task, ulong others)
    {
        ulong limit = task.Process.Rlimits[RlimitResource.RLIMIT_NPROC].Soft;
        NumberTable<Tid, KernelTask> tasks = task.Process.Pids.Tasks;
        if (task.Credentials.Uid == 0 || limit == Rlimit.Infinity || limit >= (ulong)tasks.Count + others)
            return false;
        ulong count = others;
        foreach (KernelTask other in tasks.Snapshot())
            count += other.Credentials.Uid == task.Credentials.Uid ? 1UL : 0;
        return count > limit;
    }
}

using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>Who may look into whom. ptrace(2), "Ptrace access mode checking".</summary>
internal static class PtraceAccess
{
    private const int CAP_SYS_PTRACE = 19;

    /// <summary>Whether <paramref name="task"/> may read or attach to <paramref name="target"/> by its real identity: PTRACE_MODE_REALCREDS.</summary>
    internal static bool IsAllowed(KernelTask task, KernelTask target) => IsAllowed(task, target, task.Credentials.Uid, task.Credentials.Gid);

    /// <summary>Whether <paramref name="task"/> may look into <paramref name="target"/> as it looks at files: PTRACE_MODE_READ_FSCREDS.</summary>
    internal static bool MayRead(KernelTask task, KernelTask target) => IsAllowed(task, target, task.Credentials.FsUid, task.Credentials.FsGid);

    private static bool IsAllowed(KernelTask task, KernelTask target, uint user, uint group)
    {
        if (ReferenceEquals(task.Process, target.Process))
            return true;
        Credentials who = task.Credentials, whom = target.Credentials;
        if (who.Has(CAP_SYS_PTRACE))
            return true;
        return user == whom.EffectiveUid && user == whom.SavedUid && user == whom.Uid &&
            group == whom.EffectiveGid && group == whom.SavedGid && group == whom.Gid &&
            LxProcess.Of(target.Process).Dumpable == 1 &&
            (whom.PermittedCapabilities & ~who.PermittedCapabilities) == 0;
    }
}

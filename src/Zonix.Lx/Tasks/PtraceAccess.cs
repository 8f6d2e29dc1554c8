using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>Who may look into whom. ptrace(2), "Ptrace access mode checking".</summary>
internal static class PtraceAccess
{
    private const int CAP_SYS_PTRACE = 19;

    /// <summary>Whether <paramref name="task"/> may read or attach to <paramref name="target"/> by its real identity: PTRACE_MODE_REALCREDS.</summary>
    internal static bool IsAllowed(KernelTask task, KernelTask target)
    {
        if (ReferenceEquals(task.Process, target.Process))
            return true;
        Credentials who = task.Credentials, whom = target.Credentials;
        if (who.Has(CAP_SYS_PTRACE))
            return true;
        return who.Uid == whom.EffectiveUid && who.Uid == whom.SavedUid && who.Uid == whom.Uid &&
            who.Gid == whom.EffectiveGid && who.Gid == whom.SavedGid && who.Gid == whom.Gid &&
            LxProcess.Of(target.Process).Dumpable == 1 &&
            (whom.PermittedCapabilities & ~who.PermittedCapabilities) == 0;
    }
}

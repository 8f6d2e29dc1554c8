using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>A task takes on other credentials. credentials(7).</summary>
internal static class CredentialChange
{
    /// <summary>
    /// Replaces the credentials. prctl(2): a task that is somebody else now, or may do more, is not to be dumped or read by
    /// others any longer, and gets no signal at its parent's end.
    /// </summary>
    internal static void Apply(KernelTask task, Credentials next)
    {
        Credentials old = task.Credentials;
        task.Credentials = next;
        bool isOther = old.EffectiveUid != next.EffectiveUid || old.EffectiveGid != next.EffectiveGid || old.FsUid != next.FsUid || old.FsGid != next.FsGid;
        if (!isOther && (next.PermittedCapabilities & ~old.PermittedCapabilities) == 0)
            return;
        LxProcess.Of(task.Process).Dumpable = LxBrand.Of(task).Settings.SuidDumpable;
        task.ParentDeathSignal = 0;
    }
}

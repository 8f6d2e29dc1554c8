using Zonix.Kernel.Groups;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Cgroup;

/// <summary>Who has opened a file of a group: what is written through it is permitted or not by that, whoever writes.</summary>
/// <param name="Credentials">The opener's identity.</param>
/// <param name="Top">The group at the top of what the opener sees; null: that of the zone.</param>
internal sealed record CgroupOpener(Credentials Credentials, ControlGroup? Top)
{
    /// <summary>The calling task.</summary>
    internal static CgroupOpener Caller => Worker.Current?.Running is { } task ? Of(task) : new CgroupOpener(Credentials.Root, null);

    /// <summary>A task.</summary>
    internal static CgroupOpener Of(KernelTask task) => new(task.Credentials, (task.BrandState as LxTask)?.Namespaces.GroupRoot);
}

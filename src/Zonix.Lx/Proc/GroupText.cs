using System.Globalization;
using System.Text;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Cgroup;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>What /proc tells of control groups. cgroups(7).</summary>
internal static class GroupText
{
    /// <summary>/proc/[pid]/cgroup: the process's group, as the reader sees the tree.</summary>
    internal static string OfProcess(Process process)
    {
        if (process.ControlGroup is not { } group)
            return "0::/\n";
        ControlGroup root = ProcFileSystem.Caller is { BrandState: LxTask state } ? state.Namespaces.GroupRoot ?? group.Tree.Root : group.Tree.Root;
        return "0::" + CgroupText.Path(group, root) + (group.IsRemoved ? " (deleted)\n" : "\n");
    }

    /// <summary>
    /// /proc/cgroups: the controllers by the names of version 1, and how many groups each is handed down to. Run-times look here
    /// for those that they need; cpuacct and freezer are part of every group.
    /// </summary>
    internal static string Controllers(ControlGroups groups)
    {
        var text = new StringBuilder("#subsys_name\thierarchy\tnum_cgroups\tenabled\n");
        lock (groups.Gate)
        {
            foreach ((string name, Kernel.Groups.Controllers controller) in (ReadOnlySpan<(string, Kernel.Groups.Controllers)>)
                [
                    ("cpuset", Kernel.Groups.Controllers.CpuSet), ("cpu", Kernel.Groups.Controllers.Cpu), ("cpuacct", 0),
                    ("blkio", Kernel.Groups.Controllers.Io), ("memory", Kernel.Groups.Controllers.Memory), ("freezer", 0),
                    ("pids", Kernel.Groups.Controllers.Pids),
                ])
            {
                int count = controller == 0 ? groups.Root.Descendants + 1 : Count(groups.Root, controller);
                text.Append(CultureInfo.InvariantCulture, $"{name}\t0\t{count}\t1\n");
            }
        }

        return text.ToString();
    }

    private static int Count(ControlGroup group, Kernel.Groups.Controllers controller)
    {
        int count = (group.Available & controller) != 0 ? 1 : 0;
        foreach (ControlGroup child in group.Children)
            count += Count(child, controller);
        return count;
    }
}

using Zonix.Abi;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>The files of the cpuset controller. There is one memory node.</summary>
internal static class CpusetFiles
{
    internal static CgroupFileKind[] Kinds() =>
    [
        new("cpuset.cpus", Controllers.CpuSet)
        {
            OnRoot = false,
            Read = static group => CgroupText.CpuList(group.Cpus),
            Write = static (_, group, text) => SetCpus(group, text),
        },
        new("cpuset.cpus.effective", Controllers.CpuSet) { Read = static group => CgroupText.CpuList(group.EffectiveCpus) },
        new("cpuset.mems", Controllers.CpuSet)
        {
            OnRoot = false,
            Read = static group => CgroupText.CpuList(group.MemoryNodes),
            Write = static (_, group, text) => SetNodes(group, text),
        },
        new("cpuset.mems.effective", Controllers.CpuSet) { Read = static _ => "0\n" },
    ];

    private static Errno SetCpus(ControlGroup group, string text)
    {
        if (!CgroupText.TryParseCpuList(text, out ulong mask))
            return Errno.EINVAL;
        if ((mask & ~group.Tree.AllCpus) != 0)
            return Errno.EINVAL;
        group.SetCpus(mask);
        return 0;
    }

    private static Errno SetNodes(ControlGroup group, string text)
    {
        const ulong TheOnlyNode = 1;
        if (!CgroupText.TryParseCpuList(text, out ulong mask) || (mask & ~TheOnlyNode) != 0)
            return Errno.EINVAL;
        group.MemoryNodes = mask;
        return 0;
    }
}

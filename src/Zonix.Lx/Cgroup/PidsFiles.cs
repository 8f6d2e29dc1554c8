using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>The files of the pids controller.</summary>
internal static class PidsFiles
{
    internal static CgroupFileKind[] Kinds() =>
    [
        new("pids.current", Controllers.Pids) { Read = static group => CgroupText.Line(group.Pids.Current) },
        new("pids.peak", Controllers.Pids) { OnRoot = false, Read = static group => CgroupText.Line(group.Pids.Peak) },
        new("pids.max", Controllers.Pids)
        {
            Read = static group => CgroupText.Limit(group.Pids.Limit, long.MaxValue),
            Write = static (_, group, text) => CgroupFiles.SetLimit(text, long.MaxValue, limit => group.Pids.Limit = limit),
        },
        new("pids.events", Controllers.Pids)
        {
            OnRoot = false,
            Read = static group => $"max {group.Pids.Refusals}\n",
            Event = static group => group.Pids.Events,
        },
        new("pids.events.local", Controllers.Pids)
        {
            OnRoot = false,
            Read = static group => $"max {group.Pids.LocalRefusals}\n",
            Event = static group => group.Pids.Events,
        },
    ];
}

using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Memory;

namespace Zonix.Lx.Cgroup;

/// <summary>The files of the memory controller.</summary>
internal static class MemoryFiles
{
    internal static CgroupFileKind[] Kinds() =>
    [
        new("memory.current", Controllers.Memory) { Read = static group => CgroupText.Line(group.Memory.Measure()) },
        new("memory.peak", Controllers.Memory)
        {
            Read = static group =>
            {
                group.Memory.Measure();
                return CgroupText.Line(group.Memory.Peak);
            },
        },
        new("memory.min", Controllers.Memory)
        {
            OnRoot = false,
            Read = static group => CgroupText.Limit(group.Memory.Min),
            Write = static (_, group, text) => CgroupFiles.SetBytes(text, bytes => group.Memory.Min = bytes),
        },
        new("memory.low", Controllers.Memory)
        {
            OnRoot = false,
            Read = static group => CgroupText.Limit(group.Memory.Low),
            Write = static (_, group, text) => CgroupFiles.SetBytes(text, bytes => group.Memory.Low = bytes),
        },
        new("memory.high", Controllers.Memory)
        {
            OnRoot = false,
            Read = static group => CgroupText.Limit(group.Memory.High),
            Write = static (_, group, text) => CgroupFiles.SetBytes(text, bytes => group.Memory.High = bytes),
        },
        new("memory.max", Controllers.Memory)
        {
            Read = static group => CgroupText.Limit(group.Memory.Max),
            Write = static (_, group, text) => CgroupFiles.SetBytes(text, bytes => group.Memory.Max = bytes),
        },
        new("memory.events", Controllers.Memory)
        {
            Read = static group => Events(group.Memory.CountOf),
            Event = static group => group.Memory.Events,
        },
        new("memory.events.local", Controllers.Memory)
        {
            OnRoot = false,
            Read = static group => Events(group.Memory.LocalCountOf),
            Event = static group => group.Memory.Events,
        },
        new("memory.stat", Controllers.Memory) { Read = Statistics },
        new("memory.oom.group", Controllers.Memory)
        {
            OnRoot = false,
            IsDelegated = true,
            Read = static group => group.Memory.KillsAll ? "1\n" : "0\n",
            Write = static (_, group, text) => CgroupFiles.SetSwitch(text, on => group.Memory.KillsAll = on) is var error && error == Errno.ERANGE ? Errno.EINVAL : error,
        },
        // memory.reclaim: what cannot be taken back is EAGAIN, and nothing can.
        new("memory.reclaim", Controllers.Memory)
        {
            RootWritable = true,
            IsDelegated = true,
            Write = static (_, _, text) => CgroupText.TryParseBytes(text.Split(' ')[0], out ulong bytes) ? bytes == 0 ? 0 : Errno.EAGAIN : Errno.EINVAL,
        },
    ];

    /// <summary>As of a machine that has no swap.</summary>
    internal static CgroupFileKind[] SwapKinds() =>
    [
        new("memory.swap.current", Controllers.Memory) { Read = static _ => "0\n" },
        new("memory.swap.peak", Controllers.Memory) { OnRoot = false, Read = static _ => "0\n" },
        new("memory.swap.max", Controllers.Memory)
        {
            Read = static group => CgroupText.Limit(group.Memory.SwapMax),
            Write = static (_, group, text) => CgroupFiles.SetBytes(text, bytes => group.Memory.SwapMax = bytes),
        },
        new("memory.swap.high", Controllers.Memory)
        {
            OnRoot = false,
            Read = static group => CgroupText.Limit(group.Memory.SwapHigh),
            Write = static (_, group, text) => CgroupFiles.SetBytes(text, bytes => group.Memory.SwapHigh = bytes),
        },
        new("memory.swap.events", Controllers.Memory) { OnRoot = false, Read = static _ => "high 0\nmax 0\nfail 0\n" },
    ];

    private static string Events(Func<MemoryIncident, long> count) => string.Create(
        CultureInfo.InvariantCulture,
        $"low {count(MemoryIncident.Low)}\nhigh {count(MemoryIncident.High)}\nmax {count(MemoryIncident.Max)}\noom {count(MemoryIncident.OutOfMemory)}\n" +
        $"oom_kill {count(MemoryIncident.Kill)}\noom_group_kill {count(MemoryIncident.GroupKill)}\n");

    /// <summary>What is known of it; the kernel's own memory is not counted here.</summary>
    private static string Statistics(ControlGroup group)
    {
        AreaUsage usage = group.Memory.MeasureByKind();
        ulong anonymous = usage.Anonymous, files = usage.OfFiles + usage.SharedMemory;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"anon {anonymous}\nfile {files}\nkernel 0\nkernel_stack 0\npagetables 0\nsec_pagetables 0\npercpu 0\nsock 0\nvmalloc 0\n" +
            $"shmem {usage.SharedMemory}\nfile_mapped {files}\nfile_dirty 0\nfile_writeback 0\nswapcached 0\nanon_thp 0\nfile_thp 0\nshmem_thp 0\n" +
            $"inactive_anon 0\nactive_anon {anonymous}\ninactive_file 0\nactive_file {files}\nunevictable {usage.Locked}\n" +
            $"slab_reclaimable 0\nslab_unreclaimable 0\nslab 0\nworkingset_refault_anon 0\nworkingset_refault_file 0\nworkingset_activate_anon 0\n" +
            $"workingset_activate_file 0\nworkingset_restore_anon 0\nworkingset_restore_file 0\nworkingset_nodereclaim 0\npgscan 0\npgsteal 0\n" +
            $"pgfault 0\npgmajfault 0\n");
    }
}

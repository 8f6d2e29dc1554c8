using System.Globalization;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys/vm: a zone's own. proc_sys_vm(5).</summary>
internal static class VmSettings
{
    internal static void Fill(StaticEntries vm, MemoryGroup memory)
    {
        vm
            .Setting(
                "overcommit_memory",
                () => Line((long)memory.Overcommit),
                text => IpcSettings.Number(text, 0, 2, n => memory.Overcommit = (OvercommitMode)n))
            .Setting(
                "overcommit_ratio",
                () => Line(memory.OvercommitBytes == 0 ? memory.OvercommitRatio : 0),
                text => IpcSettings.Number(text, 0, int.MaxValue, n => (memory.OvercommitRatio, memory.OvercommitBytes) = ((int)n, 0)))
            .Setting(
                "overcommit_kbytes",
                () => Line((long)(memory.OvercommitBytes / 1024)),
                text => IpcSettings.Number(text, 0, long.MaxValue / 1024, n => memory.OvercommitBytes = (ulong)n * 1024))
            .Setting("max_map_count", () => Line(memory.MaxAreas), text => IpcSettings.Number(text, 0, int.MaxValue, n => memory.MaxAreas = (int)n))
            .Text("mmap_min_addr", Line((long)AddressLayout.MinimumAddress))
            .Text("swappiness", "60\n")
            .Text("nr_hugepages", "0\n")
            .Text("nr_overcommit_hugepages", "0\n")
            .Text("hugetlb_shm_group", "0\n")
            .Text("legacy_va_layout", "0\n")
            .Text("panic_on_oom", "0\n")
            .Text("oom_kill_allocating_task", "0\n")
            .Text("oom_dump_tasks", "0\n")
            .Text("page-cluster", "3\n")
            .Text("unprivileged_userfaultfd", "0\n");
    }

    private static string Line(long value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";
}

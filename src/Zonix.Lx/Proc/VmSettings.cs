using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;
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
            .Refused("mmap_min_addr", (long)AddressLayout.MinimumAddress)
            .Kept("admin_reserve_kbytes", 8192, 0)
            .Kept("compaction_proactiveness", 20, 0, 100)
            .Kept("dirty_background_bytes", 0, 0, long.MaxValue)
            .Kept("dirty_background_ratio", 10, 0, 100)
            .Kept("dirty_bytes", 0, 0, long.MaxValue)
            .Kept("dirty_expire_centisecs", 3000, 0)
            .Kept("dirty_ratio", 20, 0, 100)
            .Kept("dirty_writeback_centisecs", 500, 0)
            .Add("drop_caches", FileModeBits.S_IFREG, n => new SyntheticText(new(vm.FileSystem, n, 0x80), static () => [], DropCaches))
            .Kept("extfrag_threshold", 500, 0, 1000)
            .Refused("hugetlb_shm_group", 0)
            .Kept("laptop_mode", 0, 0)
            .Refused("legacy_va_layout", 0)
            .Vector("lowmem_reserve_ratio", 256, 256, 32, 0)
            .Kept("memfd_noexec", 0, 0, 0)
            .Kept("min_free_kbytes", 67584, 0)
            .Refused("nr_hugepages", 0)
            .Refused("nr_overcommit_hugepages", 0)
            .Switch("oom_dump_tasks", true)
            .Switch("oom_kill_allocating_task")
            .Kept("page-cluster", 3, 0, 31)
            .Refused("panic_on_oom", 0)
            .Kept("stat_interval", 1)
            .Kept("swappiness", 60, 0, 200)
            .Refused("unprivileged_userfaultfd", 0)
            .Kept("user_reserve_kbytes", 100_407, 0)
            .Kept("vfs_cache_pressure", 100, 0)
            .Kept("watermark_boost_factor", 15_000, 0)
            .Kept("watermark_scale_factor", 10, 1, 3000)
            .Kept("zone_reclaim_mode", 0, 0);
    }

    /// <summary>Caches are the host's, and are not dropped for a guest: what was asked for is only advice.</summary>
    private static Errno DropCaches(ReadOnlyMemory<byte> text) => IpcSettings.Number(Encoding.ASCII.GetString(text.Span).Trim(), 1, 4, static _ => { });

    private static string Line(long value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";
}

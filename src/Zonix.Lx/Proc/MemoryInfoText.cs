using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>The files of /proc that tell of the zone's memory: its limit is the size of its machine. proc_meminfo(5), proc_vmstat(5).</summary>
internal static class MemoryInfoText
{
    private const ulong PageSize = AddressSpace.PageSize;
    private const int BuddyOrders = 11;

    internal static string Info(MemoryGroup memory)
    {
        MemoryState state = MemoryState.Read(memory);
        var text = new StringBuilder(2048);
        Line(text, "MemTotal", state.Total);
        Line(text, "MemFree", state.Free);
        Line(text, "MemAvailable", state.Available);
        Line(text, "Buffers", 0);
        Line(text, "Cached", state.Cached);
        Line(text, "SwapCached", 0);
        Line(text, "Active", state.Anonymous + state.Cached);
        Line(text, "Inactive", 0);
        Line(text, "Active(anon)", state.Anonymous + state.Shared);
        Line(text, "Inactive(anon)", 0);
        Line(text, "Active(file)", state.Cached - state.Shared);
        Lines(text, "Inactive(file)", "Unevictable", "Mlocked", "SwapTotal", "SwapFree", "Zswap", "Zswapped", "Dirty", "Writeback");
        Line(text, "AnonPages", state.Anonymous);
        Line(text, "Mapped", state.Mapped);
        Line(text, "Shmem", state.Shared);
        Line(text, "KReclaimable", 0);
        Line(text, "Slab", state.Kernel);
        Line(text, "SReclaimable", 0);
        Line(text, "SUnreclaim", state.Kernel);
        Lines(text, "KernelStack", "PageTables", "SecPageTables", "NFS_Unstable", "Bounce", "WritebackTmp");
        Line(text, "CommitLimit", memory.CommitLimit);
        Line(text, "Committed_AS", memory.Committed);
        text.Append("VmallocTotal:   34359738367 kB\n");
        Lines(text, "VmallocUsed", "VmallocChunk", "Percpu", "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped");
        text.Append("HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\n");
        text.Append("Hugepagesize:       2048 kB\nHugetlb:               0 kB\n");
        return text.ToString();
    }

    internal static string Statistics(KernelMachine machine, MemoryGroup memory, long kills, PidSpace pids)
    {
        MemoryState state = MemoryState.Read(memory);
        (long minor, long major) = (0, 0);
        for (int cpu = 0; cpu < machine.CpuCount; cpu++)
        {
            (long less, long more) = machine.Scheduler.WorkerAt(cpu)?.Faults ?? default;
            minor += less;
            major += more;
        }
        var io = default(TaskIo);
        foreach (Process process in pids.Processes.Snapshot())
            io += process.Io;
        var text = new StringBuilder(1024);
        Pages(text, "nr_free_pages", state.Free);
        Pages(text, "nr_zone_active_anon", state.Anonymous + state.Shared);
        Pages(text, "nr_zone_active_file", state.Cached - state.Shared);
        AppendZone(text, state, static (t, name, pages) => Count(t, name, pages));
        Count(text, "pgpgin", io.StorageReadBytes / 1024);
        Count(text, "pgpgout", io.StorageWrittenBytes / 1024);
        Count(text, "pswpin", 0);
        Count(text, "pswpout", 0);
        Count(text, "pgfault", minor + major);
        Count(text, "pgmajfault", major);
        foreach (string none in (ReadOnlySpan<string>)["pgsteal_kswapd", "pgsteal_direct", "pgscan_kswapd", "pgscan_direct", "allocstall_normal"])
            Count(text, none, 0);
        Count(text, "oom_kill", kills);
        return text.ToString();
    }

    /// <summary>One node with one zone. proc_zoneinfo(5).</summary>
    internal static string Zones(MemoryGroup memory)
    {
        MemoryState state = MemoryState.Read(memory);
        ulong all = state.Total / PageSize;
        var text = new StringBuilder("Node 0, zone   Normal\n  per-node stats\n");
        AppendZone(text, state, static (t, name, pages) => t.Append(CultureInfo.InvariantCulture, $"      {name,-12} {pages}\n"));
        text.Append(CultureInfo.InvariantCulture, $"  pages free     {state.Free / PageSize}\n        boost    0\n        min      0\n        low      0\n        high     0\n");
        text.Append(CultureInfo.InvariantCulture, $"        spanned  {all}\n        present  {all}\n        managed  {all}\n        cma      0\n        protection: (0)\n");
        text.Append(CultureInfo.InvariantCulture, $"      nr_free_pages {state.Free / PageSize}\n  node_unreclaimable:  0\n  start_pfn:           0\n");
        return text.ToString();
    }

    /// <summary>Free memory in the largest blocks that it could be taken in: the host does the rest. proc_buddyinfo(5).</summary>
    internal static string FreeBlocks(MemoryGroup memory)
    {
        ulong pages = MemoryState.Read(memory).Free / PageSize;
        var text = new StringBuilder("Node 0, zone   Normal ");
        for (int order = 0; order < BuddyOrders - 1; order++)
            text.Append(CultureInfo.InvariantCulture, $"{(pages >> order) & 1,6} ");
        return text.Append(CultureInfo.InvariantCulture, $"{pages >> (BuddyOrders - 1),6} \n").ToString();
    }

    /// <summary>/sys/devices/system/node/node0/meminfo.</summary>
    internal static string Node(MemoryGroup memory)
    {
        MemoryState state = MemoryState.Read(memory);
        var text = new StringBuilder();
        void Add(string name, ulong bytes) => text.Append(CultureInfo.InvariantCulture, $"Node 0 {name + ":",-15} {bytes / 1024,8} kB\n");
        Add("MemTotal", state.Total);
        Add("MemFree", state.Free);
        Add("MemUsed", state.Total - state.Free);
        Add("FilePages", state.Cached);
        Add("Mapped", state.Mapped);
        Add("AnonPages", state.Anonymous);
        Add("Shmem", state.Shared);
        Add("Slab", state.Kernel);
        text.Append("Node 0 HugePages_Total:     0\nNode 0 HugePages_Free:      0\nNode 0 HugePages_Surp:      0\n");
        return text.ToString();
    }

    private static void AppendZone(StringBuilder text, in MemoryState state, Action<StringBuilder, string, long> add)
    {
        foreach ((string name, ulong bytes) in (ReadOnlySpan<(string, ulong)>)
            [
                ("nr_active_anon", state.Anonymous + state.Shared), ("nr_active_file", state.Cached - state.Shared), ("nr_unevictable", 0),
                ("nr_slab_reclaimable", 0), ("nr_slab_unreclaimable", state.Kernel), ("nr_anon_pages", state.Anonymous), ("nr_mapped", state.Mapped),
                ("nr_file_pages", state.Cached), ("nr_dirty", 0), ("nr_writeback", 0), ("nr_shmem", state.Shared),
            ])
        {
            add(text, name, (long)(bytes / PageSize));
        }
    }

    private static void Lines(StringBuilder text, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            Line(text, name, 0);
    }

    private static void Line(StringBuilder text, string name, ulong bytes) =>
        text.Append(CultureInfo.InvariantCulture, $"{name + ":",-15} {bytes / 1024,8} kB\n");

    private static void Pages(StringBuilder text, string name, ulong bytes) => Count(text, name, (long)(bytes / PageSize));

    private static void Count(StringBuilder text, string name, long value) => text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
}

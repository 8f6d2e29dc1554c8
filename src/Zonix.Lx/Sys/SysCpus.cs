using System.Globalization;
using System.Numerics;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Proc;
using Zonix.Machine;

namespace Zonix.Lx.Sys;

/// <summary>/sys/devices/system/cpu: each CPU is a core of one package; its caches are what cpuid tells.</summary>
internal static class SysCpus
{
    private const int KernelMax = 63;

    // What protects guests from one another is the host's business, of which this kernel knows nothing.
    private const string Unknown = "Unknown: Dependent on hypervisor status\n";

    private static readonly string[] s_vulnerabilities =
    [
        "gather_data_sampling", "itlb_multihit", "l1tf", "mds", "meltdown", "mmio_stale_data", "reg_file_data_sampling", "retbleed",
        "spec_rstack_overflow", "spec_store_bypass", "spectre_v1", "spectre_v2", "srbds", "tsx_async_abort",
    ];

    internal static void Fill(StaticEntries directory, ulong cpus)
    {
        string list = CpuNumbers.List(cpus) + "\n";
        for (int i = 0; i < BitOperations.PopCount(cpus); i++)
        {
            int number = i;
            directory.Directory("cpu" + number, cpu => cpu
                .Directory("cache", cache => FillCaches(cache, number, cpus))
                .Directory("topology", topology => FillTopology(topology, number, cpus))
                .Link("node0", static () => "../../node/node0")
                .Link("subsystem", static () => "../../../../bus/cpu")
                .Text("uevent", string.Create(CultureInfo.InvariantCulture, $"DRIVER=processor\nMODALIAS=cpu:type:x86\n")));
        }
        directory
            .Text("enabled", list)
            .Text("isolated", "\n")
            .Text("kernel_max", SettingText.Line(KernelMax))
            .Text("offline", "\n")
            .Text("online", list)
            .Text("possible", list)
            .Text("present", list)
            .Directory("smt", static smt => smt.Text("active", "0\n").Text("control", "notsupported\n"))
            .Directory("vulnerabilities", static all =>
            {
                foreach (string name in s_vulnerabilities)
                    all.Text(name, Unknown);
            });
    }

    /// <summary>/sys/bus: what CPUs there are, once more.</summary>
    internal static void FillBus(StaticEntries bus, ulong cpus) => bus
        .Directory("clocksource", static one => one.Directory("devices", static _ => { }))
        .Directory("cpu", one => one
            .Directory("devices", devices =>
            {
                for (int i = 0; i < BitOperations.PopCount(cpus); i++)
                {
                    string name = "cpu" + i;
                    devices.Link(name, () => "../../../devices/system/cpu/" + name);
                }
            })
            .Directory("drivers", static _ => { }))
        .Directory("node", static one => one
            .Directory("devices", static devices => devices.Link("node0", static () => "../../../devices/system/node/node0"))
            .Directory("drivers", static _ => { }));

    /// <summary>/sys/devices/system/clocksource: clocks follow the time-stamp counter.</summary>
    internal static void FillClocks(StaticEntries clocks) => clocks.Directory("clocksource0", static one => one
        .Text("available_clocksource", "tsc \n")
        .Text("current_clocksource", "tsc\n"));

    private static void FillTopology(StaticEntries topology, int cpu, ulong cpus)
    {
        string own = SettingText.Line(cpu), ownMask = CpuNumbers.Mask(1UL << cpu) + "\n";
        string all = CpuNumbers.List(cpus) + "\n", allMask = CpuNumbers.Mask(cpus) + "\n";
        topology
            .Text("cluster_cpus", ownMask).Text("cluster_cpus_list", own).Text("cluster_id", "65535\n")
            .Text("core_cpus", ownMask).Text("core_cpus_list", own).Text("core_id", own)
            .Text("core_siblings", allMask).Text("core_siblings_list", all)
            .Text("die_cpus", allMask).Text("die_cpus_list", all).Text("die_id", "0\n")
            .Text("package_cpus", allMask).Text("package_cpus_list", all).Text("physical_package_id", "0\n")
            .Text("thread_siblings", ownMask).Text("thread_siblings_list", own);
    }

    // Caches of the first and second level are a core's own. Intel SDM volume 2, CPUID leaf 4; AMD APM volume 3, leaf 8000_001D.
    private static void FillCaches(StaticEntries directory, int cpu, ulong cpus)
    {
        const uint IntelLeaf = 4, AmdLeaf = 0x8000001D;
        const int MaxCaches = 8, FirstSharedLevel = 3;
        uint leaf = (ProcessorFacts.Cpuid(AmdLeaf).Eax & 0x1f) != 0 ? AmdLeaf : IntelLeaf;
        for (uint i = 0; i < MaxCaches; i++)
        {
            (int eax, int ebx, int ecx, _) = ProcessorFacts.Cpuid(leaf, i);
            int type = eax & 0x1f, level = (eax >> 5) & 7;
            if (type == 0)
                break;
            int line = (ebx & 0xfff) + 1, partitions = ((ebx >> 12) & 0x3ff) + 1, ways = ((ebx >> 22) & 0x3ff) + 1;
            long sets = (long)(uint)ecx + 1, size = line * partitions * ways * sets / 1024;
            ulong sharers = level >= FirstSharedLevel ? cpus : 1UL << cpu;
            int id = level >= FirstSharedLevel ? 0 : cpu;
            directory.Directory("index" + i, index => index
                .Text("coherency_line_size", SettingText.Line(line))
                .Text("id", SettingText.Line(id))
                .Text("level", SettingText.Line(level))
                .Text("number_of_sets", SettingText.Line(sets))
                .Text("physical_line_partition", SettingText.Line(partitions))
                .Text("shared_cpu_list", CpuNumbers.List(sharers) + "\n")
                .Text("shared_cpu_map", CpuNumbers.Mask(sharers) + "\n")
                .Text("size", string.Create(CultureInfo.InvariantCulture, $"{size}K\n"))
                .Text("type", type == 1 ? "Data\n" : type == 2 ? "Instruction\n" : "Unified\n")
                .Text("ways_of_associativity", SettingText.Line(ways)));
        }
    }
}

using System.Globalization;
using Zonix.Host.Machine;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Sys;

/// <summary>/sys: CPUs and memory nodes, as run-times ask for them. sysfs(5).</summary>
public static class SysFileSystem
{
    private const long SYSFS_MAGIC = 0x62656572;

    /// <summary>Makes one for a machine.</summary>
    public static SyntheticFileSystem Create(VirtualFileSystem vfs, KernelMachine machine) =>
        new(vfs, "sysfs", SYSFS_MAGIC, fileSystem => Fill(new StaticEntries(fileSystem), machine));

    private static StaticEntries Fill(StaticEntries root, KernelMachine machine)
    {
        string cpus = machine.CpuCount == 1 ? "0\n" : string.Create(CultureInfo.InvariantCulture, $"0-{machine.CpuCount - 1}\n");
        string mask = ((1UL << machine.CpuCount) - 1).ToString("x", CultureInfo.InvariantCulture) + "\n";
        return root
            .Directory("block", static _ => { })
            .Directory("bus", static _ => { })
            .Directory("class", c => c.Directory("net", static _ => { }).Directory("block", static _ => { }))
            .Directory("fs", fs => fs.Directory("cgroup", static _ => { }))
            .Directory("kernel", kernel => kernel.Directory("mm", mm => mm.Directory("transparent_hugepage", huge => huge
                .Text("enabled", "always madvise [never]\n")
                .Text("shmem_enabled", "always within_size advise [never] deny force\n")
                .Text("hpage_pmd_size", "2097152\n"))
                .Directory("ksm", ksm => ksm.Text("run", "0\n").Text("pages_shared", "0\n").Text("pages_sharing", "0\n"))))
            .Directory("devices", devices => devices.Directory("system", system => system
                .Directory("cpu", cpu => FillCpus(cpu, machine.CpuCount, cpus, mask))
                .Directory("node", node => node
                    .Text("online", "0\n")
                    .Text("possible", "0\n")
                    .Text("has_cpu", "0\n")
                    .Text("has_memory", "0\n")
                    .Directory("node0", node0 => node0
                        .Text("cpulist", cpus)
                        .Text("cpumap", mask)
                        .Text("distance", "10\n")
                        .Text("meminfo", NodeMemory)
                        .Text("numastat", "numa_hit 0\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 0\nother_node 0\n")))));
    }

    private static string NodeMemory()
    {
        (ulong total, ulong free) = HostResources.GetMemory();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Node 0 MemTotal:       {total / 1024,8} kB\nNode 0 MemFree:        {free / 1024,8} kB\nNode 0 MemUsed:        {(total - free) / 1024,8} kB\n");
    }

    private static void FillCpus(StaticEntries directory, int count, string cpus, string mask)
    {
        directory.Text("online", cpus).Text("possible", cpus).Text("present", cpus).Text("offline", "\n").Text("kernel_max", "63\n");
        for (int i = 0; i < count; i++)
        {
            string own = i.ToString(CultureInfo.InvariantCulture) + "\n";
            string ownMask = (1UL << i).ToString("x", CultureInfo.InvariantCulture) + "\n";
            directory.Directory("cpu" + i, cpu => cpu
                .Text("online", "1\n")
                .Directory("topology", topology => topology
                    .Text("core_id", own)
                    .Text("physical_package_id", "0\n")
                    .Text("thread_siblings", ownMask)
                    .Text("thread_siblings_list", own)
                    .Text("core_siblings", mask)
                    .Text("core_siblings_list", cpus)
                    .Text("core_cpus_list", own)
                    .Text("package_cpus_list", cpus))
                .Directory("cache", cache => cache
                    .Directory("index0", index => index
                        .Text("level", "1\n").Text("type", "Data\n").Text("size", "32K\n").Text("coherency_line_size", "64\n")
                        .Text("shared_cpu_list", own))));
        }
    }
}

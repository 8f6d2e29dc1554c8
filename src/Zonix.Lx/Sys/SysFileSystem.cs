using System.Globalization;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Sys;

/// <summary>/sys: the machine as the zone sees it. sysfs(5).</summary>
public static class SysFileSystem
{
    private const long SYSFS_MAGIC = 0x62656572, CGROUP2_SUPER_MAGIC = 0x63677270;

    /// <summary>Makes one for a zone: the machine as it sees it.</summary>
    public static SyntheticFileSystem Create(VirtualFileSystem vfs, KernelMachine machine, LxBrand brand) =>
        new(vfs, "sysfs", SYSFS_MAGIC, fileSystem => Fill(new StaticEntries(fileSystem), machine, brand))
        {
            DirectoryPermissions = 0x1ED,
            FileSize = 4096,
        };

    /// <summary>The control group hierarchy of a zone: one group, whose memory may be limited.</summary>
    public static SyntheticFileSystem CreateCgroup(VirtualFileSystem vfs, PidSpace pids, MemoryGroup memory) =>
        new(vfs, "cgroup2", CGROUP2_SUPER_MAGIC, fileSystem => new StaticEntries(fileSystem)
            .Text("memory.max", memory.Limit == ulong.MaxValue ? "max\n" : Line(memory.Limit))
            .Text("memory.current", () => Line(memory.Measure()))
            .Text("memory.peak", () => Line(memory.Peak))
            .Text("memory.events", () => string.Create(
                CultureInfo.InvariantCulture,
                $"low 0\nhigh 0\nmax {memory.LimitHits}\noom {memory.LimitHits}\noom_kill {memory.Kills}\noom_group_kill 0\n"))
            .Text("memory.swap.max", "max\n")
            .Text("memory.swap.current", "0\n")
            .Text("cgroup.controllers", memory.Limit == ulong.MaxValue ? "\n" : "memory\n")
            .Text("cgroup.subtree_control", "\n")
            .Text("cgroup.procs", () => string.Concat(pids.Processes.Snapshot().Select(p => p.Pid + "\n"))));

    private static StaticEntries Fill(StaticEntries root, KernelMachine machine, LxBrand brand)
    {
        ulong cpus = brand.CpuMask(machine);
        return root
            .Directory("block", static _ => { })
            .Directory("bus", bus => SysCpus.FillBus(bus, cpus))
            .Directory("class", SysDevices.FillClasses)
            .Directory("dev", static dev => dev.Directory("block", static _ => { }).Directory("char", SysDevices.FillNumbers))
            .Directory("devices", devices => devices
                .Directory("system", system => system
                    .Directory("clocksource", SysCpus.FillClocks)
                    .Directory("cpu", cpu => SysCpus.Fill(cpu, cpus))
                    .Directory("memory", memory => SysMemory.FillBlocks(memory, brand.Memory))
                    .Directory("node", node => SysMemory.FillNodes(node, brand.Memory, cpus)))
                .Directory("virtual", SysDevices.FillVirtual))
            .Directory("firmware", static _ => { })
            .Directory("fs", static fs => fs.Directory("cgroup", static _ => { }))
            .Directory("kernel", SysKernel.Fill)
            .Directory("module", static _ => { })
            .Directory("power", static _ => { });
    }

    private static string Line(ulong value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";
}

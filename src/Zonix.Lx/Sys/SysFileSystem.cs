using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Sys;

/// <summary>/sys: the machine as the zone sees it. sysfs(5).</summary>
public static class SysFileSystem
{
    private const long SYSFS_MAGIC = 0x62656572;

    /// <summary>Makes one for a zone: the machine as it sees it.</summary>
    public static SyntheticFileSystem Create(VirtualFileSystem vfs, KernelMachine machine, LxBrand brand) =>
        new(vfs, "sysfs", SYSFS_MAGIC, fileSystem => Fill(new StaticEntries(fileSystem), machine, brand))
        {
            DirectoryPermissions = 0x1ED,
            FileSize = 4096,
        };

    private static StaticEntries Fill(StaticEntries root, KernelMachine machine, LxBrand brand)
    {
        ulong cpus = brand.CpuMask(machine);
        return root
            .Directory("block", static _ => { })
            .Directory("bus", bus => SysCpus.FillBus(bus, cpus))
            .Directory("class", classes => SysDevices.FillClasses(classes, brand.Network))
            .Directory("dev", static dev => dev.Directory("block", static _ => { }).Directory("char", SysDevices.FillNumbers))
            .Directory("devices", devices => devices
                .Directory("system", system => system
                    .Directory("clocksource", SysCpus.FillClocks)
                    .Directory("cpu", cpu => SysCpus.Fill(cpu, cpus))
                    .Directory("memory", memory => SysMemory.FillBlocks(memory, brand.Memory))
                    .Directory("node", node => SysMemory.FillNodes(node, brand.Memory, cpus)))
                .Directory("virtual", devices => SysDevices.FillVirtual(devices, brand.Network)))
            .Directory("firmware", static _ => { })
            .Directory("fs", static fs => fs.Directory("cgroup", static _ => { }))
            .Directory("kernel", SysKernel.Fill)
            .Directory("module", static _ => { })
            .Directory("power", static _ => { });
    }
}

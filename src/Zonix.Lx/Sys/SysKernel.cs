using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Proc;

namespace Zonix.Lx.Sys;

/// <summary>/sys/kernel. Places for file systems that there are none of (debugfs, tracefs, configfs, huge pages) are missing: systemd mounts what has one.</summary>
internal static class SysKernel
{
    internal static void Fill(StaticEntries kernel) => kernel
        .Text("address_bits", "64\n")
        .Text("cpu_byteorder", "little\n")
        .Text("fscaps", "1\n")
        .Text("kexec_crash_loaded", "0\n")
        .Text("kexec_loaded", "0\n")
        .Refused("profiling", 0)
        .Text("uevent_seqnum", "0\n")
        .Directory("iommu_groups", static _ => { })
        .Directory("irq", static _ => { })
        .Directory("mm", FillMemory)
        .Directory("security", static _ => { });

    private static void FillMemory(StaticEntries memory) => memory
        .Directory("ksm", static ksm => ksm.Refused("run", 0).Text("pages_shared", "0\n").Text("pages_sharing", "0\n"))
        .Directory("transparent_hugepage", static huge => huge
            .Setting("defrag", static () => "always defer defer+madvise madvise [never]\n", Never)
            .Setting("enabled", static () => "always madvise [never]\n", Never)
            .Text("hpage_pmd_size", "2097152\n")
            .Setting("shmem_enabled", static () => "always within_size advise [never] deny force\n", Never)
            .Refused("use_zero_page", 0));

    // Pages are the host's, which makes large ones as it likes.
    private static Errno Never(string text) => text == "never" ? 0 : Errno.EINVAL;
}

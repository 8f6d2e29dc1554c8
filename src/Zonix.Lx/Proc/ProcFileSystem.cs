using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc. Everything in it is this kernel's own. proc(5).</summary>
public static class ProcFileSystem
{
    private const long PROC_SUPER_MAGIC = 0x9fa0;

    /// <summary>Makes one for a zone: its processes, and what they share.</summary>
    public static SyntheticFileSystem Create(VirtualFileSystem vfs, KernelMachine machine, PidSpace pids, LxBrand brand) =>
        new(vfs, "proc", PROC_SUPER_MAGIC, fileSystem => new ProcRoot(fileSystem, machine, pids, vfs, brand));

    /// <summary>The task that looks; null for the kernel itself.</summary>
    internal static KernelTask? Caller => Worker.Current?.Running;

    /// <summary>The namespaces of the task that looks; for the kernel itself, the zone's first.</summary>
    internal static NamespaceSet Namespaces(LxBrand brand) => Caller?.BrandState is LxTask state ? state.Namespaces : brand.Namespaces;
}

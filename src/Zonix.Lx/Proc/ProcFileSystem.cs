using Zonix.Kernel.Ipc;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc. Everything in it is this kernel's own. proc(5).</summary>
public static class ProcFileSystem
{
    private const long PROC_SUPER_MAGIC = 0x9fa0;

    /// <summary>Makes one for a zone: its processes, and what they share.</summary>
    public static SyntheticFileSystem Create(VirtualFileSystem vfs, KernelMachine machine, PidSpace pids, IpcNamespace ipc, MemoryGroup memory) =>
        new(vfs, "proc", PROC_SUPER_MAGIC, fileSystem => new ProcRoot(fileSystem, machine, pids, vfs, ipc, memory));

    /// <summary>The task that looks; null for the kernel itself.</summary>
    internal static KernelTask? Caller => Worker.Current?.Running;
}

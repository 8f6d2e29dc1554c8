using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the calls of System V IPC share.</summary>
internal static class IpcCalls
{
    internal const int CAP_SYS_RESOURCE = 24;

    /// <summary>The namespace of the caller's zone.</summary>
    internal static IpcNamespace Of(KernelTask task) => ((LxBrand)task.Process.Brand).Ipc;

    /// <summary>Writes a structure and answers <paramref name="result"/>; EFAULT.</summary>
    internal static SysResult Put<T>(KernelTask task, UserAddress place, in T value, SysResult result = default)
        where T : unmanaged => task.Memory.TryWrite(place, value) ? result : Errno.EFAULT;
}

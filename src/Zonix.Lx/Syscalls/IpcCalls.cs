using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the calls of System V IPC share.</summary>
internal static class IpcCalls
{
    internal const int CAP_SYS_RESOURCE = 24;

    /// <summary>The caller's namespace.</summary>
    internal static IpcNamespace Of(KernelTask task) => LxTask.Of(task).Namespaces.Ipc;

    /// <summary>Writes a structure and answers <paramref name="result"/>; EFAULT.</summary>
    internal static SysResult Put<T>(KernelTask task, UserAddress place, in T value, SysResult result = default)
        where T : unmanaged, IGuestStructure<T> => task.TryWrite(place, value) ? result : Errno.EFAULT;
}

using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Waiting for children. wait(2).</summary>
internal static class Waits
{
    private const int KnownOptions = 1 | 2 | 8 | 0x2000_0000 | 0x4000_0000 | unchecked((int)0x8000_0000);
    private const int WEXITED = 4;
    private const int WNOWAIT = 0x0100_0000;
    private const int P_PIDFD = 3;

    /// <summary>Waits for a child. wait4(2).</summary>
    [Syscall(X64 = 61, Support = Support.Partial, Missing = "children: there are none yet, ECHILD")]
    internal static SysResult Wait4(KernelTask task, Pid pid, UserPointer<int> status, int options, UserAddress usage) =>
        (options & ~KnownOptions) != 0 ? Errno.EINVAL : Errno.ECHILD;

    /// <summary>Waits for a child, with a choice of events. waitid(2).</summary>
    [Syscall(X64 = 247, Support = Support.Partial, Missing = "children: there are none yet, ECHILD")]
    internal static SysResult Waitid(
        KernelTask task, int which, Pid pid, UserPointer<SigInfo> info, int options, UserAddress usage)
    {
        const int needed = WEXITED | 2 | 8;
        return (options & ~(KnownOptions | WEXITED | WNOWAIT)) != 0 || (options & needed) == 0 || (uint)which > P_PIDFD
            ? Errno.EINVAL
            : Errno.ECHILD;
    }
}

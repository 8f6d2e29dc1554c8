using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>EPIPE comes with SIGPIPE. pipe(7).</summary>
internal static class BrokenPipe
{
    /// <summary>Sends the signal when the result is EPIPE; answers the result.</summary>
    public static SysResult Signal(KernelTask task, SysResult result)
    {
        if (result == Errno.EPIPE)
            SignalSending.Send(task, SigInfo.FromKernel((int)Abi.Signal.SIGPIPE));
        return result;
    }
}

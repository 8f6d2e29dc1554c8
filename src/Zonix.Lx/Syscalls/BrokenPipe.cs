using Zonix.Kernel.Signals;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>EPIPE comes with SIGPIPE. pipe(7).</summary>
internal static class BrokenPipe
{
    /// <summary>Sends the signal when the result is EPIPE, unless the file is a socket of messages; answers the result.</summary>
    public static SysResult Signal(KernelTask task, SysResult result, OpenFileDescription? file = null)
    {
        if (result == Errno.EPIPE && file?.File is not ISocket { Kind: not SocketKind.Stream })
            SignalSending.Send(task, SigInfo.FromKernel((int)Abi.Signal.SIGPIPE));
        return result;
    }
}

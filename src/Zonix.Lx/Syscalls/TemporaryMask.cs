using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The signal mask of ppoll, pselect and epoll_pwait, which holds while the call waits.</summary>
internal static class TemporaryMask
{
    private const nuint SigsetSize = 8;

    /// <summary>Sets it, if there is one.</summary>
    public static Errno Set(KernelTask task, UserPointer<ulong> mask, nuint size)
    {
        if (mask.IsNull)
            return 0;
        if (size != SigsetSize)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(mask, out ulong blocked))
            return Errno.EFAULT;
        SignalSending.SetTemporarily(task, blocked);
        return 0;
    }
}

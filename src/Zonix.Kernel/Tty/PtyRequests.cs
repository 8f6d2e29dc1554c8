using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using static Zonix.Abi.TtyRequest;

namespace Zonix.Kernel.Tty;

/// <summary>Requests that only the master of a pty knows. ioctl_tty(2).</summary>
internal static class PtyRequests
{
    /// <summary>Carries out a request; null: it is not one of these.</summary>
    internal static SysResult? Handle(KernelTask task, Pty pty, uint request, UserAddress argument)
    {
        switch (request)
        {
            case TIOCGPTN:
                return Put(task, argument, pty.Index);
            case TIOCGPTLCK:
                return Put(task, argument, pty.IsLocked ? 1 : 0);
            case TIOCSPTLCK:
                if (!task.Memory.TryRead(argument, out int locks))
                    return Errno.EFAULT;
                pty.IsLocked = locks != 0;
                return 0;
            case TIOCGPKT:
                return Put(task, argument, pty.SendsPackets ? 1 : 0);
            case TIOCPKT:
                if (!task.Memory.TryRead(argument, out int packets))
                    return Errno.EFAULT;
                pty.SendsPackets = packets != 0;
                return 0;
            case TIOCSIG:
                var signal = (Signal)argument.Value;
                if (signal is not (Signal.SIGINT or Signal.SIGQUIT or Signal.SIGTSTP))
                    return Errno.EINVAL;
                pty.Control.SignalForeground(signal);
                return 0;
            case TIOCGPTPEER:
                return OpenPeer(task, pty, (OpenFlags)(uint)argument.Value);
            default:
                return null;
        }
    }

    private static SysResult OpenPeer(KernelTask task, Pty pty, OpenFlags flags)
    {
        Errno e = pty.OpenPeer(task, flags, out OpenFileDescription? opened);
        if (e != 0)
            return e;
        ulong limit = task.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft;
        SysResult fd = task.Files.Allocate(opened!, (flags & OpenFlags.O_CLOEXEC) != 0, 0, limit);
        if (fd.IsError)
            opened!.Release();
        return fd;
    }

    private static SysResult Put(KernelTask task, UserAddress argument, int value) => task.Memory.TryWrite(argument, value) ? 0 : Errno.EFAULT;
}

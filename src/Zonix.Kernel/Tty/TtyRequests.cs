using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using static Zonix.Abi.TtyRequest;

namespace Zonix.Kernel.Tty;

/// <summary>
/// The requests of ioctl_tty(2). On a master they concern the slave, but for queues and flow, of which each side has its own.
/// </summary>
internal static class TtyRequests
{
    private const int CAP_SYS_ADMIN = 21;
    private const int TCIFLUSH = 0, TCOFLUSH = 1, TCIOFLUSH = 2;

    /// <summary>Carries out a request; ENOTTY when there is none of that number.</summary>
    internal static SysResult Handle(KernelTask task, Pty pty, bool fromMaster, uint request, UserAddress argument)
    {
        switch (request)
        {
            case TIOCGWINSZ:
                return task.Memory.TryWrite(argument, pty.WindowSize) ? 0 : Errno.EFAULT;
            case TIOCSWINSZ:
                if (!task.Memory.TryRead(argument, out WindowSize size))
                    return Errno.EFAULT;
                pty.WindowSize = size;
                return 0;
            case FIONREAD:
                return Put(task, argument, fromMaster ? pty.MasterAvailable : pty.Available);
            // What is written is at once with the other side.
            case TIOCOUTQ:
                return Put(task, argument, 0);
            case TIOCGDEV:
                return Put(task, argument, DeviceCode(pty.Number));
            // A master has one opener anyhow.
            case TIOCEXCL or TIOCNXCL:
                pty.IsExclusive = fromMaster ? pty.IsExclusive : request == TIOCEXCL;
                return 0;
            case TIOCGEXCL:
                return Put(task, argument, pty.IsExclusive && !fromMaster ? 1 : 0);
            case TIOCGPTPEER:
                return Errno.EIO;
            case TIOCGETD:
                return Put(task, argument, 0);
            case TIOCSETD:
                return SetDiscipline(task, pty, fromMaster, argument);
            case TIOCSTI:
                return Fake(task, pty, argument);
            // Messages of the machine are not the zone's to redirect.
            case TIOCCONS:
                return Errno.EPERM;
            case TIOCVHANGUP:
                if (!task.Credentials.Has(CAP_SYS_ADMIN))
                    return Errno.EPERM;
                pty.HangUp();
                return 0;
            default:
                return Queues(task, pty, fromMaster, request, argument) ?? TermiosRequests.Handle(task, pty, fromMaster, request, argument) ??
                    JobRequests(task, pty.Control, fromMaster, request, argument);
        }
    }

    /// <summary>Job control, of whatever terminal.</summary>
    internal static SysResult JobRequests(KernelTask task, ControllingTerminal control, bool fromMaster, uint request, UserAddress argument)
    {
        switch (request)
        {
            case TIOCSCTTY:
                return control.Acquire(task, readable: true, steal: argument.Value == 1);
            case TIOCNOTTY:
                return control.Leave(task);
            case TIOCSPGRP:
                return control.SetForeground(task, argument);
            case TIOCGPGRP:
                SysResult group = control.GetForeground(task, fromMaster);
                return group.IsError ? group : Put(task, argument, (int)group.Value);
            case TIOCGSID:
                SysResult session = control.GetSession(task, fromMaster);
                return session.IsError ? session : Put(task, argument, (int)session.Value);
            default:
                return Errno.ENOTTY;
        }
    }

    private static SysResult? Queues(KernelTask task, Pty pty, bool fromMaster, uint request, UserAddress argument)
    {
        if (request is not (TCSBRK or TCSBRKP or TIOCSBRK or TIOCCBRK or TCXONC or TCFLSH))
            return null;
        SysResult allowed = fromMaster ? 0 : pty.Control.Check(task, Signal.SIGTTOU);
        if (allowed.Raw != 0)
            return allowed;
        int what = (int)argument.Value;
        switch (request)
        {
            case TCXONC:
                return fromMaster ? what is >= 0 and <= 3 ? 0 : Errno.EINVAL : pty.Flow(what);
            case TCFLSH:
                if (what is < TCIFLUSH or > TCIOFLUSH)
                    return Errno.EINVAL;
                if (fromMaster)
                    pty.FlushMaster(what != TCOFLUSH, what != TCIFLUSH);
                else
                    pty.Flush(what != TCOFLUSH, what != TCIFLUSH);
                return 0;
            // There is no line that a break could be seen on, and nothing to wait for.
            default:
                return 0;
        }
    }

    private static SysResult SetDiscipline(KernelTask task, Pty pty, bool fromMaster, UserAddress argument)
    {
        SysResult allowed = fromMaster ? 0 : pty.Control.Check(task, Signal.SIGTTOU);
        if (allowed.Raw != 0)
            return allowed;
        if (!task.Memory.TryRead(argument, out int number))
            return Errno.EFAULT;
        return number == 0 ? 0 : Errno.EINVAL;
    }

    private static SysResult Fake(KernelTask task, Pty pty, UserAddress argument)
    {
        bool mighty = task.Credentials.Has(CAP_SYS_ADMIN);
        if (!pty.Settings.LegacyTiocsti && !mighty)
            return Errno.EIO;
        if (!ReferenceEquals(task.Process.Terminal, pty.Control) && !mighty)
            return Errno.EPERM;
        if (!task.Memory.TryRead(argument, out byte c))
            return Errno.EFAULT;
        pty.Fake(c);
        return 0;
    }

    // As stat(2) shows it in 32 bits.
    private static int DeviceCode(ulong number)
    {
        uint major = (uint)(number >> 32), minor = (uint)number;
        return (int)((minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12));
    }

    private static SysResult Put(KernelTask task, UserAddress argument, int value) => task.Memory.TryWrite(argument, value) ? 0 : Errno.EFAULT;
}

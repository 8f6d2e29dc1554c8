using Zonix.Kernel.Tasks;
using static Zonix.Abi.TtyRequest;

namespace Zonix.Kernel.Tty;

/// <summary>Reading and changing a terminal's settings in their four forms. ioctl_tty(2), termios(3).</summary>
internal static class TermiosRequests
{
    private const int InputShift = 16;

    private static ReadOnlySpan<uint> Speeds =>
    [
        0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400,
        57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000,
    ];

    /// <summary>Carries out a request; null: it is not one of these.</summary>
    internal static SysResult? Handle(KernelTask task, Pty pty, bool fromMaster, uint request, UserAddress argument)
    {
        switch (request)
        {
            case TCGETS:
                return task.Memory.TryWrite(argument, pty.Termios.Base) ? 0 : Errno.EFAULT;
            case TCGETS2:
                return task.Memory.TryWrite(argument, pty.Termios) ? 0 : Errno.EFAULT;
            case TCGETA:
                return task.Memory.TryWrite(argument, ToTermio(pty.Termios.Base)) ? 0 : Errno.EFAULT;
            case TIOCGSOFTCAR:
                return task.Memory.TryWrite(argument, (pty.Termios.Base.Control & ControlModes.CLOCAL) != 0 ? 1 : 0) ? 0 : Errno.EFAULT;
            case TIOCSSOFTCAR:
                return SetCarrier(task, pty, argument);
            case TCSETS or TCSETSW or TCSETSF or TCSETS2 or TCSETSW2 or TCSETSF2 or TCSETA or TCSETAW or TCSETAF:
                SysResult allowed = fromMaster ? 0 : pty.Control.Check(task, Signal.SIGTTOU);
                return allowed.Raw != 0 ? allowed : Set(task, pty, request, argument);
            default:
                return null;
        }
    }

    private static SysResult Set(KernelTask task, Pty pty, uint request, UserAddress argument)
    {
        Termios2 to = pty.Termios;
        bool read;
        switch (request)
        {
            case TCSETA or TCSETAW or TCSETAF:
                read = task.Memory.TryRead(argument, out Termio old);
                Apply(ref to.Base, old);
                break;
            case TCSETS2 or TCSETSW2 or TCSETSF2:
                read = task.Memory.TryRead(argument, out to);
                break;
            default:
                read = task.Memory.TryRead(argument, out to.Base);
                break;
        }
        if (!read)
            return Errno.EFAULT;
        uint control = (uint)to.Base.Control, input = control >> InputShift & (uint)ControlModes.CBAUD;
        to.OutputSpeed = Speed(control, to.OutputSpeed);
        // termios(3): an input speed of 0 is that of output.
        to.InputSpeed = input == 0 ? to.OutputSpeed : Speed(input, to.InputSpeed);
        pty.Change(to, request is TCSETSF or TCSETSF2 or TCSETAF);
        return 0;
    }

    private static SysResult SetCarrier(KernelTask task, Pty pty, UserAddress argument)
    {
        if (!task.Memory.TryRead(argument, out int on))
            return Errno.EFAULT;
        Termios2 to = pty.Termios;
        to.Base.Control = on != 0 ? to.Base.Control | ControlModes.CLOCAL : to.Base.Control & ~ControlModes.CLOCAL;
        pty.Change(to, flush: false);
        return 0;
    }

    // The number a code stands for; BOTHER leaves it to another.
    private static uint Speed(uint code, uint other)
    {
        const uint Extended = 0x1000;
        uint at = code & (uint)ControlModes.CBAUD;
        if (at == (uint)ControlModes.BOTHER)
            return other;
        return Speeds[(int)((at & Extended) != 0 ? (at & ~Extended) + 15 : at)];
    }

    private static Termio ToTermio(in Termios from)
    {
        var result = new Termio
        {
            Input = (ushort)from.Input, Output = (ushort)from.Output, Control = (ushort)from.Control, Local = (ushort)from.Local, Line = from.Line,
        };
        for (int i = 0; i < 8; i++)
            result.Characters[i] = from.Characters[i];
        return result;
    }

    private static void Apply(ref Termios to, in Termio from)
    {
        const uint High = 0xFFFF0000;
        to.Input = (InputModes)(((uint)to.Input & High) | from.Input);
        to.Output = (OutputModes)(((uint)to.Output & High) | from.Output);
        to.Control = (ControlModes)(((uint)to.Control & High) | from.Control);
        to.Local = (LocalModes)(((uint)to.Local & High) | from.Local);
        to.Line = from.Line;
        for (int i = 0; i < 8; i++)
            to.Characters[i] = from.Characters[i];
    }
}

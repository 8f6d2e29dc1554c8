using Zonix.Host.Files;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>An open terminal that is the host's: its line discipline works there. ioctl_tty(2).</summary>
public sealed class HostTerminalFile(HostConsole console, IInode inode) : IReadable, IWritable, IControllable, ITerminalFile
{
    private const uint TCGETS = 0x5401, TCSETS = 0x5402, TCSETSF = 0x5404;
    private const uint TIOCOUTQ = 0x5411, TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414, FIONREAD = 0x541B;
    private const uint TOSTOP = 0x100;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public WaitQueue ReadQueue => console.Stream.ReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => console.Stream.WriteQueue;

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => console.Stream.Read(ref buffer);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => console.Output.Write(ref buffer);

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) => console.Stream.Poll(interest);

    /// <summary>Reads as the host's settings say, when job control allows it.</summary>
    public SysResult Read(KernelTask task, in UserBuffer buffer, bool nonBlocking)
    {
        SysResult allowed = console.Control.Check(task, Signal.SIGTTIN);
        if (allowed.Raw != 0)
            return allowed;
        UserBuffer into = buffer;
        SysResult result = console.Stream.Read(ref into);
        return nonBlocking || result != Errno.EAGAIN ? result : task.Block(ReadQueue, new HostTerminalRead(this, into));
    }

    /// <inheritdoc/>
    public SysResult BeforeWrite(KernelTask task)
    {
        if (ReferenceEquals(task.Process.Terminal, console.Control) && task.Process.GroupId.Value == console.Control.ForegroundGroup)
            return 0;
        Span<byte> termios = stackalloc byte[HostTerminal.TermiosSize];
        bool stops = HostTerminal.GetAttributes(console.Stream.Host.Descriptor, termios) == 0 && (BitConverter.ToUInt32(termios[12..]) & TOSTOP) != 0;
        return stops ? console.Control.Check(task, Signal.SIGTTOU) : 0;
    }

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        switch (request)
        {
            case TCGETS:
                return GetTermios(task, argument);
            case >= TCSETS and <= TCSETSF:
                return SetTermios(task, (int)(request - TCSETS), argument);
            case TIOCGWINSZ:
                return GetWindowSize(task, argument);
            case TIOCSWINSZ:
                return SetWindowSize(task, argument);
            case FIONREAD:
                int error = new HostFile(console.Stream.Host.Descriptor).Available(out int count);
                return error != 0 ? (Errno)error : task.Memory.TryWrite(argument, count) ? 0 : Errno.EFAULT;
            case TIOCOUTQ:
                return task.Memory.TryWrite(argument, 0) ? 0 : Errno.EFAULT;
            default:
                return TtyRequests.JobRequests(task, console.Control, fromMaster: false, request, argument);
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        // The terminal belongs to the machine.
    }

    private SysResult GetTermios(KernelTask task, UserAddress argument)
    {
        Span<byte> termios = stackalloc byte[HostTerminal.TermiosSize];
        int e = HostTerminal.GetAttributes(console.Stream.Host.Descriptor, termios);
        if (e != 0)
            return (Errno)e;
        return task.Memory.CopyOut(argument, termios) == HostTerminal.TermiosSize ? 0 : Errno.EFAULT;
    }

    private SysResult SetTermios(KernelTask task, int when, UserAddress argument)
    {
        SysResult allowed = console.Control.Check(task, Signal.SIGTTOU);
        if (allowed.Raw != 0)
            return allowed;
        Span<byte> termios = stackalloc byte[HostTerminal.TermiosSize];
        if (task.Memory.CopyIn(argument, termios) != HostTerminal.TermiosSize)
            return Errno.EFAULT;
        return SysResult.FromErrno(console.SetAttributes(when, termios));
    }

    private SysResult GetWindowSize(KernelTask task, UserAddress argument)
    {
        Span<ushort> size = stackalloc ushort[4];
        int e = HostTerminal.GetWindowSize(console.Stream.Host.Descriptor, size);
        if (e != 0)
            return (Errno)e;
        ulong packed = size[0] | ((ulong)size[1] << 16) | ((ulong)size[2] << 32) | ((ulong)size[3] << 48);
        return task.Memory.TryWrite(argument, packed) ? 0 : Errno.EFAULT;
    }

    private SysResult SetWindowSize(KernelTask task, UserAddress argument)
    {
        if (!task.Memory.TryRead(argument, out ulong packed))
            return Errno.EFAULT;
        Span<ushort> size = [(ushort)packed, (ushort)(packed >> 16), (ushort)(packed >> 32), (ushort)(packed >> 48)];
        return SysResult.FromErrno(HostTerminal.SetWindowSize(console.Stream.Host.Descriptor, size));
    }
}

using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The one call through which i386 programs used to make all those on sockets. socketcall(2).</summary>
internal static class SocketMultiplex
{
    // How many arguments each has.
    private static ReadOnlySpan<byte> Counts => [0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4, 6, 6, 2, 5, 5, 3, 3, 4, 5, 4];

    /// <summary>Makes a call on a socket; its arguments lie in memory. socketcall(2).</summary>
    [Syscall(I386 = 102)]
    internal static SysResult Socketcall(KernelTask task, int call, UserAddress arguments)
    {
        if (call < 1 || call >= Counts.Length)
            return Errno.EINVAL;
        Span<uint> a = stackalloc uint[6];
        a.Clear();
        return OldArguments.TryRead(task, arguments, a[..Counts[call]]) ? Make(task, call, a) : Errno.EFAULT;
    }

    private static SysResult Make(KernelTask task, int call, ReadOnlySpan<uint> a)
    {
        var fd = new Fd((int)a[0]);
        return call switch
        {
            1 => SocketCalls.Socket(task, (int)a[0], (int)a[1], (int)a[2]),
            2 => SocketConnections.Bind(task, fd, new(a[1]), (int)a[2]),
            3 => SocketConnections.Connect(task, fd, new(a[1]), (int)a[2]),
            4 => SocketConnections.Listen(task, fd, (int)a[1]),
            5 => SocketConnections.Accept(task, fd, new(a[1]), new(a[2])),
            6 => SocketOptions.GetSockName(task, fd, new(a[1]), new(a[2])),
            7 => SocketOptions.GetPeerName(task, fd, new(a[1]), new(a[2])),
            8 => SocketCalls.Socketpair(task, (int)a[0], (int)a[1], (int)a[2], new(a[3])),
            9 => SocketMessages.SendTo(task, fd, new(a[1]), a[2], (int)a[3], default, 0),
            10 => SocketMessages.RecvFrom(task, fd, new(a[1]), a[2], (int)a[3], default, default),
            11 => SocketMessages.SendTo(task, fd, new(a[1]), a[2], (int)a[3], new(a[4]), (int)a[5]),
            12 => SocketMessages.RecvFrom(task, fd, new(a[1]), a[2], (int)a[3], new(a[4]), new(a[5])),
            13 => SocketCalls.Shutdown(task, fd, (int)a[1]),
            14 => SocketOptions.SetSockOpt(task, fd, (int)a[1], (int)a[2], new(a[3]), (int)a[4]),
            15 => SocketOptions.GetSockOpt(task, fd, (int)a[1], (int)a[2], new(a[3]), new(a[4])),
            16 => SocketMessages.SendMsg(task, fd, new(a[1]), (int)a[2]),
            17 => SocketMessages.RecvMsg(task, fd, new(a[1]), (int)a[2]),
            18 => SocketConnections.Accept4(task, fd, new(a[1]), new(a[2]), (OpenFlags)a[3]),
            19 => MultipleMessages.RecvMmsg(task, fd, new(a[1]), a[2], (int)a[3], new(a[4])),
            _ => MultipleMessages.SendMmsg(task, fd, new(a[1]), a[2], (int)a[3]),
        };
    }
}

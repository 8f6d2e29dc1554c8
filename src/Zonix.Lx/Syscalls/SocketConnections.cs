using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Names of sockets and connections between them. bind(2), listen(2), connect(2), accept(2).</summary>
internal static class SocketConnections
{
    private const int MostWaiting = 4096;

    /// <summary>Gives a socket a name. bind(2).</summary>
    [Syscall(X64 = 49, I386 = 361)]
    internal static SysResult Bind(KernelTask task, Fd fd, UserAddress address, int length)
    {
        if (task.Files[fd] is not { File: ISocket socket })
            return SocketCalls.NotASocket(task, fd);
        Errno e = SocketAddresses.ReadToBind(task, socket.Family, address, length, out SocketName name);
        return e != 0 ? e : socket.Bind(task, name);
    }

    /// <summary>Takes connections from now on. listen(2).</summary>
    [Syscall(X64 = 50, I386 = 363)]
    internal static SysResult Listen(KernelTask task, Fd fd, int backlog) => task.Files[fd] is { File: ISocket socket }
        ? socket.Listen(task, (int)Math.Min((uint)backlog, MostWaiting))
        : SocketCalls.NotASocket(task, fd);

    /// <summary>Connects to a named socket. connect(2).</summary>
    [Syscall(X64 = 42, I386 = 362)]
    internal static SysResult Connect(KernelTask task, Fd fd, UserAddress address, int length)
    {
        if (task.Files[fd] is not { File: ISocket socket } file)
            return SocketCalls.NotASocket(task, fd);
        Errno e = SocketAddresses.Read(task, socket.Family, address, length, out SocketName name);
        return e != 0 ? e : new ConnectOperation(file, socket, name).Start(task);
    }

    /// <summary>Takes a connection. accept(2).</summary>
    [Syscall(X64 = 43)]
    internal static SysResult Accept(KernelTask task, Fd fd, UserAddress address, UserAddress length) => Accept4(task, fd, address, length, 0);

    /// <summary>Takes a connection, with flags for its descriptor. accept4(2).</summary>
    [Syscall(X64 = 288, I386 = 364)]
    internal static SysResult Accept4(KernelTask task, Fd fd, UserAddress address, UserAddress length, OpenFlags flags)
    {
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        return task.Files[fd] is { File: ISocket socket } file
            ? new AcceptOperation(file, socket, address, length, flags).Start(task)
            : SocketCalls.NotASocket(task, fd);
    }
}

using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Names of sockets and connections between them. bind(2), listen(2), connect(2), accept(2), unix(7).</summary>
internal static class SocketConnections
{
    private const string Missing = "only AF_UNIX";
    private const int AF_UNSPEC = 0, MostWaiting = 4096;

    /// <summary>Gives a socket a name. bind(2).</summary>
    [Syscall(X64 = 49, I386 = 361, Support = Support.Partial, Missing = Missing)]
    internal static SysResult Bind(KernelTask task, Fd fd, UserAddress address, int length)
    {
        if (task.Files[fd] is not { File: LocalSocket socket })
            return SocketCalls.NotASocket(task, fd);
        Errno e = SocketAddresses.Read(task, address, length, out byte[] name);
        if (e != 0)
            return e;
        if (socket.Name is not null)
            return Errno.EINVAL;
        LocalNames names = LxBrand.Of(task).LocalNames;
        if (name.Length == 0)
        {
            socket.SetName(names.AddAutomatic(socket));
            return 0;
        }
        e = name[0] == 0 ? names.Add(name, socket) : BindPath(task, names, name, socket);
        if (e == 0)
            socket.SetName(name);
        return e;
    }

    /// <summary>Takes connections from now on. listen(2).</summary>
    [Syscall(X64 = 50, I386 = 363, Support = Support.Partial, Missing = Missing)]
    internal static SysResult Listen(KernelTask task, Fd fd, int backlog) => task.Files[fd] is { File: LocalSocket socket }
        ? socket.Listen((int)Math.Min((uint)backlog, MostWaiting), SocketCalls.CallerOf(task))
        : SocketCalls.NotASocket(task, fd);

    /// <summary>Connects to a named socket. connect(2).</summary>
    [Syscall(X64 = 42, I386 = 362, Support = Support.Partial, Missing = Missing)]
    internal static SysResult Connect(KernelTask task, Fd fd, UserAddress address, int length)
    {
        if (task.Files[fd] is not { File: LocalSocket socket } file)
            return SocketCalls.NotASocket(task, fd);
        if (socket.Kind == SocketKind.Datagram && length >= sizeof(ushort) && task.Memory.TryRead(address, out ushort family) && family == AF_UNSPEC)
            return socket.ConnectMessages(null);
        Errno e = SocketAddresses.Read(task, address, length, out byte[] name);
        if (e != 0)
            return e;
        if (socket.Kind != SocketKind.Datagram)
            return new ConnectOperation(file, socket, name).Start(task);
        e = SocketAddresses.Find(task, name, out LocalSocket? other);
        return e != 0 ? e : socket.ConnectMessages(other);
    }

    /// <summary>Takes a connection. accept(2).</summary>
    [Syscall(X64 = 43, Support = Support.Partial, Missing = Missing)]
    internal static SysResult Accept(KernelTask task, Fd fd, UserAddress address, UserAddress length) => Accept4(task, fd, address, length, 0);

    /// <summary>Takes a connection, with flags for its descriptor. accept4(2).</summary>
    [Syscall(X64 = 288, I386 = 364, Support = Support.Partial, Missing = Missing)]
    internal static SysResult Accept4(KernelTask task, Fd fd, UserAddress address, UserAddress length, OpenFlags flags)
    {
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        return task.Files[fd] is { File: LocalSocket socket } file
            ? new AcceptOperation(file, socket, address, length, flags).Start(task)
            : SocketCalls.NotASocket(task, fd);
    }

    private static Errno BindPath(KernelTask task, LocalNames names, byte[] name, LocalSocket socket)
    {
        VfsPath start = task.FileSystem.WorkingDirectory;
        Errno e = PathOperations.Create(task, start, name, FileModeBits.S_IFSOCK | 0x1FF);
        if (e != 0)
            return e == Errno.EEXIST ? Errno.EADDRINUSE : e;
        e = PathOperations.Resolve(task, start, name, WalkFlags.None, out VfsPath made);
        if (e == 0)
            names.Add(made.Inode, socket);
        return e;
    }
}

using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Names and options of sockets. getsockname(2), getsockopt(2), socket(7).</summary>
internal static class SocketOptions
{
    private const string Missing = "only AF_UNIX; most options; SO_RCVTIMEO and SO_SNDTIMEO for read(2) and write(2)";
    private const int SOL_SOCKET = 1, AF_UNIX = 1;
    private const int SO_TYPE = 3, SO_ERROR = 4, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_PASSCRED = 16, SO_PEERCRED = 17, SO_RCVLOWAT = 18;
    private const int SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, SO_ACCEPTCONN = 30, SO_PROTOCOL = 38, SO_DOMAIN = 39;

    /// <summary>The name of a socket. getsockname(2).</summary>
    [Syscall(X64 = 51, I386 = 367, Support = Support.Partial, Missing = Missing, Name = "getsockname")]
    internal static SysResult GetSockName(KernelTask task, Fd fd, UserAddress address, UserPointer<int> length) =>
        task.Files[fd] is { File: LocalSocket socket }
            ? SocketAddresses.Write(task, address, length.Address, socket.Name)
            : SocketCalls.NotASocket(task, fd);

    /// <summary>The name of the other end. getpeername(2).</summary>
    [Syscall(X64 = 52, I386 = 368, Support = Support.Partial, Missing = Missing, Name = "getpeername")]
    internal static SysResult GetPeerName(KernelTask task, Fd fd, UserAddress address, UserPointer<int> length)
    {
        if (task.Files[fd] is not { File: LocalSocket socket })
            return SocketCalls.NotASocket(task, fd);
        return socket.IsConnected ? SocketAddresses.Write(task, address, length.Address, socket.PeerName) : Errno.ENOTCONN;
    }

    /// <summary>Sets an option. setsockopt(2).</summary>
    [Syscall(X64 = 54, Support = Support.Partial, Missing = Missing, Name = "setsockopt")]
    internal static SysResult SetSockOpt(KernelTask task, Fd fd, int level, int option, UserAddress value, int length)
    {
        if (task.Files[fd] is not { File: LocalSocket socket })
            return SocketCalls.NotASocket(task, fd);
        if (length < 0)
            return Errno.EINVAL;
        if (level != SOL_SOCKET)
            return Errno.EOPNOTSUPP;
        if (option is SO_RCVTIMEO or SO_SNDTIMEO)
            return SetTimeout(task, socket, option, value, length);
        if (length < sizeof(int))
            return Errno.EINVAL;
        if (!task.Memory.TryRead(value, out int number))
            return Errno.EFAULT;
        switch (option)
        {
            case SO_SNDBUF:
                socket.SendBuffer = number;
                return 0;
            case SO_RCVBUF:
                socket.ReceiveBuffer = number;
                return 0;
            case SO_PASSCRED:
                socket.PassesCredentials = number != 0;
                return 0;
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    /// <summary>Tells an option. getsockopt(2).</summary>
    [Syscall(X64 = 55, Support = Support.Partial, Missing = Missing, Name = "getsockopt")]
    internal static SysResult GetSockOpt(KernelTask task, Fd fd, int level, int option, UserAddress value, UserPointer<int> length)
    {
        if (task.Files[fd] is not { File: LocalSocket socket })
            return SocketCalls.NotASocket(task, fd);
        if (!task.Memory.TryRead(length, out int room))
            return Errno.EFAULT;
        if (room < 0)
            return Errno.EINVAL;
        if (level != SOL_SOCKET)
            return Errno.EOPNOTSUPP;
        Span<byte> text = stackalloc byte[16];
        int size = sizeof(int);
        switch (option)
        {
            case SO_PEERCRED:
                size = 12;
                BinaryPrimitives.WriteInt32LittleEndian(text, socket.PeerCredentials.Pid);
                BinaryPrimitives.WriteUInt32LittleEndian(text[4..], socket.PeerCredentials.Uid);
                BinaryPrimitives.WriteUInt32LittleEndian(text[8..], socket.PeerCredentials.Gid);
                break;
            case SO_RCVTIMEO or SO_SNDTIMEO:
                size = 16;
                var time = Timeval.FromNs(option == SO_RCVTIMEO ? socket.ReceiveTimeoutNs : socket.SendTimeoutNs);
                BinaryPrimitives.WriteInt64LittleEndian(text, time.Seconds);
                BinaryPrimitives.WriteInt64LittleEndian(text[8..], time.Microseconds);
                break;
            default:
                if (Number(socket, option) is not { } number)
                    return Errno.ENOPROTOOPT;
                BinaryPrimitives.WriteInt32LittleEndian(text, number);
                break;
        }
        size = Math.Min(size, room);
        return task.Memory.TryCopyOut(value, text[..size]) && task.Memory.TryWrite(length, size) ? 0 : Errno.EFAULT;
    }

    private static int? Number(LocalSocket socket, int option) => option switch
    {
        SO_TYPE => (int)socket.Kind,
        SO_ERROR => (int)socket.TakeError(),
        SO_SNDBUF => socket.SendBuffer,
        SO_RCVBUF => socket.ReceiveBuffer,
        SO_PASSCRED => socket.PassesCredentials ? 1 : 0,
        SO_RCVLOWAT => 1,
        SO_ACCEPTCONN => socket.IsListening ? 1 : 0,
        SO_PROTOCOL => 0,
        SO_DOMAIN => AF_UNIX,
        _ => null,
    };

    private static SysResult SetTimeout(KernelTask task, LocalSocket socket, int option, UserAddress value, int length)
    {
        if (length < 16)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(value, out Timeval time))
            return Errno.EFAULT;
        if ((ulong)time.Microseconds >= 1_000_000)
            return Errno.EDOM;
        // As on Linux a time before now is one that has just passed.
        long ns = time.Seconds < 0 ? 1 : time.ToNs();
        if (option == SO_RCVTIMEO)
            socket.ReceiveTimeoutNs = ns;
        else
            socket.SendTimeoutNs = ns;
        return 0;
    }
}

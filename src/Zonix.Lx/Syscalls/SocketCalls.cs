using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Netlink;

namespace Zonix.Lx.Syscalls;

/// <summary>Making sockets, and what calls on sockets answer for descriptors that are none. socket(2), socketpair(2).</summary>
internal static class SocketCalls
{
    /// <summary>What calls on sockets lack.</summary>
    internal const string Missing = "AF_UNIX, AF_INET, AF_INET6, AF_NETLINK";

    private const int AF_MAX = 46, SOCK_TYPE_MASK = 0xf, SOCK_PACKET = 10;

    /// <summary>Ends one direction of a connection, or both. shutdown(2).</summary>
    [Syscall(X64 = 48, I386 = 373)]
    internal static SysResult Shutdown(KernelTask task, Fd fd, int how) =>
        task.Files[fd] is { File: ISocket } file ? Shutdown(file, how) : NotASocket(task, fd);

    /// <summary>The same, of a description.</summary>
    internal static SysResult Shutdown(OpenFileDescription file, int how)
    {
        if (file.File is not ISocket socket)
            return Errno.ENOTSOCK;
        return how is < 0 or > 2 ? Errno.EINVAL : socket.Shutdown(reads: how != 1, writes: how != 0);
    }

    /// <summary>Makes a socket. socket(2).</summary>
    [Syscall(X64 = 41, I386 = 359, Support = Support.Partial, Missing = Missing)]
    internal static SysResult Socket(KernelTask task, int domain, int type, int protocol)
    {
        Errno e = ReadType(type, out SocketKind kind, out OpenFlags flags);
        if (e != 0)
            return e;
        e = Create(task, domain, kind, protocol, out ISocket? socket);
        return e != 0 ? e : Install(task, socket!, flags);
    }

    /// <summary>Makes two connected sockets. socketpair(2).</summary>
    [Syscall(X64 = 53, I386 = 360, Support = Support.Partial, Missing = "only AF_UNIX")]
    internal static SysResult Socketpair(KernelTask task, int domain, int type, int protocol, UserPointer<ulong> ends)
    {
        Errno e = ReadType(type, out SocketKind kind, out OpenFlags flags);
        if (e != 0)
            return e;
        if (domain != (int)SocketFamily.Local)
            return RefusePair(task, domain, kind, protocol);
        e = CheckLocal(ref kind, protocol);
        if (e != 0)
            return e;
        (LocalSocket first, LocalSocket second) = LocalSocket.CreatePair(
            SocketInode.Create(task), SocketInode.Create(task), kind, LxBrand.Of(task).LocalNames, MessageSender.OfPeer(task));
        SysResult a = Install(task, first, flags);
        if (a.IsError)
        {
            second.Close();
            return a;
        }
        SysResult b = Install(task, second, flags);
        if (!b.IsError && task.Memory.TryWrite(ends, (uint)a.Value | ((ulong)b.Value << 32)))
            return 0;
        task.Files.Close(new Fd((int)a.Value));
        if (b.IsError)
            return b;
        task.Files.Close(new Fd((int)b.Value));
        return Errno.EFAULT;
    }

    /// <summary>Gives a socket a descriptor.</summary>
    internal static SysResult Install(KernelTask task, ISocket socket, OpenFlags flags)
    {
        socket.Inode.GetAttributes(out InodeAttributes attributes);
        return EventCalls.Install(task, socket, $"socket:[{attributes.Inode}]", flags);
    }

    /// <summary>What a call answers that is not for this descriptor: EBADF, ENOTSOCK, or EOPNOTSUPP for a socket.</summary>
    internal static SysResult NotASocket(KernelTask task, Fd fd) =>
        task.Files[fd] is not { IsPath: false } file ? Errno.EBADF : file.File is ISocket ? Errno.EOPNOTSUPP : Errno.ENOTSOCK;

    // As on Linux the sockets are made before it turns out that they cannot be paired.
    private static Errno RefusePair(KernelTask task, int domain, SocketKind kind, int protocol)
    {
        Errno e = Create(task, domain, kind, protocol, out ISocket? socket);
        socket?.Close();
        return e != 0 ? e : Errno.EOPNOTSUPP;
    }

    private static Errno Create(KernelTask task, int domain, SocketKind kind, int protocol, out ISocket? socket)
    {
        socket = null;
        if (domain is < 0 or >= AF_MAX)
            return Errno.EAFNOSUPPORT;
        LxBrand brand = LxBrand.Of(task);
        switch ((SocketFamily)domain)
        {
            case SocketFamily.Local:
                Errno e = CheckLocal(ref kind, protocol);
                if (e == 0)
                    socket = LocalSocket.Create(SocketInode.Create(task), kind, brand.LocalNames);
                return e;
            case SocketFamily.Netlink:
                return NetlinkSocket.Create(task, brand, kind, protocol, out socket);
            case SocketFamily.Inet or SocketFamily.Inet6 or SocketFamily.Packet when brand.Network is { } network:
                return network.Create(task, SocketInode.Create(task), (SocketFamily)domain, kind, protocol, out socket);
            default:
                return Errno.EAFNOSUPPORT;
        }
    }

    private static Errno ReadType(int type, out SocketKind kind, out OpenFlags flags)
    {
        kind = (SocketKind)(type & SOCK_TYPE_MASK);
        flags = (OpenFlags)(type & ~SOCK_TYPE_MASK);
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        return (int)kind > SOCK_PACKET ? Errno.EINVAL : 0;
    }

    private static Errno CheckLocal(ref SocketKind kind, int protocol)
    {
        if (protocol is not 0 and not (int)SocketFamily.Local)
            return Errno.EPROTONOSUPPORT;
        // As on Linux, a raw local socket is one of datagrams.
        if (kind == SocketKind.Raw)
            kind = SocketKind.Datagram;
        return kind is SocketKind.Stream or SocketKind.Datagram or SocketKind.SequencedPacket ? 0 : Errno.ESOCKTNOSUPPORT;
    }
}

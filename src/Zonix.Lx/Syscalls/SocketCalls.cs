using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>
/// Connected pairs of sockets, and the calls on a socket as they answer for descriptors that are none. Programs ask: a shell
/// tells by getpeername(2) whether its input is a network connection.
/// </summary>
internal static class SocketCalls
{
    private const string Sockets = "there are no sockets yet";
    private const int AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_SEQPACKET = 5, SOCK_TYPE_MASK = 0xf;

    /// <summary>Ends one direction of a connection, or both. shutdown(2).</summary>
    [Syscall(X64 = 48, I386 = 373, Support = Support.Partial, Missing = "only AF_UNIX")]
    internal static SysResult Shutdown(KernelTask task, Fd fd, int how)
    {
        return task.Files[fd] is { File: LocalSocket } file ? Shutdown(file, how) : NotASocket(task, fd);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Shutdown(OpenFileDescription file, int how)
    {
        if (file.File is not LocalSocket pair)
            return Errno.ENOTSOCK;
        if (how is < 0 or > 2)
            return Errno.EINVAL;
        pair.Shutdown(reads: how != 1, writes: how != 0);
        return 0;
    }

    /// <summary>Makes a socket. socket(2).</summary>
    [Syscall(X64 = 41, I386 = 359, Support = Support.Partial, Missing = "only AF_UNIX")]
    internal static SysResult Socket(KernelTask task, int domain, int type, int protocol)
    {
        if (domain != AF_UNIX)
            return Errno.EAFNOSUPPORT;
        Errno e = ReadKind(type, protocol, out SocketKind kind, out OpenFlags flags);
        if (e != 0)
            return e;
        var socket = LocalSocket.Create(CreateInode(task), kind, new MessageSender(0, uint.MaxValue, uint.MaxValue));
        return EventCalls.Install(task, socket, NameOf(socket), flags);
    }

    /// <summary>Makes two connected sockets. socketpair(2).</summary>
    [Syscall(X64 = 53, I386 = 360, Support = Support.Partial, Missing = "only AF_UNIX")]
    internal static SysResult Socketpair(KernelTask task, int domain, int type, int protocol, UserPointer<ulong> ends)
    {
        if (domain != AF_UNIX)
            return domain is AF_INET or AF_INET6 ? Errno.EOPNOTSUPP : Errno.EAFNOSUPPORT;
        Errno e = ReadKind(type, protocol, out SocketKind kind, out OpenFlags flags);
        if (e != 0)
            return e;
        (LocalSocket first, LocalSocket second) = LocalSocket.CreatePair(CreateInode(task), CreateInode(task), kind, CallerOf(task));
        SysResult a = EventCalls.Install(task, first, NameOf(first), flags);
        if (a.IsError)
        {
            second.Close();
            return a;
        }
        SysResult b = EventCalls.Install(task, second, NameOf(second), flags);
        if (!b.IsError && task.Memory.TryWrite(ends, (uint)a.Value | ((ulong)b.Value << 32)))
            return 0;
        task.Files.Close(new Fd((int)a.Value));
        if (b.IsError)
            return b;
        task.Files.Close(new Fd((int)b.Value));
        return Errno.EFAULT;
    }

    /// <summary>recvmmsg(2).</summary>
    [Syscall(X64 = 299, Support = Support.Partial, Missing = Sockets, Name = "recvmmsg")]
    internal static SysResult RecvMmsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>sendmmsg(2).</summary>
    [Syscall(X64 = 307, Support = Support.Partial, Missing = Sockets, Name = "sendmmsg")]
    internal static SysResult SendMmsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    private static Errno ReadKind(int type, int protocol, out SocketKind kind, out OpenFlags flags)
    {
        kind = default;
        flags = (OpenFlags)(type & ~SOCK_TYPE_MASK);
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        if (protocol is not 0 and not AF_UNIX)
            return Errno.EPROTONOSUPPORT;
        switch (type & SOCK_TYPE_MASK)
        {
            case SOCK_STREAM:
                kind = SocketKind.Stream;
                return 0;
            // As on Linux, a raw local socket is one of datagrams.
            case SOCK_DGRAM or SOCK_RAW:
                kind = SocketKind.Datagram;
                return 0;
            case SOCK_SEQPACKET:
                kind = SocketKind.SequencedPacket;
                return 0;
            default:
                return Errno.ESOCKTNOSUPPORT;
        }
    }

    /// <summary>The caller, as the other end is told who that was.</summary>
    internal static MessageSender CallerOf(KernelTask task) =>
        new(task.Process.Pid.Value, task.Credentials.EffectiveUid, task.Credentials.EffectiveGid);

    /// <summary>An inode for a new socket.</summary>
    internal static IInode CreateInode(KernelTask task) => task.FileSystem.Vfs.CreateNamelessInode(
        FileModeBits.S_IFSOCK | 0x1FF, task.Credentials.FsUid, task.Credentials.FsGid);

    /// <summary>What /proc/self/fd shows of it.</summary>
    internal static string NameOf(LocalSocket end)
    {
        end.Inode.GetAttributes(out InodeAttributes attributes);
        return $"socket:[{attributes.Inode}]";
    }

    /// <summary>What a call answers that is not for this descriptor: EBADF, ENOTSOCK, or EOPNOTSUPP for a socket.</summary>
    internal static SysResult NotASocket(KernelTask task, Fd fd) =>
        task.Files[fd] is not { IsPath: false } file ? Errno.EBADF : file.File is LocalSocket ? Errno.EOPNOTSUPP : Errno.ENOTSOCK;
}

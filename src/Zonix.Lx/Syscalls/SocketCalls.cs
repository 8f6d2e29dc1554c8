using Zonix.Kernel.Events;
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
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_TYPE_MASK = 0xf;
    private const int MSG_PEEK = 2, MSG_DONTWAIT = 0x40, MSG_WAITALL = 0x100, MSG_NOSIGNAL = 0x4000;

    /// <summary>connect(2).</summary>
    [Syscall(X64 = 42, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Connect(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>accept(2).</summary>
    [Syscall(X64 = 43, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Accept(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>Sends on a connected socket. sendto(2).</summary>
    [Syscall(X64 = 44, Support = Support.Partial, Missing = "only the sockets of socketpair", Name = "sendto")]
    internal static SysResult SendTo(
        KernelTask task, Fd fd, UserAddress buffer, nuint count, int flags, UserAddress address, uint addressLength)
    {
        if (task.Files[fd] is not { File: StreamPair } file)
            return NotASocket(task, fd);
        if (!address.IsNull)
            return Errno.EISCONN;
        var source = new UserBuffer(task.Memory, buffer, Math.Min(count, int.MaxValue));
        if ((flags & MSG_DONTWAIT) == 0 && (flags & MSG_NOSIGNAL) == 0)
            return TransferCalls.WriteTo(task, file, source);
        SysResult result = file.Write(ref source);
        if (result == Errno.EAGAIN && (flags & MSG_DONTWAIT) == 0 && !file.NonBlocking)
            return task.Block(file.Pollable!.WriteQueue, new WriteOperation().For(file, source, 0));
        return (flags & MSG_NOSIGNAL) != 0 ? result : BrokenPipe.Signal(task, result);
    }

    /// <summary>Receives on a connected socket. recvfrom(2).</summary>
    [Syscall(X64 = 45, Support = Support.Partial, Missing = "only the sockets of socketpair; MSG_PEEK, MSG_WAITALL", Name = "recvfrom")]
    internal static SysResult RecvFrom(
        KernelTask task, Fd fd, UserAddress buffer, nuint count, int flags, UserAddress address, UserPointer<uint> addressLength)
    {
        if (task.Files[fd] is not { File: StreamPair } file)
            return NotASocket(task, fd);
        if ((flags & (MSG_PEEK | MSG_WAITALL)) != 0)
            return Errno.EOPNOTSUPP;
        if (!addressLength.IsNull && !task.Memory.TryWrite(addressLength, 0u))
            return Errno.EFAULT;
        var target = new UserBuffer(task.Memory, buffer, Math.Min(count, int.MaxValue));
        return (flags & MSG_DONTWAIT) != 0 ? file.Read(ref target) : TransferCalls.ReadFrom(task, file, target);
    }

    /// <summary>sendmsg(2).</summary>
    [Syscall(X64 = 46, Support = Support.Partial, Missing = Sockets, Name = "sendmsg")]
    internal static SysResult SendMsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>recvmsg(2).</summary>
    [Syscall(X64 = 47, Support = Support.Partial, Missing = Sockets, Name = "recvmsg")]
    internal static SysResult RecvMsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>Ends one direction of a connection, or both. shutdown(2).</summary>
    [Syscall(X64 = 48, I386 = 373, Support = Support.Partial, Missing = "only the sockets of socketpair")]
    internal static SysResult Shutdown(KernelTask task, Fd fd, int how)
    {
        if (task.Files[fd] is not { File: StreamPair pair })
            return NotASocket(task, fd);
        if (how is < 0 or > 2)
            return Errno.EINVAL;
        pair.Shutdown(reads: how != 1, writes: how != 0);
        return 0;
    }

    /// <summary>There are no sockets of a network or with a name yet. socket(2).</summary>
    [Syscall(X64 = 41, I386 = 359, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Socket(KernelTask task, int domain, int type, int protocol) => Errno.EAFNOSUPPORT;

    /// <summary>Makes two connected sockets. socketpair(2).</summary>
    [Syscall(X64 = 53, I386 = 360, Support = Support.Partial, Missing = "only AF_UNIX, SOCK_STREAM; ancillary data")]
    internal static SysResult Socketpair(KernelTask task, int domain, int type, int protocol, UserPointer<ulong> ends)
    {
        if (domain != AF_UNIX)
            return Errno.EAFNOSUPPORT;
        var flags = (OpenFlags)(type & ~SOCK_TYPE_MASK);
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        if ((type & SOCK_TYPE_MASK) != SOCK_STREAM)
            return Errno.ESOCKTNOSUPPORT;
        if (protocol is not 0 and not AF_UNIX)
            return Errno.EPROTONOSUPPORT;
        (StreamPair first, StreamPair second) = StreamPair.Create(CreateInode(task), CreateInode(task));
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

    /// <summary>bind(2).</summary>
    [Syscall(X64 = 49, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Bind(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>listen(2).</summary>
    [Syscall(X64 = 50, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Listen(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>getsockname(2).</summary>
    [Syscall(X64 = 51, Support = Support.Partial, Missing = Sockets, Name = "getsockname")]
    internal static SysResult GetSockName(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>getpeername(2).</summary>
    [Syscall(X64 = 52, Support = Support.Partial, Missing = Sockets, Name = "getpeername")]
    internal static SysResult GetPeerName(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>setsockopt(2).</summary>
    [Syscall(X64 = 54, Support = Support.Partial, Missing = Sockets, Name = "setsockopt")]
    internal static SysResult SetSockOpt(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>getsockopt(2).</summary>
    [Syscall(X64 = 55, Support = Support.Partial, Missing = Sockets, Name = "getsockopt")]
    internal static SysResult GetSockOpt(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>accept4(2).</summary>
    [Syscall(X64 = 288, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Accept4(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>recvmmsg(2).</summary>
    [Syscall(X64 = 299, Support = Support.Partial, Missing = Sockets, Name = "recvmmsg")]
    internal static SysResult RecvMmsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>sendmmsg(2).</summary>
    [Syscall(X64 = 307, Support = Support.Partial, Missing = Sockets, Name = "sendmmsg")]
    internal static SysResult SendMmsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    private static IInode CreateInode(KernelTask task) => task.FileSystem.Vfs.CreateNamelessInode(
        FileModeBits.S_IFSOCK | 0x1FF, task.Credentials.FsUid, task.Credentials.FsGid);

    private static string NameOf(StreamPair end)
    {
        end.Inode.GetAttributes(out InodeAttributes attributes);
        return $"socket:[{attributes.Inode}]";
    }

    private static SysResult NotASocket(KernelTask task, Fd fd) =>
        task.Files[fd] is not { IsPath: false } file ? Errno.EBADF : file.File is StreamPair ? Errno.EOPNOTSUPP : Errno.ENOTSOCK;
}

using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>
/// The calls on a socket, as they answer for descriptors that are none. Programs ask: a shell tells by getpeername(2)
/// whether its input is a network connection.
/// </summary>
internal static class SocketCalls
{
    private const string Sockets = "there are no sockets yet";

    /// <summary>connect(2).</summary>
    [Syscall(X64 = 42, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Connect(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>accept(2).</summary>
    [Syscall(X64 = 43, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Accept(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>sendto(2).</summary>
    [Syscall(X64 = 44, Support = Support.Partial, Missing = Sockets, Name = "sendto")]
    internal static SysResult SendTo(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>recvfrom(2).</summary>
    [Syscall(X64 = 45, Support = Support.Partial, Missing = Sockets, Name = "recvfrom")]
    internal static SysResult RecvFrom(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>sendmsg(2).</summary>
    [Syscall(X64 = 46, Support = Support.Partial, Missing = Sockets, Name = "sendmsg")]
    internal static SysResult SendMsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>recvmsg(2).</summary>
    [Syscall(X64 = 47, Support = Support.Partial, Missing = Sockets, Name = "recvmsg")]
    internal static SysResult RecvMsg(KernelTask task, Fd fd) => NotASocket(task, fd);

    /// <summary>shutdown(2).</summary>
    [Syscall(X64 = 48, Support = Support.Partial, Missing = Sockets)]
    internal static SysResult Shutdown(KernelTask task, Fd fd) => NotASocket(task, fd);

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

    private static SysResult NotASocket(KernelTask task, Fd fd) =>
        task.Files[fd] is { IsPath: false } ? Errno.ENOTSOCK : Errno.EBADF;
}

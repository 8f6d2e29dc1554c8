using System.Runtime.InteropServices;
using Zonix.Host.Files;

namespace Zonix.Host.Sockets;

/// <summary>The C library's socket calls, named as it names them.</summary>
internal static unsafe partial class NativeSockets
{
    private const string C = "libc";

    internal const int AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    internal const int IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_ICMPV6 = 58, IPPROTO_IP = 0, IPPROTO_IPV6 = 41, SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2, SO_ERROR = 4, SO_KEEPALIVE = 9, SO_LINGER = 13;
    internal const int TCP_NODELAY = 1, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5, TCP_KEEPCNT = 6, TCP_SYNCNT = 7, TCP_USER_TIMEOUT = 18;
    internal const int IPV6_V6ONLY = 26, IP_TTL = 2, IPV6_UNICAST_HOPS = 16;
    internal const int MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, SHUT_WR = 1;

    [LibraryImport(C, SetLastError = true)] internal static partial int socket(int family, int kind, int protocol);
    [LibraryImport(C, SetLastError = true)] internal static partial int bind(HostDescriptor fd, byte* address, int length);
    [LibraryImport(C, SetLastError = true)] internal static partial int listen(HostDescriptor fd, int backlog);
    [LibraryImport(C, SetLastError = true)] internal static partial int connect(HostDescriptor fd, byte* address, int length);
    [LibraryImport(C, SetLastError = true)] internal static partial int accept4(HostDescriptor fd, byte* address, int* length, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial nint send(HostDescriptor fd, byte* data, nuint count, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial nint recv(HostDescriptor fd, byte* data, nuint count, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial nint sendto(HostDescriptor fd, byte* data, nuint count, int flags, byte* address, int length);
    [LibraryImport(C, SetLastError = true)] internal static partial nint recvfrom(HostDescriptor fd, byte* data, nuint count, int flags, byte* address, int* length);
    [LibraryImport(C, SetLastError = true)] internal static partial int shutdown(HostDescriptor fd, int how);
    [LibraryImport(C, SetLastError = true)] internal static partial int getsockname(HostDescriptor fd, byte* address, int* length);
    [LibraryImport(C, SetLastError = true)] internal static partial int getsockopt(HostDescriptor fd, int level, int option, void* value, int* length);
    [LibraryImport(C, SetLastError = true)] internal static partial int setsockopt(HostDescriptor fd, int level, int option, void* value, int length);

    internal static int Errno => Marshal.GetLastPInvokeError();
}

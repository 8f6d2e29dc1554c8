using Zonix.Host.Files;
using static Zonix.Host.Sockets.NativeSockets;

namespace Zonix.Host.Sockets;

/// <summary>
/// A socket of the host that never waits: what would have to answers EAGAIN, and an <see cref="IReadinessSource"/> tells when to try
/// again. Errors are the host's numbers; transfers answer them negated. Any thread, also while another closes it: calls in flight keep it open, later ones
/// answer EBADF. The ones before it is bound or connected are its owner's.
/// </summary>
public sealed unsafe class HostSocket : IDisposable
{
    private const int EBADF = 9;

    private HostSocket(int descriptor) => Descriptor = new HostDescriptor(descriptor);

    /// <summary>What a readiness source watches.</summary>
    public HostDescriptor Descriptor { get; }

    /// <summary>Its own name; of a socket that is bound to port 0 the port it got.</summary>
    public HostEndpoint Local
    {
        get
        {
            byte* name = stackalloc byte[HostEndpoint.Size];
            int length = HostEndpoint.Size;
            return getsockname(Descriptor, name, &length) == 0 ? HostEndpoint.Read(new ReadOnlySpan<byte>(name, length)) : default;
        }
    }

    /// <summary>Makes one for addresses of one version. EMFILE; EAFNOSUPPORT: the host has no IPv6; EACCES, EPROTONOSUPPORT: it permits no echoes.</summary>
    public static int Open(HostSocketKind kind, bool isV4, out HostSocket? socket)
    {
        socket = null;
        int protocol = kind != HostSocketKind.Echo ? 0 : isV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
        int type = (kind == HostSocketKind.Stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
        int descriptor = NativeSockets.socket(isV4 ? AF_INET : AF_INET6, type, protocol);
        if (descriptor < 0)
            return Errno;
        socket = new HostSocket(descriptor);
        return 0;
    }

    /// <summary>Gives it a name; a listener's port that was used a moment ago can be had at once. EADDRINUSE, EADDRNOTAVAIL, EACCES.</summary>
    public int Bind(HostEndpoint name)
    {
        if (!name.IsV4)
            Set(IPPROTO_IPV6, IPV6_V6ONLY, 1);
        byte* bytes = stackalloc byte[HostEndpoint.Size];
        int length = name.Write(new Span<byte>(bytes, HostEndpoint.Size));
        return bind(Descriptor, bytes, length) == 0 ? 0 : Errno;
    }

    /// <summary>Takes connections from now on; before <see cref="Bind"/> call <see cref="AllowReuse"/>. EADDRINUSE.</summary>
    public int Listen(int backlog) => listen(Descriptor, backlog) == 0 ? 0 : Errno;

    /// <summary>Connections that linger from an earlier use keep nobody from binding. SO_REUSEADDR.</summary>
    public void AllowReuse() => Set(SOL_SOCKET, SO_REUSEADDR, 1);

    /// <summary>Connects. EINPROGRESS: it becomes writable when the outcome is known, which <see cref="TakeError"/> tells.</summary>
    public int Connect(HostEndpoint to)
    {
        byte* bytes = stackalloc byte[HostEndpoint.Size];
        int length = to.Write(new Span<byte>(bytes, HostEndpoint.Size));
        try
        {
            return connect(Descriptor, bytes, length) == 0 ? 0 : Errno;
        }
        catch (ObjectDisposedException)
        {
            return EBADF;
        }
    }

    /// <summary>Takes a connection. EAGAIN: there is none; EMFILE.</summary>
    public int Accept(out HostSocket? accepted, out HostEndpoint from)
    {
        accepted = null;
        from = default;
        byte* name = stackalloc byte[HostEndpoint.Size];
        int length = HostEndpoint.Size;
        try
        {
            int descriptor = accept4(Descriptor, name, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor < 0)
                return Errno;
            from = HostEndpoint.Read(new ReadOnlySpan<byte>(name, length));
            accepted = new HostSocket(descriptor);
            return 0;
        }
        catch (ObjectDisposedException)
        {
            return EBADF;
        }
    }

    /// <summary>Sends to the other end; answers how many bytes it took, or an error negated.</summary>
    public long Send(ReadOnlySpan<byte> data)
    {
        try
        {
            fixed (byte* bytes = data)
                return Result(send(Descriptor, bytes, (nuint)data.Length, MSG_DONTWAIT | MSG_NOSIGNAL));
        }
        catch (ObjectDisposedException)
        {
            return -EBADF;
        }
    }

    /// <summary>Receives from the other end; answers how many bytes came, 0 at the end of a stream, or an error negated.</summary>
    public long Receive(Span<byte> into)
    {
        try
        {
            fixed (byte* bytes = into)
                return Result(recv(Descriptor, bytes, (nuint)into.Length, MSG_DONTWAIT));
        }
        catch (ObjectDisposedException)
        {
            return -EBADF;
        }
    }

    /// <summary>Sends a datagram to a name.</summary>
    public long SendTo(ReadOnlySpan<byte> data, HostEndpoint to)
    {
        byte* name = stackalloc byte[HostEndpoint.Size];
        int length = to.Write(new Span<byte>(name, HostEndpoint.Size));
        try
        {
            fixed (byte* bytes = data)
                return Result(sendto(Descriptor, bytes, (nuint)data.Length, MSG_DONTWAIT | MSG_NOSIGNAL, name, length));
        }
        catch (ObjectDisposedException)
        {
            return -EBADF;
        }
    }

    /// <summary>Receives a datagram, and who sent it.</summary>
    public long ReceiveFrom(Span<byte> into, out HostEndpoint from)
    {
        byte* name = stackalloc byte[HostEndpoint.Size];
        int length = HostEndpoint.Size;
        from = default;
        try
        {
            fixed (byte* bytes = into)
            {
                nint got = recvfrom(Descriptor, bytes, (nuint)into.Length, MSG_DONTWAIT, name, &length);
                if (got >= 0)
                    from = HostEndpoint.Read(new ReadOnlySpan<byte>(name, length));
                return Result(got);
            }
        }
        catch (ObjectDisposedException)
        {
            return -EBADF;
        }
    }

    /// <summary>The error that waits to be told; how a connect has ended. 0: none.</summary>
    public int TakeError()
    {
        int error = 0, length = sizeof(int);
        try
        {
            return getsockopt(Descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : Errno;
        }
        catch (ObjectDisposedException)
        {
            return EBADF;
        }
    }

    /// <summary>Ends what is sent; the other direction goes on.</summary>
    public int EndSending()
    {
        try
        {
            return shutdown(Descriptor, SHUT_WR) == 0 ? 0 : Errno;
        }
        catch (ObjectDisposedException)
        {
            return EBADF;
        }
    }

    /// <summary>What is sent leaves at once. TCP_NODELAY.</summary>
    public void SendAtOnce() => Set(IPPROTO_TCP, TCP_NODELAY, 1);

    /// <summary>Asks an other end that is silent whether it is there. Seconds. tcp(7).</summary>
    public void KeepAlive(int idle, int interval, int count)
    {
        Set(SOL_SOCKET, SO_KEEPALIVE, 1);
        Set(IPPROTO_TCP, TCP_KEEPIDLE, idle);
        Set(IPPROTO_TCP, TCP_KEEPINTVL, interval);
        Set(IPPROTO_TCP, TCP_KEEPCNT, count);
    }

    /// <summary>How many milliseconds what was sent may go unheard; 0: the host's time. TCP_USER_TIMEOUT.</summary>
    public void LimitSilence(int milliseconds) => Set(IPPROTO_TCP, TCP_USER_TIMEOUT, milliseconds);

    /// <summary>How often a connection is asked for before ETIMEDOUT. TCP_SYNCNT.</summary>
    public void LimitAttempts(int count) => Set(IPPROTO_TCP, TCP_SYNCNT, count);

    /// <summary>How many hops its packets may make.</summary>
    public void LimitHops(int hops, bool isV4) => Set(isV4 ? IPPROTO_IP : IPPROTO_IPV6, isV4 ? IP_TTL : IPV6_UNICAST_HOPS, hops);

    /// <summary>Closes it so that the other end is told of a break, not of an end. SO_LINGER.</summary>
    public void Abort()
    {
        long on = 1;
        Set(SOL_SOCKET, SO_LINGER, &on, sizeof(long));
        Dispose();
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => Descriptor.Dispose();

    // Options that only make things better are not missed where the host lacks them.
    private void Set(int level, int option, int value) => Set(level, option, &value, sizeof(int));

    private void Set(int level, int option, void* value, int size)
    {
        try
        {
            _ = setsockopt(Descriptor, level, option, value, size);
        }
        catch (ObjectDisposedException)
        {
            // Closed by another thread: there is nothing left to be made better.
        }
    }

    private static long Result(nint value) => value >= 0 ? value : -Errno;
}

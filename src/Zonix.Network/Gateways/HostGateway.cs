using System.Collections.Concurrent;
using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Network.Dns;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;
using Zonix.Network.Tcp;

namespace Zonix.Network.Gateways;

/// <summary>
/// The way from networks of zones to the host's, by ordinary sockets of the host. Its own address stands for the host's loopback; there
/// is the machine's name server, too. Every flow belongs to a zone, and is one descriptor of the host.
/// </summary>
public sealed partial class HostGateway : Gateway, IDisposable
{
    private const int IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_UDP = 17;
    private const ushort NamePort = 53;
    private const long LongestDelayNs = 60_000_000_000;
    private readonly KernelMachine kernel;
    private readonly IReadinessSource readiness;
    private readonly NameServer names;
    private readonly ConcurrentDictionary<HostTcpEnd, bool> ends = new();
    private volatile bool isDisposed;

    /// <summary>A gateway of a machine's networks, whose sockets <paramref name="readiness"/> watches.</summary>
    public HostGateway(KernelMachine kernel, IReadinessSource readiness, GatewayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        this.kernel = kernel;
        this.readiness = readiness;
        Options = options ?? new GatewayOptions();
        names = new NameServer(kernel, readiness, Options);
        sweep = new KernelTimer(new Sweep(this));
    }

    /// <summary>What it was made with.</summary>
    public GatewayOptions Options { get; }

    /// <summary>Connections of TCP that are open.</summary>
    public int OpenConnections => ends.Count;

    internal long NowNs => kernel.Clock.MonotonicNs;

    /// <inheritdoc/>
    internal override IDisposable? Connect(NetworkPort from, TcpSocket socket)
    {
        IpAddress to = socket.Remote;
        ushort port = socket.RemotePort;
        if (port == NamePort && from.Network.IsGateway(to))
        {
            socket.Establish(new NameConnection(names, from));
            return null;
        }
        NetworkAccess access = from.Stack.Access;
        Errno e = Reach(from, access, IPPROTO_TCP, to, port, out HostEndpoint there);
        long delayNs = 0;
        // As when all local ports are taken.
        if (e == 0 && !access.Opens(LongestDelayNs, out delayNs))
            e = Errno.EADDRNOTAVAIL;
        if (e != 0)
        {
            socket.Refuse(e);
            return null;
        }
        var end = new HostTcpEnd(this, from, access);
        ends.TryAdd(end, true);
        end.Connect(socket, there, delayNs);
        return end;
    }

    /// <inheritdoc/>
    internal override void Detached(NetworkPort port)
    {
        foreach (HostTcpEnd end in ends.Keys)
        {
            if (end.Port == port)
                end.Break();
        }
        foreach (PublishedPort published in publishedPorts.Keys)
        {
            if (published.Port == port)
                published.Dispose();
        }
        CloseFlows(port);
    }

    /// <summary>Ends all flows and published ports.</summary>
    public void Dispose()
    {
        isDisposed = true;
        foreach (PublishedPort published in publishedPorts.Keys)
            published.Dispose();
        foreach (HostTcpEnd end in ends.Keys)
            end.Break();
        CloseFlows(null);
        kernel.Scheduler.Timers.Cancel(sweep);
    }

    internal bool Watch(HostSocket socket, IReadinessObserver observer, out IReadinessWatch? watch)
    {
        watch = null;
        return !isDisposed && readiness.TryAdd(socket.Descriptor, observer, out watch);
    }

    internal void Arm(KernelTimer timer, long delayNs) => kernel.Scheduler.Timers.Arm(timer, NowNs + delayNs);

    internal void Disarm(KernelTimer timer) => kernel.Scheduler.Timers.Cancel(timer);

    internal void Forget(HostTcpEnd end) => ends.TryRemove(end, out _);

    /// <summary>
    /// Where of the host's network an address is that a zone sends to. EACCES: the zone's policy denies it, as a route that prohibits
    /// does; ECONNREFUSED, EHOSTUNREACH: nothing is there for it.
    /// </summary>
    private Errno Reach(NetworkPort from, NetworkAccess access, int protocol, IpAddress to, ushort port, out HostEndpoint there)
    {
        there = default;
        if (!access.Permits(from, protocol, to, port))
            return Errno.EACCES;
        if (from.Network.IsGateway(to))
        {
            there = new HostEndpoint((to.IsV4 ? IpAddress.Loopback : IpAddress.LoopbackV6).Bits, port);
            return from.Network.IsInternal || !Options.ReachesHost ? Errno.ECONNREFUSED : 0;
        }
        there = new HostEndpoint(to.Bits, port);
        return KnownNetworks.IsNowhere(to) || to.IsLinkLocal ? Errno.EHOSTUNREACH : 0;
    }
}

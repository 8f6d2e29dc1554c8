using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;

namespace Zonix.Network.Gateways;

/// <summary>A port of the host that leads into a zone while this lives.</summary>
public abstract class PublishedPort : IDisposable, IReadinessObserver
{
    private IReadinessWatch? watch;
    private int isClosed;

    private protected PublishedPort(HostGateway gateway, NetworkPort port, PortBinding binding, HostSocket socket)
    {
        Gateway = gateway;
        Port = port;
        Socket = socket;
        Binding = binding with { HostPort = socket.Local.Port };
    }

    /// <summary>What leads where; the host's port is the one that it got.</summary>
    public PortBinding Binding { get; }

    /// <summary>The zone's place on the network.</summary>
    internal NetworkPort Port { get; }

    private protected HostGateway Gateway { get; }

    private protected HostSocket Socket { get; }

    private protected bool IsClosed => Volatile.Read(ref isClosed) != 0;

    /// <inheritdoc/>
    public abstract void Ready(HostReadiness readiness);

    /// <summary>Nobody comes in by it any more; connections that are open stay.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0)
            return;
        watch?.Dispose();
        Socket.Dispose();
        Closed();
        Gateway.Forget(this);
        GC.SuppressFinalize(this);
    }

    internal bool Start()
    {
        if (!Gateway.Watch(Socket, this, out watch))
            return false;
        Listen();
        return true;
    }

    /// <summary>Sends an answer of the zone's back to who asked. False: it is no such answer.</summary>
    internal virtual bool Answers(in FlowKey key, ReadOnlySpan<byte> data) => false;

    private protected virtual void Closed()
    {
    }

    private protected void Listen()
    {
        if (!IsClosed)
            watch!.Arm(HostReadiness.Read);
    }

    /// <summary>The zone's address that what comes from outside goes to; null: it has none of that version.</summary>
    private protected IpAddress? Target => AddressOf(Binding.Address.IsV4) ?? AddressOf(!Binding.Address.IsV4);

    /// <summary>
    /// Who comes in, as the zone sees it: its own address, or the gateway's when the zone could not answer there: the host's loopback is
    /// not the zone's, and a zone with one version of IP knows no addresses of the other.
    /// </summary>
    private protected IpAddress SeenFrom(HostEndpoint remote, IpAddress target)
    {
        var address = new IpAddress(remote.Address);
        bool isReal = address.IsV4 == target.IsV4 && !KnownHost(address);
        return isReal ? address : (target.IsV4 ? Port.Network.V4?.Gateway : Port.Network.V6?.Gateway) ?? address;
    }

    private bool KnownHost(IpAddress address) => Policy.KnownNetworks.IsNowhere(address) || address.IsLinkLocal || Port.Network.Contains(address);

    private IpAddress? AddressOf(bool isV4)
    {
        foreach (InterfaceAddress own in Port.Interface.Addresses)
        {
            if (own.Address.IsV4 == isV4 && !own.Address.IsLinkLocal && Port.Network.Find(own.Address) == Port)
                return own.Address;
        }
        return null;
    }
}

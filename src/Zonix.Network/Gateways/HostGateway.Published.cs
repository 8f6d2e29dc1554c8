using System.Collections.Concurrent;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <content>Ports of the host that lead into zones.</content>
public sealed partial class HostGateway
{
    private const int Backlog = 4096;
    private readonly ConcurrentDictionary<PublishedPort, bool> publishedPorts = new();

    /// <summary>Those that are open.</summary>
    public IReadOnlyCollection<PublishedPort> PublishedPorts => [.. publishedPorts.Keys];

    /// <summary>
    /// Opens a port of the host that leads into a zone. EADDRINUSE: somebody has it; EACCES: the host keeps it for others;
    /// EADDRNOTAVAIL: the host has no such address; EAFNOSUPPORT: nor that version of IP.
    /// </summary>
    public Errno Publish(NetworkPort port, PortBinding binding, out PublishedPort? published)
    {
        ArgumentNullException.ThrowIfNull(port);
        published = null;
        HostSocketKind kind = binding.IsUdp ? HostSocketKind.Datagrams : HostSocketKind.Stream;
        int e = HostSocket.Open(kind, binding.Address.IsV4, out HostSocket? socket);
        if (e != 0)
            return (Errno)e;
        if (!binding.IsUdp)
            socket!.AllowReuse();
        e = socket!.Bind(new HostEndpoint(binding.Address.Bits, binding.HostPort));
        if (e == 0 && !binding.IsUdp)
            e = socket.Listen(Backlog);
        if (e != 0)
        {
            socket.Dispose();
            return (Errno)e;
        }
        PublishedPort made = binding.IsUdp ? new PublishedDatagrams(this, port, binding, socket) : new PublishedStream(this, port, binding, socket);
        publishedPorts.TryAdd(made, true);
        if (!made.Start())
        {
            made.Dispose();
            return Errno.ENOMEM;
        }
        published = made;
        return 0;
    }

    internal void Forget(PublishedPort published) => publishedPorts.TryRemove(published, out _);

    internal HostTcpEnd Adopt(NetworkPort port, NetworkAccess access, HostSocket accepted)
    {
        var end = new HostTcpEnd(this, port, access);
        end.Adopt(accepted);
        ends.TryAdd(end, true);
        return end;
    }
}

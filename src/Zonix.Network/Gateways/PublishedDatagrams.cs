using System.Collections.Concurrent;
using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <summary>A port of UDP of the host's. Who has sent something in by it is answered from it; the oldest are forgotten when they are many.</summary>
internal sealed class PublishedDatagrams(HostGateway gateway, NetworkPort port, PortBinding binding, HostSocket socket)
    : PublishedPort(gateway, port, binding, socket)
{
    private const int Largest = 65536, MostTurns = 64, MostPeers = 4096, UsualHops = 64;
    private const long LatestNs = 100_000_000;
    private readonly byte[] buffer = new byte[Largest];
    private readonly ConcurrentDictionary<(IpAddress To, ushort Port), HostEndpoint> peers = new();
    private readonly Queue<(IpAddress To, ushort Port)> order = new();

    /// <inheritdoc/>
    public override void Ready(HostReadiness readiness)
    {
        for (int turn = 0; turn < MostTurns && !IsClosed; turn++)
        {
            long got = Socket.ReceiveFrom(buffer, out HostEndpoint from);
            if (got < 0)
                break;
            Deliver(buffer.AsSpan(0, (int)got), from);
        }
        Listen();
    }

    /// <inheritdoc/>
    internal override bool Answers(in FlowKey key, ReadOnlySpan<byte> data)
    {
        if (key.Port != Port || key.FromPort != Binding.ZonePort || !peers.TryGetValue((key.To, key.ToPort), out HostEndpoint there))
            return false;
        if (Port.Stack.Access.Charge(data.Length, isSent: true, LatestNs) < 0)
            return true;
        if (Socket.SendTo(data, there) >= 0)
            Port.Interface.Counters.CountSent(data.Length);
        return true;
    }

    private void Deliver(ReadOnlySpan<byte> data, HostEndpoint from)
    {
        if (Target is not { } target || Port.Stack.Access.Charge(data.Length, isSent: false, LatestNs) < 0)
            return;
        IpAddress seen = SeenFrom(from, target);
        if (!peers.TryGetValue((seen, from.Port), out HostEndpoint known))
        {
            order.Enqueue((seen, from.Port));
            if (order.Count > MostPeers)
                peers.TryRemove(order.Dequeue(), out _);
        }
        if (known != from)
            peers[(seen, from.Port)] = from;
        Port.Stack.ReceiveDatagram(Port, new DatagramHead(seen, from.Port, target, Binding.ZonePort, UsualHops, 0), data);
    }
}

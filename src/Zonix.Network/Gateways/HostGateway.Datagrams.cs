using System.Collections.Concurrent;
using Zonix.Host.Sockets;
using Zonix.Kernel.Time;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <content>Flows of UDP.</content>
public sealed partial class HostGateway
{
    private const long SweepNs = 5_000_000_000;
    private readonly ConcurrentDictionary<FlowKey, DatagramFlow> flows = new();
    private readonly KernelTimer sweep;
    private int isSweeping;

    /// <summary>Flows of UDP that are open.</summary>
    public int OpenFlows => flows.Count;

    /// <inheritdoc/>
    internal override Errno Send(NetworkPort from, in DatagramHead head, ReadOnlySpan<byte> data)
    {
        if (head.ToPort == NamePort && from.Network.IsGateway(head.To))
        {
            names.Ask(from, head, data);
            return 0;
        }
        var key = new FlowKey(from, head.From, head.FromPort, head.To, head.ToPort);
        if (flows.TryGetValue(key, out DatagramFlow? flow))
            return flow.Send(data);
        foreach (PublishedPort one in publishedPorts.Keys)
        {
            if (one.Answers(key, data))
                return 0;
        }
        Errno e = OpenFlow(key, out flow);
        return e != 0 ? e : flow?.Send(data) ?? 0;
    }

    internal void Forget(DatagramFlow flow)
    {
        if (flows.TryRemove(new KeyValuePair<FlowKey, DatagramFlow>(flow.Key, flow)))
            flow.Close();
    }

    /// <summary>Nobody has the port there. RFC 792, RFC 4443.</summary>
    internal static PacketError NoPort(IpAddress to)
    {
        const byte IcmpOrigin = 2, Icmp6Origin = 3, DestinationUnreachable = 3, PortUnreachable = 3, V6Unreachable = 1, V6NoPort = 4;
        return to.IsV4
            ? new PacketError(Errno.ECONNREFUSED, IcmpOrigin, DestinationUnreachable, PortUnreachable, to)
            : new PacketError(Errno.ECONNREFUSED, Icmp6Origin, V6Unreachable, V6NoPort, to);
    }

    private Errno OpenFlow(in FlowKey key, out DatagramFlow? flow)
    {
        flow = null;
        NetworkAccess access = key.Port.Stack.Access;
        Errno e = Reach(key.Port, access, IPPROTO_UDP, key.To, key.ToPort, out HostEndpoint there);
        if (e != 0)
            return e;
        if (!access.Opens(longestNs: 0, out _))
            return Errno.ENOBUFS;
        int failed = HostSocket.Open(HostSocketKind.Datagrams, there.IsV4, out HostSocket? socket);
        if (failed == 0)
            failed = socket!.Connect(there);
        if (failed != 0)
        {
            socket?.Dispose();
            access.Closed();
            return (Errno)failed;
        }
        flow = new DatagramFlow(this, key, access, socket!);
        if (!flow.Start())
        {
            flow.Close();
            return Errno.ENOBUFS;
        }
        if (!flows.TryAdd(key, flow))
        {
            // Two threads of the zone sent at once.
            flow.Close();
            flow = flows.GetValueOrDefault(key);
        }
        if (Interlocked.Exchange(ref isSweeping, 1) == 0)
            Arm(sweep, SweepNs);
        return 0;
    }

    private void CloseFlows(NetworkPort? of)
    {
        foreach (DatagramFlow flow in flows.Values)
        {
            if (of is null || flow.Key.Port == of)
                Forget(flow);
        }
        CloseEchoes(of);
    }

    /// <summary>Ends flows in which nothing was said for long.</summary>
    private sealed class Sweep(HostGateway gateway) : IExpiry
    {
        public void Expired(long nowNs)
        {
            foreach (DatagramFlow flow in gateway.flows.Values)
            {
                if (flow.IsIdle(nowNs))
                    gateway.Forget(flow);
            }
            gateway.SweepEchoes(nowNs);
            Volatile.Write(ref gateway.isSweeping, 0);
            if (!gateway.flows.IsEmpty || !gateway.echoes.IsEmpty)
            {
                Volatile.Write(ref gateway.isSweeping, 1);
                gateway.Arm(gateway.sweep, SweepNs);
            }
        }
    }
}

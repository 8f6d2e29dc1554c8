using System.Buffers.Binary;
using System.Collections.Concurrent;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;
using Zonix.Network.Raw;

namespace Zonix.Network.Gateways;

/// <content>Echoes of ICMP. Other messages of ICMP go nowhere: an ordinary process cannot send them.</content>
public sealed partial class HostGateway
{
    private const int SmallestEcho = 8, IdentifierAt = 4, UsualHops = 64;
    private readonly ConcurrentDictionary<EchoKey, EchoFlow> echoes = new();
    private int hasToldOfEchoes;

    /// <inheritdoc/>
    internal override Errno SendIcmp(NetworkPort from, IpAddress source, IpAddress to, ReadOnlySpan<byte> message, int hops)
    {
        if (message.Length < SmallestEcho || message[0] != (to.IsV4 ? IcmpMessage.EchoRequest : IcmpMessage.EchoRequest6))
            return 0;
        if (from.Network.IsGateway(to))
        {
            AnswerEcho(from, source, to, message);
            return 0;
        }
        var key = new EchoKey(from, source, to, BinaryPrimitives.ReadUInt16BigEndian(message[IdentifierAt..]));
        if (!echoes.TryGetValue(key, out EchoFlow? flow))
        {
            Errno e = OpenEcho(key, out flow);
            if (e != 0)
                return e;
        }
        return flow!.Send(message, hops);
    }

    private Errno OpenEcho(in EchoKey key, out EchoFlow? flow)
    {
        flow = null;
        NetworkAccess access = key.Port.Stack.Access;
        Errno e = Reach(key.Port, access, IPPROTO_ICMP, key.To, 0, out HostEndpoint there);
        if (e != 0)
            return e;
        if (!access.Opens(longestNs: 0, out _))
            return Errno.ENOBUFS;
        int failed = HostSocket.Open(HostSocketKind.Echo, there.IsV4, out HostSocket? socket);
        if (failed != 0 && Interlocked.Exchange(ref hasToldOfEchoes, 1) == 0)
            kernel.Log?.Invoke($"The host permits this process no echoes of ICMP ({(Errno)failed}): see net.ipv4.ping_group_range in its icmp(7).");
        if (failed == 0)
            failed = socket!.Connect(there);
        flow = failed == 0 ? new EchoFlow(this, key, access, socket!) : null;
        if (flow is null || !flow.Start())
        {
            socket?.Dispose();
            access.Closed();
            return failed == 0 ? Errno.ENOBUFS : (Errno)failed;
        }
        if (!echoes.TryAdd(key, flow))
        {
            flow.Close();
            return echoes.TryGetValue(key, out flow) ? 0 : Errno.ENOBUFS;
        }
        if (Interlocked.Exchange(ref isSweeping, 1) == 0)
            Arm(sweep, SweepNs);
        return 0;
    }

    private static void AnswerEcho(NetworkPort from, IpAddress source, IpAddress to, ReadOnlySpan<byte> message)
    {
        byte[] answer = message.ToArray();
        answer[0] = to.IsV4 ? IcmpMessage.EchoReply : IcmpMessage.EchoReply6;
        IcmpMessage.WriteChecksum(answer, new IpHead(to, source, to.IsV4 ? IcmpMessage.Icmp : IcmpMessage.Icmp6));
        from.Stack.ReceiveIcmp(from, to, source, answer, UsualHops);
    }

    private void SweepEchoes(long nowNs)
    {
        foreach (EchoFlow flow in echoes.Values)
        {
            if (flow.IsIdle(nowNs))
                Forget(flow);
        }
    }

    private void CloseEchoes(NetworkPort? of)
    {
        foreach (EchoFlow flow in echoes.Values)
        {
            if (of is null || flow.Key.Port == of)
                Forget(flow);
        }
    }

    private void Forget(EchoFlow flow)
    {
        if (echoes.TryRemove(new KeyValuePair<EchoKey, EchoFlow>(flow.Key, flow)))
            flow.Close();
    }
}

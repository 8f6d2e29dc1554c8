using Zonix.Network.Raw;

namespace Zonix.Network;

/// <summary>The counters of a stack's protocols. Any thread.</summary>
internal sealed class ProtocolCounters
{
    // Heads of version 4 and 6, and of TCP with time stamps.
    private const int HeadV4 = 20, HeadV6 = 40, TcpHead = 32, UdpHead = 8;
    private readonly long[] counts = new long[(int)ProtocolCount.UdpLite6RcvbufErrors + 1];

    internal void Add(ProtocolCount what, long number = 1) => Interlocked.Add(ref counts[(int)what], number);

    /// <summary>Packets of IP went out; <paramref name="bytes"/> with their heads.</summary>
    internal void Sent(bool isV4, long packets, long bytes)
    {
        Add(isV4 ? ProtocolCount.IpOutRequests : ProtocolCount.Ip6OutRequests, packets);
        Add(isV4 ? ProtocolCount.IpExtOutOctets : ProtocolCount.Ip6OutOctets, bytes);
    }

    /// <summary>Packets of IP came in.</summary>
    internal void Received(bool isV4, long packets, long bytes)
    {
        Add(isV4 ? ProtocolCount.IpInReceives : ProtocolCount.Ip6InReceives, packets);
        Add(isV4 ? ProtocolCount.IpExtInOctets : ProtocolCount.Ip6InOctets, bytes);
    }

    /// <summary>Segments of TCP went out and came in, with so many bytes of data.</summary>
    internal void Segments(bool isV4, long sent, long received, long sentBytes = 0, long receivedBytes = 0)
    {
        int head = (isV4 ? HeadV4 : HeadV6) + TcpHead;
        if (sent > 0)
        {
            Add(ProtocolCount.TcpOutSegs, sent);
            Sent(isV4, sent, sentBytes + (sent * head));
        }
        if (received > 0)
        {
            Add(ProtocolCount.TcpInSegs, received);
            Received(isV4, received, receivedBytes + (received * head));
        }
    }

    /// <summary>A datagram went out.</summary>
    internal void DatagramSent(bool isV4, bool isLite, int length)
    {
        Add(OfDatagrams(ProtocolCount.UdpOutDatagrams, isV4, isLite));
        Sent(isV4, 1, length + UdpHead + (isV4 ? HeadV4 : HeadV6));
    }

    /// <summary>A datagram came in. What becomes of it is counted apart.</summary>
    internal void DatagramReceived(bool isV4, int length) => Received(isV4, 1, length + UdpHead + (isV4 ? HeadV4 : HeadV6));

    /// <summary>The counter of a kind of datagrams that is like one of UDP's of version 4.</summary>
    internal static ProtocolCount OfDatagrams(ProtocolCount like, bool isV4, bool isLite)
    {
        const int Each = ProtocolCount.Udp6InDatagrams - ProtocolCount.UdpInDatagrams;
        return like + ((isV4 ? 0 : Each) + (isLite ? 2 * Each : 0));
    }

    /// <summary>A message of ICMP came in or went out.</summary>
    internal void Icmp(bool isV4, byte type, bool isOut)
    {
        ProtocolCount first = isV4
            ? isOut ? ProtocolCount.IcmpOutMsgs : ProtocolCount.IcmpInMsgs
            : isOut ? ProtocolCount.Icmp6OutMsgs : ProtocolCount.Icmp6InMsgs;
        Add(first);
        int kind = (isV4, type) switch
        {
            (true, IcmpMessage.Unreachable) or (false, IcmpMessage.Unreachable6) => 1,
            (true, IcmpMessage.TimeExceeded) or (false, IcmpMessage.TimeExceeded6) => 2,
            (true, IcmpMessage.EchoRequest) or (false, IcmpMessage.EchoRequest6) => 3,
            (true, IcmpMessage.EchoReply) or (false, IcmpMessage.EchoReply6) => 4,
            _ => 0,
        };
        if (kind != 0)
            Add(first + kind);
    }

    /// <summary>A report of a datagram that nobody takes, which is told without a packet, went out or came in.</summary>
    internal void Unreachable(bool isV4, bool isOut, int quoted)
    {
        Icmp(isV4, isV4 ? IcmpMessage.Unreachable : IcmpMessage.Unreachable6, isOut);
        int length = IcmpMessage.HeadSize + quoted + UdpHead + (2 * (isV4 ? HeadV4 : HeadV6));
        if (isOut)
            Sent(isV4, 1, length);
        else
            Received(isV4, 1, length);
    }

    /// <summary>All of them, by name.</summary>
    internal Dictionary<string, long> Read()
    {
        var all = new Dictionary<string, long>();
        foreach (ProtocolCount one in Enum.GetValues<ProtocolCount>())
            all[one.ToString()] = Volatile.Read(ref counts[(int)one]);
        return all;
    }
}

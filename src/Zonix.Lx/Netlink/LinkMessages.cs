using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWLINK. rtnetlink(7), struct ifinfomsg.</summary>
internal static class LinkMessages
{
    internal const int RTM_NEWLINK = 16, StructureSize = 16;

    private const int RTM_DELLINK = 17;

    private const int IFLA_ADDRESS = 1, IFLA_BROADCAST = 2, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_QDISC = 6, IFLA_STATS = 7, IFLA_TXQLEN = 13;
    private const int IFLA_OPERSTATE = 16, IFLA_LINKMODE = 17, IFLA_LINKINFO = 18, IFLA_STATS64 = 23, IFLA_GROUP = 27, IFLA_PROMISCUITY = 30;
    private const int IFLA_NUM_TX_QUEUES = 31, IFLA_NUM_RX_QUEUES = 32, IFLA_CARRIER = 33, IFLA_CARRIER_CHANGES = 35, IFLA_MIN_MTU = 50;
    private const int IFLA_MAX_MTU = 51, IFLA_INFO_KIND = 1, IFLA_ALT_IFNAME = 53;
    private const byte IF_OPER_UNKNOWN = 0, IF_OPER_DOWN = 2, IF_OPER_UP = 6;
    private const int Counters = 25;

    internal static Errno Answer(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer, NetlinkFlags flags)
    {
        if (request.IsDump)
        {
            foreach (NetworkInterface one in network.Interfaces)
                Put(answer, one, flags);
            return 0;
        }
        if (request.Body.Length < StructureSize)
            return Errno.EINVAL;
        int index = BinaryPrimitives.ReadInt32LittleEndian(request.Body[4..]);
        string? name = request.Text(StructureSize, IFLA_IFNAME) ?? request.Text(StructureSize, IFLA_ALT_IFNAME);
        if (index <= 0 && name is null)
            return Errno.EINVAL;
        foreach (NetworkInterface one in network.Interfaces)
        {
            if (index > 0 ? one.Index != index : one.Name != name)
                continue;
            Put(answer, one, flags);
            return 0;
        }
        return Errno.ENODEV;
    }

    internal static void Put(NetlinkWriter answer, NetworkInterface one, NetlinkFlags flags, bool isGone = false)
    {
        Span<byte> head = answer.Begin(isGone ? RTM_DELLINK : RTM_NEWLINK, StructureSize, flags);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], one.HardwareType);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], one.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)one.Flags);
        bool isUp = (one.Flags & InterfaceFlags.IFF_UP) != 0;
        answer.Put(IFLA_IFNAME, one.Name);
        answer.Put(IFLA_TXQLEN, (uint)one.QueueLength);
        answer.Put(IFLA_OPERSTATE, !isUp ? IF_OPER_DOWN : one.Kind != "veth" ? IF_OPER_UNKNOWN : IF_OPER_UP);
        answer.Put(IFLA_LINKMODE, (byte)0);
        answer.Put(IFLA_MTU, (uint)one.Mtu);
        answer.Put(IFLA_MIN_MTU, one.IsLoopback ? 0u : 68);
        answer.Put(IFLA_MAX_MTU, one.IsLoopback ? 0u : 65535);
        answer.Put(IFLA_GROUP, 0u);
        answer.Put(IFLA_PROMISCUITY, 0u);
        answer.Put(IFLA_NUM_TX_QUEUES, 1u);
        answer.Put(IFLA_NUM_RX_QUEUES, 1u);
        answer.Put(IFLA_CARRIER, (byte)1);
        answer.Put(IFLA_QDISC, "noqueue");
        answer.Put(IFLA_CARRIER_CHANGES, 0u);
        answer.Put(IFLA_ADDRESS, one.HardwareAddress);
        answer.Put(IFLA_BROADCAST, one.IsLoopback ? new byte[6] : [255, 255, 255, 255, 255, 255]);
        PutCounters(answer, one.Counters);
        if (one.Kind.Length > 0)
        {
            int nested = answer.BeginNested(IFLA_LINKINFO);
            answer.Put(IFLA_INFO_KIND, one.Kind);
            answer.EndNested(nested);
        }
        answer.End();
    }

    private static void PutCounters(NetlinkWriter answer, InterfaceCounters counters)
    {
        ReadOnlySpan<long> known =
        [
            counters.ReceivedPackets, counters.SentPackets, counters.ReceivedBytes, counters.SentBytes, 0, 0, counters.Dropped,
        ];
        Span<byte> wide = stackalloc byte[Counters * sizeof(long)], narrow = stackalloc byte[(Counters - 1) * sizeof(int)];
        wide.Clear();
        narrow.Clear();
        for (int i = 0; i < known.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(wide[(i * sizeof(long))..], known[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(narrow[(i * sizeof(int))..], unchecked((uint)known[i]));
        }
        answer.Put(IFLA_STATS64, wide);
        answer.Put(IFLA_STATS, narrow);
    }
}

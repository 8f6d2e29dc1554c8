using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWNEIGH. rtnetlink(7), struct ndmsg. Who is there is known by the network; nothing can be changed.</summary>
internal static class NeighbourMessages
{
    private const int RTM_NEWNEIGH = 28, StructureSize = 12, NDA_DST = 1, NDA_LLADDR = 2;
    private const ushort NUD_REACHABLE = 2;
    private const byte NTF_ROUTER = 0x80, RTN_UNICAST = 1;

    internal static Errno Answer(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        byte family = request.Body[0];
        int index = request.Body.Length >= StructureSize ? BinaryPrimitives.ReadInt32LittleEndian(request.Body[4..]) : 0;
        if (request.IsDump)
        {
            foreach (NetworkNeighbour one in network.Neighbours)
            {
                if ((family == 0 || family == NetlinkAddress.AF_INET == one.Address.IsV4) && (index == 0 || one.Interface == index))
                    Put(answer, one, NetlinkFlags.NLM_F_MULTI);
            }
            return 0;
        }
        if (request.Body.Length < StructureSize || !NetlinkAddress.TryRead(family, request.Attribute(StructureSize, NDA_DST), out IpAddress wanted))
            return Errno.EINVAL;
        foreach (NetworkNeighbour one in network.Neighbours)
        {
            if (one.Address != wanted || (index != 0 && one.Interface != index))
                continue;
            Put(answer, one, 0);
            return 0;
        }
        return Errno.ENOENT;
    }

    private static void Put(NetlinkWriter answer, in NetworkNeighbour one, NetlinkFlags flags)
    {
        Span<byte> head = answer.Begin(RTM_NEWNEIGH, StructureSize, flags);
        head[0] = one.Address.IsV4 ? NetlinkAddress.AF_INET : NetlinkAddress.AF_INET6;
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], one.Interface);
        BinaryPrimitives.WriteUInt16LittleEndian(head[8..], NUD_REACHABLE);
        head[10] = one.IsRouter && !one.Address.IsV4 ? NTF_ROUTER : (byte)0;
        head[11] = RTN_UNICAST;
        answer.Put(NDA_DST, one.Address);
        answer.Put(NDA_LLADDR, one.HardwareAddress);
        answer.End();
    }
}

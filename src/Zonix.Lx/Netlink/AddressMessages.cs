using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWADDR. rtnetlink(7), struct ifaddrmsg.</summary>
internal static class AddressMessages
{
    internal const int RTM_NEWADDR = 20, StructureSize = 8;

    private const int RTM_DELADDR = 21;

    private const int IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_LABEL = 3, IFA_BROADCAST = 4, IFA_CACHEINFO = 6, IFA_FLAGS = 8;
    private const byte AF_INET = 2, AF_INET6 = 10, IFA_F_PERMANENT = 0x80, RT_SCOPE_UNIVERSE = 0, RT_SCOPE_LINK = 253, RT_SCOPE_HOST = 254;

    internal static void Dump(INetworkStack network, int family, in NetlinkRequest request, NetlinkWriter answer)
    {
        // Only who wants strict answers is given those of one interface.
        int index = request.Body.Length >= StructureSize ? BinaryPrimitives.ReadInt32LittleEndian(request.Body[4..]) : 0;
        Dump(network, AF_INET, family, index, answer);
        Dump(network, AF_INET6, family, index, answer);
    }

    /// <summary>How far an address of an interface is known.</summary>
    internal static byte ScopeOf(IpAddress address) =>
        address.IsLoopback ? RT_SCOPE_HOST : address.IsLinkLocal ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;

    private static void Dump(INetworkStack network, int family, int wanted, int index, NetlinkWriter answer)
    {
        if (wanted != 0 && wanted != family)
            return;
        foreach (NetworkInterface one in network.Interfaces)
        {
            if (index != 0 && one.Index != index)
                continue;
            foreach (InterfaceAddress address in one.Addresses)
            {
                if (address.Address.IsV4 == (family == AF_INET))
                    Put(answer, one, address, NetlinkFlags.NLM_F_MULTI);
            }
        }
    }

    internal static void Put(NetlinkWriter answer, NetworkInterface one, in InterfaceAddress address, NetlinkFlags flags, bool isGone = false)
    {
        bool isV4 = address.Address.IsV4;
        Span<byte> head = answer.Begin(isGone ? RTM_DELADDR : RTM_NEWADDR, StructureSize, flags);
        head[0] = isV4 ? AF_INET : AF_INET6;
        head[1] = (byte)address.Prefix;
        head[2] = IFA_F_PERMANENT;
        head[3] = ScopeOf(address.Address);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], one.Index);
        answer.Put(IFA_ADDRESS, address.Address);
        if (isV4)
        {
            answer.Put(IFA_LOCAL, address.Address);
            if (!one.IsLoopback && address.Prefix < 31)
                answer.Put(IFA_BROADCAST, IpAddress.V4(address.Address.V4Bits | (uint.MaxValue >> address.Prefix)));
            answer.Put(IFA_LABEL, one.Name);
        }
        answer.Put(IFA_FLAGS, (uint)IFA_F_PERMANENT);
        Span<byte> times = stackalloc byte[16];
        times.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(times, ulong.MaxValue);
        answer.Put(IFA_CACHEINFO, times);
        answer.End();
    }
}

using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWADDR, RTM_DELADDR. rtnetlink(7), struct ifaddrmsg.</summary>
internal static class AddressChanges
{
    private const int StructureSize = AddressMessages.StructureSize, IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_FLAGS = 8;
    private const uint IFA_F_NOPREFIXROUTE = 0x200;

    internal static Errno Add(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        Errno e = Read(request, out int index, out InterfaceAddress address);
        if (e != 0)
            return e;
        bool hasRoute = ((uint)(request.Number(StructureSize, IFA_FLAGS) ?? 0) & IFA_F_NOPREFIXROUTE) == 0;
        e = network.AddAddress(index, address, hasRoute);
        if (e == Errno.EEXIST && (request.Header.Flags & NetlinkFlags.NLM_F_REPLACE) != 0 && (request.Header.Flags & NetlinkFlags.NLM_F_EXCL) == 0)
            return 0;
        return e == Errno.EADDRINUSE ? answer.Complain(e, "somebody else of the network has the address") : e;
    }

    internal static Errno Remove(INetworkStack network, in NetlinkRequest request)
    {
        Errno e = Read(request, out int index, out InterfaceAddress address);
        return e != 0 ? e : network.RemoveAddress(index, address);
    }

    private static Errno Read(in NetlinkRequest request, out int index, out InterfaceAddress address)
    {
        (index, address) = (0, default);
        if (request.Body.Length < StructureSize)
            return Errno.EINVAL;
        ReadOnlySpan<byte> text = request.Attribute(StructureSize, IFA_LOCAL);
        if (text.Length == 0)
            text = request.Attribute(StructureSize, IFA_ADDRESS);
        if (text.Length != (request.Body[0] == NetlinkAddress.AF_INET ? 4 : 16) || !NetlinkAddress.TryRead(request.Body[0], text, out IpAddress own))
            return Errno.EINVAL;
        if (request.Body[1] > (own.IsV4 ? 32 : 128) || own.IsMulticast || own.IsAny)
            return Errno.EINVAL;
        index = BinaryPrimitives.ReadInt32LittleEndian(request.Body[4..]);
        address = new InterfaceAddress(own, request.Body[1]);
        return 0;
    }
}

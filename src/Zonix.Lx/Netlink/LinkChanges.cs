using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK. rtnetlink(7), struct ifinfomsg.</summary>
internal static class LinkChanges
{
    private const int StructureSize = 16;
    private const int IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_MASTER = 10, IFLA_TXQLEN = 13, IFLA_LINKINFO = 18, IFLA_NET_NS_PID = 19;
    private const int IFLA_NET_NS_FD = 28, IFLA_ALT_IFNAME = 53, IFLA_INFO_KIND = 1;

    /// <summary>Makes an interface, or changes one.</summary>
    internal static Errno Set(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer, bool canCreate)
    {
        if (request.Body.Length < StructureSize)
            return Errno.EINVAL;
        NetworkInterface? found = Find(network, request, out string? rename);
        if (request.Attribute(StructureSize, IFLA_NET_NS_PID).Length > 0 || request.Attribute(StructureSize, IFLA_NET_NS_FD).Length > 0)
            return answer.Complain(Errno.EINVAL, "a zone has one network namespace");
        if (request.Number(StructureSize, IFLA_MASTER) is > 0)
            return answer.Complain(Errno.EOPNOTSUPP, "interfaces cannot be joined");
        InterfaceChange change = Read(request);
        if (found is not null)
        {
            if (canCreate && (request.Header.Flags & NetlinkFlags.NLM_F_EXCL) != 0)
                return Errno.EEXIST;
            return network.ChangeInterface(found.Index, change with { Name = rename });
        }
        if (!canCreate || (request.Header.Flags & NetlinkFlags.NLM_F_CREATE) == 0)
            return Errno.ENODEV;
        string kind = request.NestedText(StructureSize, IFLA_LINKINFO, IFLA_INFO_KIND) ?? "";
        if (kind == "dummy")
            return network.CreateDummy(request.Text(StructureSize, IFLA_IFNAME) ?? "", change);
        return answer.Complain(
            Errno.EOPNOTSUPP,
            kind == "veth" ? "interfaces that lead out of a zone are made with its networks" : "Unknown device type");
    }

    /// <summary>Takes an interface away.</summary>
    internal static Errno Remove(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        if (request.Body.Length < StructureSize)
            return Errno.EINVAL;
        if (Find(network, request, out _) is not { } found)
            return Errno.ENODEV;
        Errno e = network.RemoveInterface(found.Index);
        return e == Errno.EOPNOTSUPP && !found.IsLoopback ? answer.Complain(e, "the interface is part of the zone's configuration") : e;
    }

    private static NetworkInterface? Find(INetworkStack network, in NetlinkRequest request, out string? rename)
    {
        int index = BinaryPrimitives.ReadInt32LittleEndian(request.Body[4..]);
        string? name = request.Text(StructureSize, IFLA_IFNAME);
        rename = index > 0 ? name : null;
        string? looked = name ?? request.Text(StructureSize, IFLA_ALT_IFNAME);
        return network.Interfaces.FirstOrDefault(one => index > 0 ? one.Index == index : one.Name == looked);
    }

    private static InterfaceChange Read(in NetlinkRequest request)
    {
        ReadOnlySpan<byte> mac = request.Attribute(StructureSize, IFLA_ADDRESS);
        var flags = (InterfaceFlags)BinaryPrimitives.ReadUInt32LittleEndian(request.Body[8..]);
        var mask = (InterfaceFlags)BinaryPrimitives.ReadUInt32LittleEndian(request.Body[12..]);
        return new InterfaceChange
        {
            Mtu = request.Number(StructureSize, IFLA_MTU),
            QueueLength = request.Number(StructureSize, IFLA_TXQLEN),
            HardwareAddress = mac.Length > 0 ? mac.ToArray() : null,
            Flags = flags,
            // As on Linux no mask with flags means all of them.
            Mask = mask == 0 && flags != 0 ? (InterfaceFlags)~0 : mask,
        };
    }
}

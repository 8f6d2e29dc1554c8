using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>Interfaces and routes in /proc/net. proc_pid_net(5).</summary>
internal static class InterfaceText
{
    private const int RouteWidth = 127;
    private const uint RTF_UP = 1, RTF_GATEWAY = 2, RTF_HOST = 4, RTF_NONEXTHOP = 0x00200000, RTF_LOCAL = 0x80000000;
    private const uint KernelMetric = 256, DefaultMetric = 1024;

    /// <summary>/proc/net/dev.</summary>
    internal static string Devices(INetworkStack? network)
    {
        var text = new StringBuilder(
            "Inter-|   Receive                                                |  Transmit\n" +
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n");
        foreach (NetworkInterface one in network?.Interfaces ?? [])
        {
            InterfaceCounters c = one.Counters;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{one.Name,6}: {c.ReceivedBytes,7} {c.ReceivedPackets,7} {0,4} {c.Dropped,4} {0,4} {0,5} {0,10} {0,9} ").Append(
                CultureInfo.InvariantCulture, $"{c.SentBytes,8} {c.SentPackets,7} {0,4} {0,4} {0,4} {0,5} {0,7} {0,10}\n");
        }
        return text.ToString();
    }

    /// <summary>/proc/net/route: of version 4 what is no own address.</summary>
    internal static string Routes(INetworkStack? network)
    {
        var text = new StringBuilder("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT".PadRight(RouteWidth) + "\n");
        foreach (NetworkRoute route in Ordered(network))
        {
            if (!route.Destination.IsV4 || route.Kind != RouteKind.Unicast)
                continue;
            uint flags = RTF_UP | (route.Gateway is null ? 0 : RTF_GATEWAY) | (route.Prefix == 32 ? RTF_HOST : 0);
            uint mask = route.Prefix == 0 ? 0 : uint.MaxValue << (32 - route.Prefix);
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{NameOf(network!, route.Interface)}\t{Swap(route.Destination.V4Bits):X8}\t{Swap(route.Gateway?.V4Bits ?? 0):X8}\t{flags:X4}\t0\t0\t") +
                string.Create(CultureInfo.InvariantCulture, $"{route.Metric}\t{Swap(mask):X8}\t0\t0\t0");
            text.Append(line.PadRight(RouteWidth)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>/proc/net/if_inet6.</summary>
    internal static string Version6(INetworkStack? network)
    {
        const int ScopeHost = 0x10, ScopeLink = 0x20, Permanent = 0x80;
        var text = new StringBuilder();
        foreach (NetworkInterface one in network?.Interfaces ?? [])
        {
            foreach (InterfaceAddress own in one.Addresses)
            {
                if (own.Address.IsV4)
                    continue;
                int scope = own.Address.IsLoopback ? ScopeHost : own.Address.IsLinkLocal ? ScopeLink : 0;
                text.Append(CultureInfo.InvariantCulture, $"{Hex(own.Address)} {one.Index:x2} {own.Prefix:x2} {scope:x2} {Permanent:x2} {one.Name,8}\n");
            }
        }
        return text.ToString();
    }

    /// <summary>/proc/net/ipv6_route.</summary>
    internal static string Version6Routes(INetworkStack? network)
    {
        var text = new StringBuilder();
        foreach (NetworkRoute route in Ordered(network))
        {
            if (route.Destination.IsV4)
                continue;
            bool isOwn = route.Kind == RouteKind.Local;
            uint metric = isOwn ? 0 : route.Metric != 0 ? (uint)route.Metric : route.Gateway is null ? KernelMetric : DefaultMetric;
            uint flags = RTF_UP | (isOwn ? RTF_LOCAL | RTF_NONEXTHOP : route.Gateway is null ? 0 : RTF_GATEWAY);
            text.Append(
                CultureInfo.InvariantCulture, $"{Hex(route.Destination)} {route.Prefix:x2} {Hex(default)} 00 {Hex(route.Gateway ?? default)} ").Append(
                CultureInfo.InvariantCulture, $"{metric:x8} {1:x8} {0:x8} {flags:x8} {NameOf(network!, route.Interface),8}\n");
        }
        return text.ToString();
    }

    private static IEnumerable<NetworkRoute> Ordered(INetworkStack? network) => (network?.Routes ?? []).OrderBy(static route => route.Gateway is null ? 1 : 0);

    private static string NameOf(INetworkStack network, int index) => network.Interfaces.FirstOrDefault(one => one.Index == index)?.Name ?? "*";

    private static uint Swap(uint value) => BinaryPrimitives.ReverseEndianness(value);

    private static string Hex(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteV6(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The table of packet sockets.</summary>
    internal static string PacketSockets(INetworkStack? network)
    {
        var text = new StringBuilder("sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n");
        foreach (IPacketSocket one in network?.PacketSockets ?? [])
        {
            if (one.Name.Link is not { } name || one.Inode.GetAttributes(out InodeAttributes inode) != 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{0:x16} {3,-6} {(int)one.Kind,-4} {name.Protocol:x4}   {name.Interface,-5} {1} {0,-6} {inode.Uid,-6} {inode.Inode,-6}\n");
        }
        return text.ToString();
    }
}

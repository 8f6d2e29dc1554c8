using Zonix.Host.Sockets;

namespace Zonix.Network.Policy;

/// <summary>Addresses that mean something of themselves. RFC 6890.</summary>
internal static class KnownNetworks
{
    private static readonly (IpAddress Network, int Prefix)[] Unrouted =
    [
        (IpAddress.V4(0x0A000000), 8), (IpAddress.V4(0xAC100000), 12), (IpAddress.V4(0xC0A80000), 16),
        (IpAddress.V4(0x64400000), 10), (IpAddress.V4(0xA9FE0000), 16),
        (new IpAddress((UInt128)0xFC << 120), 7), (new IpAddress((UInt128)0xFE80 << 112), 10), (new IpAddress((UInt128)0xFEC0 << 112), 10),
    ];

    /// <summary>Whether an address is one of networks that are not public.</summary>
    internal static bool IsPrivate(IpAddress address)
    {
        foreach ((IpAddress network, int prefix) in Unrouted)
        {
            if (address.IsIn(network, prefix))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether an address means the host itself, or nobody, wherever it is used: 0.0.0.0/8, 127.0.0.0/8, ::/96, 240.0.0.0/4 and groups.
    /// No gateway passes anything on to them.
    /// </summary>
    internal static bool IsNowhere(IpAddress address) => address.IsV4
        ? address.V4Bits >> 24 is 0 or 127 || address.V4Bits >> 28 is 14 or 15
        : address.IsMulticast || (ulong)(address.Bits >> 64) == 0 && (uint)((ulong)address.Bits >> 32) == 0;

    /// <summary>The address of version 4 that one of version 6 leads to by a translator; itself: to none. RFC 6052, RFC 3056.</summary>
    internal static IpAddress Behind(IpAddress address)
    {
        if (address.IsV4)
            return address;
        if (address.Bits >> 32 == (UInt128)0x64FF9B << 64)
            return IpAddress.V4((uint)address.Bits);
        return address.Bits >> 112 == 0x2002 ? IpAddress.V4((uint)(address.Bits >> 80)) : address;
    }

    /// <summary>Whether an address is one of the host's own: whoever can bind to it has it.</summary>
    internal static bool IsHosts(IpAddress address)
    {
        if (HostSocket.Open(HostSocketKind.Datagrams, address.IsV4, out HostSocket? socket) != 0)
            return false;
        using (socket)
            return socket!.Bind(new HostEndpoint(address.Bits, 0)) == 0;
    }
}

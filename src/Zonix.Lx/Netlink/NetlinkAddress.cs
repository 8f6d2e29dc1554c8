using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>Addresses in attributes: 4 bytes or 16, by the family.</summary>
internal static class NetlinkAddress
{
    internal const byte AF_INET = 2, AF_INET6 = 10;

    /// <summary>The address that stands for all of a family.</summary>
    internal static IpAddress AnyOf(byte family) => family == AF_INET ? IpAddress.AnyV4 : IpAddress.Any;

    /// <summary>Reads one; false: it is not of the family's length, or the family none of IP.</summary>
    internal static bool TryRead(byte family, ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        if (family == AF_INET && text.Length == 4)
            address = IpAddress.ReadV4(text);
        else if (family == AF_INET6 && text.Length == 16)
            address = IpAddress.ReadV6(text);
        else
            return false;
        return true;
    }
}

using System.Globalization;
using Zonix.Kernel.Sockets;
using Zonix.Network.Fabric;

namespace Zonix.Zones.Networks;

/// <summary>Addresses and networks as text.</summary>
public static class NetworkText
{
    /// <summary>Reads 10.0.0.1/24: an address and how many of its bits are its network's.</summary>
    public static bool TryParse(string text, out IpAddress address, out int prefix)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = default;
        prefix = 0;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IpAddress.TryParse(text.AsSpan(0, slash), out address) &&
            int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= (address.IsV4 ? 32 : 128);
    }

    /// <summary>How many bits 255.255.255.0 has set; -1: it is no mask.</summary>
    public static int PrefixOf(string mask)
    {
        if (!IpAddress.TryParse(mask, out IpAddress address) || !address.IsV4)
            return -1;
        int prefix = System.Numerics.BitOperations.LeadingZeroCount(~address.V4Bits);
        return address.V4Bits == (prefix == 0 ? 0 : uint.MaxValue << (32 - prefix)) ? prefix : -1;
    }

    /// <summary>Reads 02:42:0a:d2:00:02, of an interface: six bytes, and none of a group.</summary>
    public static byte[]? ParseMac(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', '-');
        byte[] bytes = new byte[6];
        if (parts.Length != bytes.Length)
            return null;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (parts[i].Length is 0 or > 2 || !byte.TryParse(parts[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out bytes[i]))
                return null;
        }

        return (bytes[0] & 1) != 0 || bytes.All(static one => one == 0) ? null : bytes;
    }

    /// <summary>The network of a subnet and the address of its way out, which is its first if none is given; null: they do not fit.</summary>
    internal static Subnet? ToSubnet(string subnet, string? gateway)
    {
        if (!TryParse(subnet, out IpAddress network, out int prefix) || prefix > (network.IsV4 ? 30 : 126) || prefix < 8)
            return null;
        network = network.Mask(prefix);
        IpAddress way = new(network.Bits + 1);
        if (gateway is not null && (!IpAddress.TryParse(gateway, out way) || !way.IsIn(network, prefix) || way == network))
            return null;
        return new Subnet(network, prefix, way);
    }
}

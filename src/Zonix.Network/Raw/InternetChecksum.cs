using System.Buffers.Binary;

namespace Zonix.Network.Raw;

/// <summary>The checksum of IP and what it carries. RFC 1071.</summary>
internal static class InternetChecksum
{
    /// <summary>Of bytes, after <paramref name="sum"/> of others. The others' number is even.</summary>
    internal static ushort Of(ReadOnlySpan<byte> bytes, ulong sum = 0)
    {
        sum = Add(bytes, sum);
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>Of what a packet carries, with the pseudo header of its addresses. RFC 9293, RFC 8200.</summary>
    internal static ushort Of(ReadOnlySpan<byte> bytes, IpAddress from, IpAddress to, byte protocol)
    {
        Span<byte> addresses = stackalloc byte[32];
        if (from.IsV4)
        {
            from.WriteV4(addresses);
            to.WriteV4(addresses[4..]);
            addresses = addresses[..8];
        }
        else
        {
            from.WriteV6(addresses);
            to.WriteV6(addresses[16..]);
        }
        return Of(bytes, Add(addresses, protocol + (ulong)bytes.Length));
    }

    private static ulong Add(ReadOnlySpan<byte> bytes, ulong sum)
    {
        for (; bytes.Length >= 4; bytes = bytes[4..])
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }
        return bytes.Length == 0 ? sum : sum + ((ulong)bytes[0] << 8);
    }
}

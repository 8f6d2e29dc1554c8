using System.Buffers.Binary;
using System.Globalization;

namespace Zonix.Kernel.Sockets;

/// <summary>An address of IP, version 6, or version 4 in its mapped form ::ffff:a.b.c.d. RFC 4291.</summary>
/// <param name="Bits">The 128 bits, the first of the address being the highest.</param>
public readonly record struct IpAddress(UInt128 Bits)
{
    private const uint MappedPrefix = 0xFFFF;

    /// <summary>::, any address of either version.</summary>
    public static IpAddress Any => default;

    /// <summary>0.0.0.0.</summary>
    public static IpAddress AnyV4 => V4(0);

    /// <summary>127.0.0.1.</summary>
    public static IpAddress Loopback => V4(0x7F000001);

    /// <summary>::1.</summary>
    public static IpAddress LoopbackV6 => new(UInt128.One);

    /// <summary>255.255.255.255.</summary>
    public static IpAddress Broadcast => V4(uint.MaxValue);

    /// <summary>Whether it is of version 4.</summary>
    public bool IsV4 => (ulong)(Bits >> 64) == 0 && (uint)((ulong)Bits >> 32) == MappedPrefix;

    /// <summary>The address of version 4, its first byte being the highest.</summary>
    public uint V4Bits => (uint)Bits;

    /// <summary>Whether it stands for all addresses, of one version or both.</summary>
    public bool IsAny => Bits == UInt128.Zero || (IsV4 && V4Bits == 0);

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsV4 ? V4Bits >> 24 == 127 : Bits == UInt128.One;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsV4 ? V4Bits >> 28 == 14 : (ulong)(Bits >> 120) == 0xFF;

    /// <summary>fe80::/10.</summary>
    public bool IsLinkLocal => (ulong)(Bits >> 118) == 0xFE80 >> 6;

    /// <summary>An address of version 4, of its 32 bits.</summary>
    public static IpAddress V4(uint bits) => new(new UInt128(0, ((ulong)MappedPrefix << 32) | bits));

    /// <summary>An address of version 4, of its 4 bytes.</summary>
    public static IpAddress ReadV4(ReadOnlySpan<byte> bytes) => V4(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>An address of its 16 bytes.</summary>
    public static IpAddress ReadV6(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Stores its 16 bytes.</summary>
    public void WriteV6(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);

    /// <summary>Stores its 4 bytes.</summary>
    public void WriteV4(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, V4Bits);

    /// <summary>Reads the usual text of either version.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (!System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? parsed))
            return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out int length))
            return false;
        address = length == 4 ? ReadV4(bytes) : ReadV6(bytes);
        return true;
    }

    /// <summary>Whether the first bits are those of another address. Of version 4, <paramref name="prefix"/> counts its own 32 bits.</summary>
    public bool IsIn(IpAddress network, int prefix)
    {
        if (IsV4 != network.IsV4)
            return false;
        int bits = IsV4 ? prefix + 96 : prefix;
        return bits <= 0 || (Bits ^ network.Bits) >> (128 - bits) == UInt128.Zero;
    }

    /// <summary>With all but the first bits zero.</summary>
    public IpAddress Mask(int prefix)
    {
        int bits = IsV4 ? prefix + 96 : prefix;
        return bits >= 128 ? this : bits <= 0 ? default : new IpAddress(Bits >> (128 - bits) << (128 - bits));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsV4)
            return string.Create(CultureInfo.InvariantCulture, $"{V4Bits >> 24}.{(V4Bits >> 16) & 255}.{(V4Bits >> 8) & 255}.{V4Bits & 255}");
        Span<byte> bytes = stackalloc byte[16];
        WriteV6(bytes);
        return new System.Net.IPAddress(bytes).ToString();
    }
}

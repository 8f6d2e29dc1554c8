using System.Buffers.Binary;
using System.Net;

namespace Zonix.Host.Sockets;

/// <summary>An address and a port of the host's network.</summary>
/// <param name="Address">128 bits of IPv6, or of IPv4 in its mapped form ::ffff:a.b.c.d; the address's first bit is the highest.</param>
/// <param name="Port">The port; 0: any.</param>
public readonly record struct HostEndpoint(UInt128 Address, ushort Port)
{
    /// <summary>Bytes of the longest form of it that the host takes. struct sockaddr_in6.</summary>
    internal const int Size = 28;

    private const int SizeV4 = 16;

    /// <summary>Whether the address is of version 4.</summary>
    public bool IsV4 => (ulong)(Address >> 64) == 0 && (uint)((ulong)Address >> 32) == 0xFFFF;

    /// <inheritdoc/>
    public override string ToString() => Text.ToString();

    private IPEndPoint Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
            return new IPEndPoint(new IPAddress(IsV4 ? bytes[12..] : bytes), Port);
        }
    }

    /// <summary>Stores it as the host takes it; answers how many bytes that are. ip(7), ipv6(7).</summary>
    internal int Write(Span<byte> into)
    {
        into.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], Port);
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(into, NativeSockets.AF_INET);
            BinaryPrimitives.WriteUInt32BigEndian(into[4..], (uint)Address);
            return SizeV4;
        }
        BinaryPrimitives.WriteUInt16LittleEndian(into, NativeSockets.AF_INET6);
        BinaryPrimitives.WriteUInt128BigEndian(into[8..], Address);
        return Size;
    }

    /// <summary>Reads what the host gave.</summary>
    internal static HostEndpoint Read(ReadOnlySpan<byte> from)
    {
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(from[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(from) == NativeSockets.AF_INET
            ? new HostEndpoint(new UInt128(0, (0xFFFFUL << 32) | BinaryPrimitives.ReadUInt32BigEndian(from[4..])), port)
            : new HostEndpoint(BinaryPrimitives.ReadUInt128BigEndian(from[8..]), port);
    }
}

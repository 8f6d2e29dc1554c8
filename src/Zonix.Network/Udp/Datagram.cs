using System.Buffers;

namespace Zonix.Network.Udp;

/// <summary>A datagram in a socket's queue.</summary>
internal sealed class Datagram
{
    private const int Overhead = 768;
    private byte[] buffer;

    internal Datagram(int length)
    {
        Length = length;
        buffer = length > 0 ? ArrayPool<byte>.Shared.Rent(length) : [];
    }

    internal int Length { get; private set; }

    internal IpAddress From { get; init; }

    internal ushort FromPort { get; init; }

    /// <summary>Where it came in, and to which address it was sent.</summary>
    internal PacketPlace Place { get; init; }

    internal int HopLimit { get; init; }

    internal int TrafficClass { get; init; }

    /// <summary>Of a packet: where it came by; null: it is a datagram.</summary>
    internal LinkName? Link { get; init; }

    /// <summary>Of a packet that was cut: its whole length.</summary>
    internal int OriginalLength { get; init; }

    /// <summary>CLOCK_REALTIME; 0: not noted.</summary>
    internal long TimeNs { get; set; }

    /// <summary>What it counts against its receiver's buffer, about as on Linux.</summary>
    internal int Charge => Overhead + ((Length + 511) & ~511);

    internal Span<byte> Data => buffer.AsSpan(0, Length);

    /// <summary>Cuts its end off.</summary>
    internal void Truncate(int length) => Length = Math.Min(Length, length);

    internal void Recycle()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>The same, come in at another interface.</summary>
    internal Datagram Clone(int interfaceIndex)
    {
        var copy = new Datagram(Length)
        {
            From = From, FromPort = FromPort, Place = Place with { Interface = interfaceIndex }, HopLimit = HopLimit, TrafficClass = TrafficClass, TimeNs = TimeNs,
        };
        Data.CopyTo(copy.Data);
        return copy;
    }
}

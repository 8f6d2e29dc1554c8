using System.Buffers.Binary;

namespace Zonix.Kernel.Sockets;

/// <summary>The name of a packet socket: what of which interface it hears; of a packet: where it came by. packet(7), struct sockaddr_ll.</summary>
/// <param name="Protocol">The type of Ethernet, 3 for all; 0: none.</param>
/// <param name="Interface">The interface's index; 0: all.</param>
/// <param name="HardwareType">The interface's type.</param>
/// <param name="Kind">Whom a packet is for.</param>
/// <param name="Address">The address on the wire, of the sender or whom it is for; at most 8 bytes.</param>
public sealed record LinkName(ushort Protocol, int Interface, ushort HardwareType = 0, PacketKind Kind = PacketKind.Host, byte[]? Address = null)
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 20;

    private const int AddressAt = 12, LongestAddress = 8;

    /// <summary>Reads the structure; null: it is too short, or says that its address is longer than can be.</summary>
    public static LinkName? Read(ReadOnlySpan<byte> text)
    {
        // As on Linux the address may be cut off behind what it says of its length.
        if (text.Length < AddressAt || text[11] > LongestAddress || text.Length < AddressAt + text[11])
            return null;
        return new LinkName(
            BinaryPrimitives.ReadUInt16BigEndian(text[2..]), BinaryPrimitives.ReadInt32LittleEndian(text[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(text[8..]), (PacketKind)text[10], text.Slice(AddressAt, text[11]).ToArray());
    }

    /// <summary>Writes the structure.</summary>
    public void Write(Span<byte> text)
    {
        text[..Size].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(text, (ushort)SocketFamily.Packet);
        BinaryPrimitives.WriteUInt16BigEndian(text[2..], Protocol);
        BinaryPrimitives.WriteInt32LittleEndian(text[4..], Interface);
        BinaryPrimitives.WriteUInt16LittleEndian(text[8..], HardwareType);
        (text[10], text[11]) = ((byte)Kind, (byte)(Address?.Length ?? 0));
        Address?.CopyTo(text[AddressAt..]);
    }
}

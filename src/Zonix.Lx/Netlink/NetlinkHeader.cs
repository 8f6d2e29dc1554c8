using System.Buffers.Binary;

namespace Zonix.Lx.Netlink;

/// <summary>struct nlmsghdr. netlink(7).</summary>
internal readonly record struct NetlinkHeader(int Length, ushort Type, NetlinkFlags Flags, uint Sequence, uint Sender)
{
    internal const int Size = 16;

    internal static NetlinkHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
        (NetlinkFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
}

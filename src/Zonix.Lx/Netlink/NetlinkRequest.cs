using System.Buffers.Binary;
using System.Text;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Netlink;

/// <summary>A message to the kernel: its head, the structure of its kind, and attributes. netlink(7), rtnetlink(3).</summary>
internal readonly struct NetlinkRequest(KernelTask task, NetlinkHeader header, byte[] message)
{
    private const int AttributeHead = 4, TypeMask = 0x3FFF;

    /// <summary>Who sent it.</summary>
    internal KernelTask Task => task;

    internal NetlinkHeader Header => header;

    /// <summary>The whole message.</summary>
    internal byte[] Message => message;

    /// <summary>What follows the head.</summary>
    internal ReadOnlySpan<byte> Body => message.AsSpan(NetlinkHeader.Size);

    /// <summary>Whether all there are of a kind are asked for.</summary>
    internal bool IsDump => (header.Flags & NetlinkFlags.NLM_F_DUMP) == NetlinkFlags.NLM_F_DUMP;

    /// <summary>The value of an attribute behind a structure of so many bytes; empty when it is not there.</summary>
    internal ReadOnlySpan<byte> Attribute(int structureSize, int type)
    {
        ReadOnlySpan<byte> rest = Body;
        int at = (structureSize + 3) & ~3;
        while (at + AttributeHead <= rest.Length)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[at..]);
            if (length < AttributeHead || at + length > rest.Length)
                break;
            if ((BinaryPrimitives.ReadUInt16LittleEndian(rest[(at + 2)..]) & TypeMask) == type)
                return rest.Slice(at + AttributeHead, length - AttributeHead);
            at += (length + 3) & ~3;
        }
        return default;
    }

    /// <summary>The text of an attribute within another one; null when it is not there.</summary>
    internal string? NestedText(int structureSize, int outer, int inner)
    {
        ReadOnlySpan<byte> rest = Attribute(structureSize, outer);
        while (rest.Length >= AttributeHead)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (length < AttributeHead || length > rest.Length)
                return null;
            if ((BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & TypeMask) == inner)
                return Encoding.UTF8.GetString(rest[AttributeHead..length].TrimEnd((byte)0));
            rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        }
        return null;
    }

    /// <summary>The same, a number; null when it is not there.</summary>
    internal int? Number(int structureSize, int type) =>
        Attribute(structureSize, type) is { Length: >= sizeof(int) } value ? BinaryPrimitives.ReadInt32LittleEndian(value) : null;

    /// <summary>The same, a text; null when it is not there.</summary>
    internal string? Text(int structureSize, int type)
    {
        ReadOnlySpan<byte> value = Attribute(structureSize, type);
        return value.Length == 0 ? null : Encoding.UTF8.GetString(value.TrimEnd((byte)0));
    }
}

using System.Buffers.Binary;

namespace Zonix.Storage.Layers;

/// <summary>Extended attributes packed into one value: each a name of a 16-bit length and a value of a 32-bit length.</summary>
public static class AttributeList
{
    /// <summary>Packs them; null when there are none.</summary>
    public static byte[]? Pack(IReadOnlyList<(byte[] Name, byte[] Value)> attributes)
    {
        if (attributes.Count == 0)
            return null;
        int length = 0;
        foreach ((byte[] name, byte[] value) in attributes)
            length += 6 + name.Length + value.Length;
        byte[] packed = new byte[length];
        Span<byte> at = packed;
        foreach ((byte[] name, byte[] value) in attributes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)name.Length);
            name.CopyTo(at[2..]);
            at = at[(2 + name.Length)..];
            BinaryPrimitives.WriteInt32LittleEndian(at, value.Length);
            value.CopyTo(at[4..]);
            at = at[(4 + value.Length)..];
        }
        return packed;
    }

    /// <summary>Takes the next one off; false at the end, and where the value is damaged.</summary>
    public static bool TryNext(scoped ref ReadOnlySpan<byte> packed, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (packed.Length < 2)
            return false;
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(packed);
        if (packed.Length < 6 + nameLength)
            return false;
        name = packed.Slice(2, nameLength);
        int valueLength = BinaryPrimitives.ReadInt32LittleEndian(packed[(2 + nameLength)..]);
        if (valueLength < 0 || valueLength > packed.Length - 6 - nameLength)
            return false;
        value = packed.Slice(6 + nameLength, valueLength);
        packed = packed[(6 + nameLength + valueLength)..];
        return true;
    }

    /// <summary>The value of one; false when it is not there.</summary>
    public static bool TryFind(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> value)
    {
        while (TryNext(ref packed, out ReadOnlySpan<byte> name, out value))
        {
            if (name.SequenceEqual(wanted))
                return true;
        }
        return false;
    }

    /// <summary>Whether all of it can be read.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> packed)
    {
        while (TryNext(ref packed, out _, out _))
        {
        }
        return packed.IsEmpty;
    }
}

using System.Buffers.Binary;

namespace Zonix.Kernel.Vfs;

/// <summary>The entries of a directory at one moment, packed.</summary>
public sealed class DirectoryListing
{
    private byte[] packed = new byte[1024];
    private int length;

    /// <summary>Bytes used: positions in the listing lie below it.</summary>
    public int Length => length;

    /// <summary>Adds an entry.</summary>
    public void Add(ReadOnlySpan<byte> name, ulong inode, byte type)
    {
        int size = 10 + name.Length;
        if (packed.Length - length < size)
            Array.Resize(ref packed, Math.Max(packed.Length * 2, length + size));
        Span<byte> entry = packed.AsSpan(length, size);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, inode);
        entry[8] = type;
        entry[9] = (byte)name.Length;
        name.CopyTo(entry[10..]);
        length += size;
    }

    /// <summary>The entry at a position, and the next one's.</summary>
    public ReadOnlySpan<byte> Get(int position, out ulong inode, out byte type, out int next)
    {
        ReadOnlySpan<byte> entry = packed.AsSpan(position, length - position);
        inode = BinaryPrimitives.ReadUInt64LittleEndian(entry);
        type = entry[8];
        next = position + 10 + entry[9];
        return entry.Slice(10, entry[9]);
    }
}

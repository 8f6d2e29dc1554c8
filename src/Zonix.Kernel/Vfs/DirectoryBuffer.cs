using System.Buffers.Binary;

namespace Zonix.Kernel.Vfs;

/// <summary>Collects directory entries as records of struct linux_dirent64, as many as there is room for and are wanted. getdents64(2).</summary>
public ref struct DirectoryBuffer(Span<byte> space, int most = int.MaxValue)
{
    /// <summary>Bytes of a record before the name.</summary>
    public const int HeaderSize = 19;

    private readonly Span<byte> space = space;
    private int left = most;

    /// <summary>Bytes used.</summary>
    public int Length { get; private set; }

    /// <summary>An entry did not fit.</summary>
    public bool Full { get; private set; }

    /// <summary>Adds an entry; false, and <see cref="Full"/>, when there is no room for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, ulong inode, byte type, long nextPosition)
    {
        int size = (HeaderSize + name.Length + 1 + 7) & ~7;
        if (size > space.Length - Length || left == 0)
        {
            Full = true;
            return false;
        }
        Span<byte> record = space.Slice(Length, size);
        BinaryPrimitives.WriteUInt64LittleEndian(record, inode);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], nextPosition);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)size);
        record[18] = type;
        name.CopyTo(record[HeaderSize..]);
        record[(HeaderSize + name.Length)..].Clear();
        Length += size;
        left--;
        return true;
    }
}

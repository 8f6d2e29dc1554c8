using System.Buffers.Binary;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Makes older records of those of getdents64(2), in place: none of them is longer.</summary>
internal static class DirectoryRecords
{
    /// <summary>Makes them; answers their length, -1: an inode's number does not fit. EOVERFLOW.</summary>
    internal delegate int Conversion(Span<byte> entries);

    /// <summary>struct linux_dirent of x86-64: the type moves from before the name to the last byte. getdents(2).</summary>
    internal static int PutTypeLast(Span<byte> entries)
    {
        for (Span<byte> rest = entries; !rest.IsEmpty;)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
            byte type = rest[18];
            rest[19..size].CopyTo(rest[18..]);
            rest[size - 1] = type;
            rest = rest[size..];
        }
        return entries.Length;
    }

    /// <summary>struct linux_dirent of i386: two words, the record's length, the name, and the type in the last byte. getdents(2).</summary>
    internal static int Shorten(Span<byte> entries) => Shorten(entries, isOldest: false);

    /// <summary>struct old_linux_dirent of i386: two words, the name's length, the name. readdir(2).</summary>
    internal static int MakeOldest(Span<byte> entries) => Shorten(entries, isOldest: true);

    private static int Shorten(Span<byte> entries, bool isOldest)
    {
        const int NameAt = 10;
        int made = 0;
        for (Span<byte> rest = entries; !rest.IsEmpty;)
        {
            ulong inode = BinaryPrimitives.ReadUInt64LittleEndian(rest), offset = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
            byte type = rest[18];
            Span<byte> name = rest[DirectoryBuffer.HeaderSize..size];
            int length = name.IndexOf((byte)0);
            if (inode > uint.MaxValue)
                return made > 0 ? made : -1;
            int shorter = (NameAt + length + 2 + 3) & ~3;
            Span<byte> record = entries.Slice(made, shorter);
            name[..length].CopyTo(record[NameAt..]);
            record[(NameAt + length)..].Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)inode);
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)offset);
            BinaryPrimitives.WriteUInt16LittleEndian(record[8..], (ushort)(isOldest ? length : shorter));
            if (!isOldest)
                record[^1] = type;
            made += shorter;
            rest = rest[size..];
        }
        return made;
    }
}

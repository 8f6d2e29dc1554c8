using System.Buffers.Binary;

namespace Zonix.Storage.Crash;

/// <summary>The content of the files that the program writes: blocks that say whose they are, which one, and of which step.</summary>
public static class Blocks
{
    /// <summary>Bytes of a block.</summary>
    public const int Size = 64;

    /// <summary>Blocks of a file.</summary>
    public static byte[] Make(uint file, int first, int count, uint version)
    {
        byte[] bytes = new byte[count * Size];
        for (int i = 0; i < count; i++)
        {
            Span<byte> block = bytes.AsSpan(i * Size, Size);
            block.Fill((byte)(file + version));
            BinaryPrimitives.WriteUInt32LittleEndian(block, file);
            BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(first + i));
            BinaryPrimitives.WriteUInt32LittleEndian(block[8..], version);
        }
        return bytes;
    }

    /// <summary>The version of a block; null when it is none.</summary>
    public static uint? Version(ReadOnlySpan<byte> block, uint file, int number)
    {
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(block[8..]);
        bool good = BinaryPrimitives.ReadUInt32LittleEndian(block) == file && BinaryPrimitives.ReadUInt32LittleEndian(block[4..]) == (uint)number &&
            block[12..].IndexOfAnyExcept((byte)(file + version)) < 0;
        return good ? version : null;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Zonix.Lx.Vdso;

/// <summary>Bytes of an ELF file in the making.</summary>
internal sealed class ElfBuffer(int size)
{
    private readonly byte[] _bytes = new byte[size];

    internal int Position { get; private set; }

    internal byte[] Bytes => _bytes;

    internal int Align(int alignment) => Position = (Position + alignment - 1) & -alignment;

    internal void Seek(int position) => Position = position;

    internal void U8(int value) => _bytes[Position++] = (byte)value;

    internal void U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(Position), (ushort)value);
        Position += 2;
    }

    internal void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Position), value);
        Position += 4;
    }

    internal void U32(int value) => U32(unchecked((uint)value));

    internal void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Position), value);
        Position += 8;
    }

    internal void Raw(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_bytes.AsSpan(Position));
        Position += data.Length;
    }

    /// <summary>Writes text and a NUL; answers where it starts.</summary>
    internal int Text(string text)
    {
        int at = Position;
        Raw(Encoding.ASCII.GetBytes(text));
        U8(0);
        return at;
    }
}

using System.Buffers.Binary;
using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>The auxiliary vector in the making, of words of 8 or 4 bytes. getauxval(3).</summary>
internal sealed class AuxiliaryVector(int wordSize)
{
    private readonly List<(AuxiliaryType Type, ulong Value)> _entries = [];

    /// <summary>Size in bytes, the AT_NULL at the end included.</summary>
    internal int Size => (_entries.Count + 1) * 2 * wordSize;

    internal void Add(AuxiliaryType type, ulong value) => _entries.Add((type, value));

    internal void Write(Span<byte> destination)
    {
        foreach ((AuxiliaryType type, ulong value) in _entries)
        {
            Put(destination, (ulong)type);
            Put(destination[wordSize..], value);
            destination = destination[(2 * wordSize)..];
        }

        destination[..(2 * wordSize)].Clear();
    }

    private void Put(Span<byte> destination, ulong value)
    {
        if (wordSize == 4)
            BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(destination, value);
    }
}

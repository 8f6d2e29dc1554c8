using System.Buffers.Binary;
using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>The auxiliary vector in the making. getauxval(3).</summary>
internal sealed class AuxiliaryVector
{
    private readonly List<(AuxiliaryType Type, ulong Value)> _entries = [];

    /// <summary>Size in bytes, the AT_NULL at the end included.</summary>
    internal int Size => (_entries.Count + 1) * 16;

    internal void Add(AuxiliaryType type, ulong value) => _entries.Add((type, value));

    internal void Write(Span<byte> destination)
    {
        foreach ((AuxiliaryType type, ulong value) in _entries)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, (ulong)type);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], value);
            destination = destination[16..];
        }

        destination[..16].Clear();
    }
}

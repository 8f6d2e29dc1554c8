using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Code of one case under construction.</summary>
internal sealed class CodeBuffer : CodeWriter
{
    private readonly byte[] _bytes = new byte[2048];

    internal int Length { get; set; }

    internal Span<byte> this[Range range] => _bytes.AsSpan(range);

    public override void WriteByte(byte value) => _bytes[Length++] = value;

    internal byte[] ToArray() => _bytes[..Length];

    internal void PatchByte(int offset, int value) => _bytes[offset] = (byte)value;

    internal void PatchInt32(int offset, int value) => BitConverter.TryWriteBytes(_bytes.AsSpan(offset), value);
}

using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Lets Iced write straight into a code buffer.</summary>
internal sealed unsafe class PointerCodeWriter(byte* start) : CodeWriter
{
    private readonly byte* _start = start;

    /// <summary>Next byte to be written.</summary>
    internal byte* Position { get; set; } = start;

    /// <summary>Bytes written so far.</summary>
    internal long Length => Position - _start;


    /// <inheritdoc/>
    public override void WriteByte(byte value) => *Position++ = value;
}

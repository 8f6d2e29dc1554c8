using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Feeds Iced's decoder from a buffer that is used again for every block.</summary>
internal sealed class SpanCodeReader(byte[] buffer) : CodeReader
{
    private int _position;
    private int _length;

    /// <summary>Starts over with the first <paramref name="length"/> bytes of the buffer.</summary>
    internal void Reset(int length)
    {
        _position = 0;
        _length = length;
    }

    /// <inheritdoc/>
    public override int ReadByte() => _position < _length ? buffer[_position++] : -1;
}

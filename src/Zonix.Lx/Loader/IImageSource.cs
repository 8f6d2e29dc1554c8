namespace Zonix.Lx.Loader;

/// <summary>The bytes of a program file.</summary>
internal interface IImageSource
{
    /// <summary>Reads at <paramref name="offset"/>; answers the byte count (short only at the end), or a negated errno.</summary>
    long ReadAt(Span<byte> buffer, ulong offset);
}

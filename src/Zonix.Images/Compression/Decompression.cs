using System.IO.Compression;
using SharpCompress.Compressors.Xz;

namespace Zonix.Images.Compression;

/// <summary>Reads what may be compressed. What it is told of the kind by names and media types is not asked: the content says.</summary>
public static class Decompression
{
    private const int MagicLength = 6;

    /// <summary>
    /// The uncompressed content of a stream, which stays open unless <paramref name="leaveOpen"/> is false. What is broken throws
    /// when it is read: <see cref="ImageException"/>.
    /// </summary>
    public static Stream Open(Stream source, out CompressionKind kind, bool leaveOpen = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        var begun = new BegunStream(source, MagicLength, leaveOpen);
        kind = Detect(begun.Head);
        return kind == CompressionKind.None ? begun : new CheckedStream(Decompress(begun, kind), kind);
    }

    /// <summary>The kind by the first bytes.</summary>
    public static CompressionKind Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return CompressionKind.Gzip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            return CompressionKind.Xz;
        // A skippable frame may come first: 0x184D2A50 to ..5F.
        bool isZstd = head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])
            || (head.Length >= 4 && (head[0] & 0xf0) == 0x50 && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2a, 0x4d, 0x18]));
        return isZstd ? CompressionKind.Zstd : CompressionKind.None;
    }

    private static Stream Decompress(Stream source, CompressionKind kind) => kind switch
    {
        CompressionKind.Gzip => new GZipStream(new GzipEndStream(source), CompressionMode.Decompress),
        CompressionKind.Zstd => new ZstdSharp.DecompressionStream(source, leaveOpen: false),
        _ => new XZStream(source),
    };
}

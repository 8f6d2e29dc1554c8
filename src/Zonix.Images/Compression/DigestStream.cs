using System.Security.Cryptography;

namespace Zonix.Images.Compression;

/// <summary>Reads a stream and takes the SHA-256 and the length of what came by.</summary>
internal sealed class DigestStream(Stream source) : ForwardStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes that came by.</summary>
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        int n = source.Read(buffer);
        hash.AppendData(buffer[..n]);
        Count += n;
        return n;
    }

    /// <summary>Reads what is left.</summary>
    public void Drain()
    {
        var rest = new byte[64 * 1024];
        while (Read(rest) > 0)
        {
        }
    }

    /// <summary>The digest of all that came by.</summary>
    public Digest Finish() => Digest.OfHash(hash.GetCurrentHash());

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            hash.Dispose();
        }
        base.Dispose(disposing);
    }
}

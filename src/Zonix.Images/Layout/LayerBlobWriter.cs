using System.IO.Compression;
using System.Security.Cryptography;

namespace Zonix.Images.Layout;

/// <summary>Takes an uncompressed archive and puts it into the store compressed. Without <see cref="Finish"/> it is gone.</summary>
internal sealed class LayerBlobWriter : Stream
{
    private readonly BlobWriter blob;
    private readonly BufferedStream buffered;
    private readonly GZipStream gzip;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long size;

    public LayerBlobWriter(BlobStore blobs)
    {
        blob = blobs.Begin();
        // Every registry and every docker takes gzip. Small pieces are gathered first.
        buffered = new BufferedStream(blob, 128 * 1024);
        gzip = new GZipStream(buffered, CompressionLevel.Fastest, leaveOpen: true);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => size;

    public override long Position
    {
        get => size;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        gzip.Write(buffer);
        size += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>The archive is whole: it is in the store from now on.</summary>
    public LayerBlob Finish()
    {
        gzip.Dispose();
        buffered.Flush();
        (Digest digest, _) = blob.Commit();
        return new LayerBlob(digest, Digest.OfHash(hash.GetHashAndReset()), size);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gzip.Dispose();
            blob.Dispose();
            hash.Dispose();
        }
        base.Dispose(disposing);
    }
}

using System.Security.Cryptography;

namespace Zonix.Images.Layout;

/// <summary>
/// A content on its way into the store. Without a commit it is gone. What has been written goes to the disk beside what is still to come, so that
/// a commit has little left to wait for.
/// </summary>
internal sealed class BlobWriter : Stream
{
    private const long FlushStep = 16 << 20;
    private readonly BlobStore store;
    private readonly string path;
    private readonly FileStream file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool committed;
    private long written, flushed;
    private Task flushing = Task.CompletedTask;

    public BlobWriter(BlobStore store, string path)
    {
        this.store = store;
        this.path = path;
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        file.Write(buffer);
        written += buffer.Length;
        if (written - flushed < FlushStep || !flushing.IsCompletedSuccessfully)
            return;
        flushed = written;
        flushing = Task.Run(() => RandomAccess.FlushToDisk(file.SafeFileHandle));
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    /// <summary>It is whole. <see cref="ImageException"/> when it is not what was expected.</summary>
    public (Digest Digest, long Size) Commit(Digest? expected = null)
    {
        Digest digest = Digest.OfHash(hash.GetHashAndReset());
        if (expected is { } wanted && wanted != digest)
            throw new ImageException($"digest mismatch: {wanted} is wanted, the content is {digest}");
        long size = file.Length;
        flushing.GetAwaiter().GetResult();
        file.Flush(flushToDisk: true);
        file.Dispose();
        store.Accept(path, digest);
        committed = true;
        return (digest, size);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Task.WhenAny(flushing).GetAwaiter().GetResult();
            file.Dispose();
            hash.Dispose();
            if (!committed)
                File.Delete(path);
        }
        base.Dispose(disposing);
    }
}

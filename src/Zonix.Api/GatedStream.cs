namespace Zonix.Api;

/// <summary>A stream whose writers wait until there is another stream behind it.</summary>
internal sealed class GatedStream : Stream
{
    private readonly TaskCompletionSource<Stream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await (await opened.Task.ConfigureAwait(false)).WriteAsync(buffer, cancellationToken).ConfigureAwait(false);

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await WriteAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override async Task FlushAsync(CancellationToken cancellationToken) =>
        await (await opened.Task.ConfigureAwait(false)).FlushAsync(cancellationToken).ConfigureAwait(false);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Lets them through.</summary>
    internal void Open(Stream stream) => opened.TrySetResult(stream);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            opened.TrySetException(new IOException("the connection is closed"));
        base.Dispose(disposing);
    }
}

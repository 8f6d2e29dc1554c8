namespace Zonix.Images.Compression;

/// <summary>Tells how much of a content has been read, now and then. It owns the stream.</summary>
internal sealed class ProgressStream(Stream source, Digest what, ImagePhase phase, long total, IProgress<ImageProgress>? progress, long start = 0) : ForwardStream
{
    private const long Step = 256 * 1024;
    private long count = start, told = start;

    public override int Read(Span<byte> buffer)
    {
        int n = source.Read(buffer);
        count += n;
        if (progress is not null && (count - told >= Step || (n == 0 && told < count)))
        {
            told = count;
            progress.Report(new ImageProgress(what, phase, count, total));
        }
        return n;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}

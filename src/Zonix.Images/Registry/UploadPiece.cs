using System.Net.Http.Headers;
using Zonix.Images.Compression;
using Zonix.Images.Layout;

namespace Zonix.Images.Registry;

/// <summary>A part of a content on its way to a registry.</summary>
internal sealed record UploadPiece(BlobStore Blobs, Digest Digest, long Offset, long Length, long Total, bool IsPart)
{
    /// <summary>The piece as the body of a request.</summary>
    public HttpContent Open(IProgress<ImageProgress>? progress)
    {
        FileStream file = Blobs.Open(Digest);
        file.Position = Offset;
        var content = new StreamContent(new ProgressStream(new LimitedStream(file, Length), Digest, ImagePhase.Uploading, Total, progress, Offset), 256 * 1024);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentLength = Length;
        if (IsPart)
            content.Headers.TryAddWithoutValidation("Content-Range", $"{Offset}-{Offset + Length - 1}");
        return content;
    }
}

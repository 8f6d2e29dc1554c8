using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Zonix.Images.Layout;

namespace Zonix.Images.Registry;

/// <summary>
/// Fetches a content. What has arrived stays when it is interrupted, and the rest is asked for: the next attempt, or the next
/// pull, goes on there.
/// </summary>
internal sealed class BlobDownload(RegistryConnection connection, BlobStore blobs, string path, OciDescriptor blob, IProgress<ImageProgress>? progress)
{
    private const int ChunkSize = 128 * 1024;
    private readonly Digest digest = Digest.Parse(blob.Digest);

    /// <summary>Fetches it from the first of these places that has it.</summary>
    public async Task RunAsync(IReadOnlyList<RegistryEndpoint> endpoints, CancellationToken cancellation)
    {
        if (blobs.Has(digest))
        {
            progress?.Report(new ImageProgress(digest, ImagePhase.Existing, blob.Size, blob.Size));
            return;
        }
        ImageException? last = null;
        foreach (RegistryEndpoint endpoint in endpoints)
        {
            try
            {
                await FetchAsync(endpoint, cancellation).ConfigureAwait(false);
                return;
            }
            catch (ImageException e)
            {
                last = e;
            }
        }
        throw last!;
    }

    private async Task FetchAsync(RegistryEndpoint endpoint, CancellationToken cancellation)
    {
        string partial = blobs.PartialPath(digest);
        bool startedAnew = !File.Exists(partial);
        for (int failures = 0; ;)
        {
            long before = File.Exists(partial) ? new FileInfo(partial).Length : 0;
            try
            {
                Digest actual = await FetchOnceAsync(endpoint, partial, cancellation).ConfigureAwait(false);
                if (actual == digest)
                {
                    blobs.Accept(partial, digest);
                    return;
                }
                File.Delete(partial);
                // What an earlier attempt left may be what is wrong.
                if (startedAnew)
                    throw new ImageException($"digest mismatch: {endpoint.Host} sends {actual}");
                startedAnew = true;
            }
            catch (Exception e) when (RegistryConnection.IsNetworkFailure(e, cancellation))
            {
                // As long as something arrives it is worth going on.
                failures = new FileInfo(partial) is { Exists: true } file && file.Length > before ? 1 : failures + 1;
                if (failures > connection.Options.Retries)
                    throw new ImageException($"the transfer from {endpoint.Host} was interrupted: {RegistryConnection.Reason(e)}; pull again to go on", e);
                await connection.DelayAsync(failures - 1, null, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<Digest> FetchOnceAsync(RegistryEndpoint endpoint, string partial, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            if (file.Length > blob.Size)
                file.SetLength(0);
            await HashExistingAsync(file, hash, cancellation).ConfigureAwait(false);
            if (file.Length < blob.Size || blob.Size == 0)
            {
                using HttpResponseMessage response = await connection.SendAsync(
                    endpoint, $"repository:{path}:pull", () => Request(endpoint, file.Length), static status => status == HttpStatusCode.RequestedRangeNotSatisfiable, cancellation)
                    .ConfigureAwait(false);
                if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != file.Length)
                {
                    // It sends all of it, or cannot send the rest.
                    file.SetLength(0);
                    hash.GetHashAndReset();
                    if (response.StatusCode != HttpStatusCode.OK)
                        throw new HttpRequestException($"{endpoint.Host} does not go on where it stopped");
                }
                await ReceiveAsync(response, file, hash, cancellation).ConfigureAwait(false);
            }
            file.Flush(flushToDisk: true);
        }
        return Digest.OfHash(hash.GetHashAndReset());
    }

    private HttpRequestMessage Request(RegistryEndpoint endpoint, long from)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, endpoint.Address($"{path}/blobs/{digest}"));
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        return request;
    }

    private static async Task HashExistingAsync(FileStream file, IncrementalHash hash, CancellationToken cancellation)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        while (await file.ReadAsync(chunk, cancellation).ConfigureAwait(false) is var n and > 0)
            hash.AppendData(chunk, 0, n);
        ArrayPool<byte>.Shared.Return(chunk);
    }

    private async Task ReceiveAsync(HttpResponseMessage response, FileStream file, IncrementalHash hash, CancellationToken cancellation)
    {
        Stream content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            idle.CancelAfter(connection.Options.IdleTimeout);
            int n = await content.ReadAsync(chunk, idle.Token).ConfigureAwait(false);
            if (n == 0)
                break;
            if (file.Length + n > blob.Size)
            {
                file.SetLength(0);
                throw new ImageException($"{blob.Digest} should have {blob.Size} bytes, {response.RequestMessage?.RequestUri?.Host} sends more");
            }
            await file.WriteAsync(chunk.AsMemory(0, n), idle.Token).ConfigureAwait(false);
            hash.AppendData(chunk, 0, n);
            progress?.Report(new ImageProgress(digest, ImagePhase.Downloading, file.Length, blob.Size));
        }
        ArrayPool<byte>.Shared.Return(chunk);
        if (file.Length < blob.Size)
            throw new HttpRequestException($"it ends after {file.Length} of {blob.Size} bytes");
    }
}

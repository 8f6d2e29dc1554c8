using System.Net;
using System.Net.Http.Headers;
using Zonix.Images.Layout;
using Zonix.Images.References;

namespace Zonix.Images.Registry;

/// <content>Images that go to a registry.</content>
public sealed partial class RegistryClient
{
    /// <summary>
    /// Pushes an image of the store under its name. What the registry has already, also in another repository that the image was
    /// pulled from, is not sent.
    /// </summary>
    /// <exception cref="ImageException">There is no such image, or the registry does not take it.</exception>
    public async Task PushAsync(ImageStore store, string name, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        Image image = store.Get(name);
        ImageReference reference = ImageReference.Parse(name);
        if (reference.Tag is null || !image.References.Any(r => r.Full == reference.Full))
            throw new ImageException($"'{name}' is no tag of an image: an image is pushed by its name");
        using IDisposable work = store.BeginWork();
        RegistryEndpoint endpoint = RegistryEndpoint.Of(reference.Host, options);
        // A repository of the same registry where its layers are likely to be.
        string? other = image.RepositoryDigests.Concat(image.References).FirstOrDefault(r => r.Host == reference.Host && r.Path != reference.Path)?.Path;
        OciManifest manifest = image.Stored.Manifest;
        await Parallel.ForEachAsync(
            manifest.Layers!.Append(manifest.Config!).DistinctBy(static blob => blob.Digest),
            new ParallelOptions { MaxDegreeOfParallelism = options.ParallelTransfers, CancellationToken = cancellation },
            async (blob, token) => await PushBlobAsync(store, endpoint, reference, other, Digest.Parse(blob.Digest), progress, token).ConfigureAwait(false)).ConfigureAwait(false);
        await PutManifestAsync(store, endpoint, reference, image, cancellation).ConfigureAwait(false);
        store.Publish(image.ManifestDigest, [], reference.WithDigest(image.ManifestDigest));
    }

    private static string PushScope(ImageReference name, string? other = null) =>
        $"repository:{name.Path}:pull,push" + (other is null ? "" : $" repository:{other}:pull");

    private async Task PushBlobAsync(
        ImageStore store, RegistryEndpoint endpoint, ImageReference name, string? other, Digest digest, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        using (HttpResponseMessage existing = await connection.SendAsync(
            endpoint, PushScope(name), () => new HttpRequestMessage(HttpMethod.Head, endpoint.Address($"{name.Path}/blobs/{digest}")),
            static status => status == HttpStatusCode.NotFound, cancellation).ConfigureAwait(false))
        {
            if (existing.IsSuccessStatusCode)
            {
                progress?.Report(new ImageProgress(digest, ImagePhase.Existing, store.Blobs.SizeOf(digest), store.Blobs.SizeOf(digest)));
                return;
            }
        }
        for (int failures = 0; ;)
        {
            try
            {
                await UploadAsync(store, endpoint, name, other, digest, progress, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (RegistryConnection.IsNetworkFailure(e, cancellation))
            {
                if (++failures > options.Retries)
                    throw new ImageException($"{digest}: the transfer to {endpoint.Host} was interrupted: {RegistryConnection.Reason(e)}", e);
                await connection.DelayAsync(failures - 1, null, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task UploadAsync(
        ImageStore store, RegistryEndpoint endpoint, ImageReference name, string? other, Digest digest, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        string query = other is null ? "" : $"?mount={digest}&from={Uri.EscapeDataString(other)}";
        Uri address = endpoint.Address($"{name.Path}/blobs/uploads/{query}");
        Uri location;
        using (HttpResponseMessage begun = await connection.SendAsync(
            endpoint, PushScope(name, other), () => new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([]) }, static _ => false, cancellation)
            .ConfigureAwait(false))
        {
            if (begun.StatusCode == HttpStatusCode.Created)
            {
                progress?.Report(new ImageProgress(digest, ImagePhase.Existing, store.Blobs.SizeOf(digest), store.Blobs.SizeOf(digest)));
                return;
            }
            location = Location(begun, address);
        }
        long size = store.Blobs.SizeOf(digest);
        long chunk = options.UploadChunkBytes > 0 ? options.UploadChunkBytes : Math.Max(1, size);
        for (long at = 0; at < size; at += chunk)
        {
            var piece = new UploadPiece(store.Blobs, digest, at, Math.Min(chunk, size - at), size, options.UploadChunkBytes > 0);
            location = await PatchAsync(endpoint, name, location, piece, progress, cancellation).ConfigureAwait(false);
        }
        string separator = location.Query.Length > 0 ? "&" : "?";
        var end = new Uri($"{location.AbsoluteUri}{separator}digest={Uri.EscapeDataString(digest.ToString())}");
        using HttpResponseMessage done = await connection.SendAsync(
            endpoint, PushScope(name), () => new HttpRequestMessage(HttpMethod.Put, end) { Content = new ByteArrayContent([]) }, static _ => false, cancellation).ConfigureAwait(false);
        progress?.Report(new ImageProgress(digest, ImagePhase.Done, size, size));
    }

    // A piece is not sent again by itself: the registry may have a part of it. Whoever pushes begins anew.
    private async Task<Uri> PatchAsync(
        RegistryEndpoint endpoint, ImageReference name, Uri location, UploadPiece piece, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await connection.SendAsync(
            endpoint, PushScope(name), () => new HttpRequestMessage(HttpMethod.Patch, location) { Content = piece.Open(progress) }, static _ => false, cancellation, once: true)
            .ConfigureAwait(false);
        return Location(response, location);
    }

    private static Uri Location(HttpResponseMessage response, Uri request) => response.Headers.Location switch
    {
        null => throw new ImageException($"{request.Host} does not say where an upload goes on"),
        { IsAbsoluteUri: true } absolute => absolute,
        var relative => new Uri(request, relative),
    };

    private async Task PutManifestAsync(ImageStore store, RegistryEndpoint endpoint, ImageReference name, Image image, CancellationToken cancellation)
    {
        byte[] content = store.Blobs.ReadDocument(image.ManifestDigest);
        using HttpResponseMessage response = await connection.SendAsync(
            endpoint, PushScope(name), () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Put, endpoint.Address($"{name.Path}/manifests/{name.Tag}")) { Content = new ByteArrayContent(content) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(image.Stored.Manifest.MediaType ?? MediaTypes.Manifest);
                return request;
            },
            static _ => false, cancellation).ConfigureAwait(false);
    }
}

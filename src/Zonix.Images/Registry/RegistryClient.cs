using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Zonix.Images.Archives;
using Zonix.Images.Layout;
using Zonix.Images.References;

namespace Zonix.Images.Registry;

/// <summary>
/// Pulls images from registries and pushes them there: the HTTP API of the OCI distribution specification, which is docker's v2.
/// Everything that arrives is checked against its digest and size before it is used. Any thread.
/// </summary>
public sealed partial class RegistryClient : IDisposable
{
    private const int LongestDocument = 8 << 20;
    private readonly RegistryOptions options;
    private readonly RegistryConnection connection;

    // A content that several images want at the same time is fetched once.
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> fetching = new();

    /// <summary>With these settings.</summary>
    public RegistryClient(RegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        Credentials = new RegistryCredentials(options);
        connection = new RegistryConnection(options, Credentials);
    }

    /// <summary>The user's credentials.</summary>
    public RegistryCredentials Credentials { get; }

    /// <summary>
    /// Pulls an image for a platform into the store; null: linux/amd64, or what else there is that runs here. Layers are fetched side by side and unpacked in their order; what is there
    /// already is not fetched, and what was interrupted goes on where it stopped.
    /// </summary>
    /// <exception cref="ImageException">The registry does not have it, does not give it, or gives something else.</exception>
    public async Task<Image> PullAsync(
        ImageStore store, ImageReference name, ImagePlatform? platform = null, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        using IDisposable work = store.BeginWork();
        IReadOnlyList<RegistryEndpoint> endpoints = RegistryEndpoint.All(name.Host, options);
        FetchedManifest fetched = await FindAsync(endpoints, name, cancellation).ConfigureAwait(false);
        // Where the manifest was found the layers are likely to be.
        endpoints = [fetched.Endpoint, .. endpoints.Where(endpoint => endpoint != fetched.Endpoint)];
        Digest named = Digest.Of(fetched.Content);
        byte[] content = await ChooseAsync(endpoints, name, platform, fetched, cancellation).ConfigureAwait(false);
        Digest manifestDigest = Digest.Of(content);
        OciManifest manifest = StoredImage.ReadManifest(content, manifestDigest);
        await FetchBlobAsync(store, endpoints, name, manifest.Config!, "the configuration", null, cancellation).ConfigureAwait(false);
        StoredImage image = StoredImage.Create(
            manifestDigest, manifest, Digest.Parse(manifest.Config!.Digest), store.Blobs.ReadDocument(Digest.Parse(manifest.Config.Digest)));
        if (platform is not null && image.Platform != platform)
            throw new ImageException($"{name.Familiar} is for {image.Platform}, not for {platform}, and there is no other");
        await InstallLayersAsync(store, endpoints, name, image, progress, cancellation).ConfigureAwait(false);
        store.Blobs.Write(content);
        return store.Publish(manifestDigest, name.Tag is null || name.Digest is not null ? [] : [name], name.WithDigest(named));
    }

    /// <summary>Finds out whether a registry accepts credentials, and keeps them if it does. docker login.</summary>
    public async Task LoginAsync(string host, RegistryCredential credential, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(credential);
        RegistryEndpoint endpoint = RegistryEndpoint.Of(host, options);
        using HttpResponseMessage response = await connection.SendAsync(
            endpoint, "", () => new HttpRequestMessage(HttpMethod.Get, endpoint.Address("")), static _ => false, cancellation, credential).ConfigureAwait(false);
        Credentials.Save(host, credential);
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private static string PullScope(ImageReference name) => $"repository:{name.Path}:pull";

    private async Task<FetchedManifest> FindAsync(IReadOnlyList<RegistryEndpoint> endpoints, ImageReference name, CancellationToken cancellation)
    {
        string wanted = name.Digest?.ToString() ?? name.Tag!;
        var reasons = new List<string>();
        foreach (RegistryEndpoint endpoint in endpoints)
        {
            try
            {
                if (await FetchManifestAsync(endpoint, name, wanted, cancellation).ConfigureAwait(false) is { } found)
                    return found;
                reasons.Add($"{endpoint.Host} does not have it");
            }
            catch (ImageException e) when (endpoints.Count > 1)
            {
                reasons.Add(e.Message);
            }
        }
        throw new ImageException($"no such image: {name.Familiar}: {string.Join("; ", reasons)}");
    }

    private async Task<FetchedManifest?> FetchManifestAsync(RegistryEndpoint endpoint, ImageReference name, string wanted, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await connection.SendAsync(
            endpoint, PullScope(name), () => ManifestRequest(endpoint, name, wanted), static status => status == HttpStatusCode.NotFound, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        byte[] content = await ReadDocumentAsync(response, cancellation).ConfigureAwait(false);
        Digest actual = Digest.Of(content);
        string? stated = wanted.StartsWith("sha256:", StringComparison.Ordinal) ? wanted : response.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.First() : null;
        if (Digest.TryParse(stated, out Digest expected) && expected != actual)
            throw new ImageException($"the manifest of {name.Familiar}: digest mismatch: {expected} is wanted, {endpoint.Host} sends {actual}");
        string? type = response.Content.Headers.ContentType?.MediaType;
        if (type == MediaTypes.DockerSchema1 || type == "application/vnd.docker.distribution.manifest.v1+json")
            throw new ImageException($"{endpoint.Host} has {name.Familiar} only in docker's old format (schema 1), which is not supported: pull and push it with a newer docker");
        return new FetchedManifest(endpoint, content, type);
    }

    private static HttpRequestMessage ManifestRequest(RegistryEndpoint endpoint, ImageReference name, string wanted)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, endpoint.Address($"{name.Path}/manifests/{wanted}"));
        foreach (string type in MediaTypes.Manifests)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        return request;
    }

    private async Task<byte[]> ReadDocumentAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.IdleTimeout);
        await response.Content.LoadIntoBufferAsync(LongestDocument, timeout.Token).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
    }

    // The image's own manifest: of an index the one for the platform.
    private async Task<byte[]> ChooseAsync(
        IReadOnlyList<RegistryEndpoint> endpoints, ImageReference name, ImagePlatform? platform, FetchedManifest fetched, CancellationToken cancellation)
    {
        const int MaxDepth = 4;
        (byte[] content, string? type) = (fetched.Content, fetched.MediaType);
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            OciIndex index = ImageJson.Read(content, ImageJson.Default.OciIndex, $"the manifest of {name.Familiar}");
            if (!MediaTypes.IsIndex(index.MediaType ?? type) && index.Manifests is null)
                return content;
            OciDescriptor chosen = PlatformChoice.Choose(index, name.Familiar, platform);
            Digest digest = Digest.Parse(chosen.Digest);
            FetchedManifest next = await FindAsync(endpoints, name.WithDigest(digest), cancellation).ConfigureAwait(false);
            (content, type) = (next.Content, next.MediaType);
        }
        throw new ImageException($"{name.Familiar}: an index leads to an index, more than {MaxDepth} deep");
    }

    private async Task InstallLayersAsync(
        ImageStore store, IReadOnlyList<RegistryEndpoint> endpoints, ImageReference name, StoredImage image, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slots = new SemaphoreSlim(options.ParallelTransfers);
        OciDescriptor[] layers = image.Manifest.Layers!;
        int count = layers.Length;
        Task[] transfers = new Task[count];
        for (int i = 0; i < count; i++)
            transfers[i] = FetchLayerAsync(store, endpoints, name, layers[i], ImageStore.LayerName(i, count), slots, progress, ends.Token);
        try
        {
            Digest? chain = null;
            for (int i = 0; i < count; i++)
            {
                await WaitAsync(transfers, i).ConfigureAwait(false);
                (Digest? parent, Digest blob, Digest diffId, string what) = (chain, image.LayerBlobs[i], image.DiffIds[i], ImageStore.LayerName(i, count));
                chain = await Task.Run(() => store.InstallLayer(parent, blob, diffId, what, progress, ends.Token), ends.Token).ConfigureAwait(false);
                progress?.Report(new ImageProgress(blob, ImagePhase.Done, layers[i].Size, layers[i].Size));
            }
        }
        catch
        {
            await ends.CancelAsync().ConfigureAwait(false);
            // Nothing may run on when the store is told that the work has ended.
            await Task.WhenAll(transfers).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }
    }

    // For one transfer, or for another one that fails before.
    private static async Task WaitAsync(Task[] transfers, int index)
    {
        List<Task> running = [.. transfers];
        while (!transfers[index].IsCompleted)
        {
            Task ended = await Task.WhenAny(running).ConfigureAwait(false);
            await ended.ConfigureAwait(false);
            running.Remove(ended);
        }
        await transfers[index].ConfigureAwait(false);
    }

    private async Task FetchLayerAsync(
        ImageStore store, IReadOnlyList<RegistryEndpoint> endpoints, ImageReference name, OciDescriptor layer, string what, SemaphoreSlim slots,
        IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await FetchBlobAsync(store, endpoints, name, layer, what, progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task FetchBlobAsync(
        ImageStore store, IReadOnlyList<RegistryEndpoint> endpoints, ImageReference name, OciDescriptor blob, string what, IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        Digest digest = Digest.Parse(blob.Digest);
        SemaphoreSlim gate = fetching.GetOrAdd(digest, static _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await new BlobDownload(connection, store.Blobs, name.Path, blob, progress).RunAsync(endpoints, cancellation).ConfigureAwait(false);
        }
        catch (ImageException e)
        {
            throw new ImageException($"{what}, {digest}: {e.Message}", e);
        }
        finally
        {
            gate.Release();
        }
    }
}

using System.Net;
using System.Net.Http.Headers;

namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>Fetches files of archives over http, https and from folders of the host (file:).</summary>
public sealed class MirrorClient : IDisposable
{
    private const int Tries = 3;
    private readonly HttpClient http;

    /// <summary>One that goes the way <paramref name="proxy"/> says.</summary>
    public MirrorClient(IWebProxy? proxy)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            Proxy = proxy, UseProxy = proxy is not null, MaxConnectionsPerServer = 8, ConnectTimeout = TimeSpan.FromSeconds(20),
            // Compressed files are wanted as they are.
            AutomaticDecompression = DecompressionMethods.None,
        })
        {
            Timeout = TimeSpan.FromMinutes(10),
        };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("zonix");
    }

    /// <summary>A whole file of at most <paramref name="limit"/> bytes; null: the archive has none.</summary>
    /// <exception cref="MirrorUnreachableException">There is no way to the archive.</exception>
    public async Task<byte[]?> GetAsync(Uri place, int limit, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        return await FetchAsync(place, content, 0, limit, cancellation).ConfigureAwait(false) ? content.ToArray() : null;
    }

    /// <summary>
    /// Appends a file to a stream that holds its first <paramref name="offset"/> bytes already, if the server can begin there;
    /// if not the stream is emptied first. False: the archive has no such file.
    /// </summary>
    public async Task<bool> FetchAsync(Uri place, Stream target, long offset, long limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(target);
        if (place.IsFile)
            return await CopyFileAsync(place, target, limit, cancellation).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await GetOnceAsync(place, target, offset, limit, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (IsPassing(e, cancellation))
            {
                if (attempt == Tries)
                    throw new MirrorUnreachableException($"{place} cannot be fetched: {e.Message}", e);
                offset = target.Length;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<bool> GetOnceAsync(Uri place, Stream target, long offset, long limit, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place);
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            return false;
        if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
            throw new BootstrapException($"{place} is refused by the server: {(int)response.StatusCode} {response.ReasonPhrase}");
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == offset;
        if (!goesOn)
        {
            target.SetLength(0);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                throw new HttpRequestException("the server cannot go on where the last download ended");
            response.EnsureSuccessStatusCode();
        }
        target.Position = target.Length;
        Stream content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            await CopyAsync(place, content, target, limit, cancellation).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> CopyFileAsync(Uri place, Stream target, long limit, CancellationToken cancellation)
    {
        if (!File.Exists(place.LocalPath))
            return false;
        target.SetLength(0);
        var file = new FileStream(place.LocalPath, FileMode.Open, FileAccess.Read);
        await using (file.ConfigureAwait(false))
            await CopyAsync(place, file, target, limit, cancellation).ConfigureAwait(false);
        return true;
    }

    private static async Task CopyAsync(Uri place, Stream source, Stream target, long limit, CancellationToken cancellation)
    {
        byte[] chunk = new byte[128 * 1024];
        int count;
        while ((count = await source.ReadAsync(chunk, cancellation).ConfigureAwait(false)) > 0)
        {
            if (target.Length + count > limit)
                throw new BootstrapException($"{place} has more than the {limit} bytes that are expected") { IsOtherContent = true };
            await target.WriteAsync(chunk.AsMemory(0, count), cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsPassing(Exception e, CancellationToken cancellation) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested);
}

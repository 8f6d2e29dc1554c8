using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Zonix.Images.Registry;

/// <summary>
/// Requests to registries: with the authorization they want, made again after failures that pass, with errors in words. Any thread.
/// </summary>
internal sealed class RegistryConnection : IDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private readonly HttpClient client;

    public RegistryConnection(RegistryOptions options, RegistryCredentials credentials)
    {
        Options = options;
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(20), AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = Math.Max(2, options.ParallelTransfers * 2),
        };
        // How long a registry may take is a matter of what it does: see IdleTimeout.
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("zonix", "1.0"));
        Authorization = new RegistryAuthorization(client, credentials);
    }

    public RegistryOptions Options { get; }

    public RegistryAuthorization Authorization { get; }

    /// <summary>
    /// Makes a request until there is an answer that says something: not a network failure, nor a server that is busy. The request
    /// is made anew each time. Answers of 400 and more, but for those that the caller expects, are errors. With
    /// <paramref name="once"/> it is not made again: what fails on the way is what <see cref="IsNetworkFailure"/> knows.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(
        RegistryEndpoint endpoint, string scope, Func<HttpRequestMessage> make, Func<HttpStatusCode, bool> expects, CancellationToken cancellation,
        RegistryCredential? credential = null, bool once = false)
    {
        for (int attempt = 0; ; attempt++)
        {
            HttpResponseMessage? response = null;
            try
            {
                response = await SendOnceAsync(endpoint, scope, make, credential, cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || expects(response.StatusCode))
                    return response;
                if (once && IsPassing(response.StatusCode))
                    throw new HttpRequestException($"it answers {(int)response.StatusCode}", null, response.StatusCode);
                if (!IsPassing(response.StatusCode) || attempt >= Options.Retries)
                    throw await DescribeAsync(endpoint, response, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (!once && IsNetworkFailure(e, cancellation))
            {
                if (attempt >= Options.Retries)
                    throw new ImageException($"cannot reach {endpoint.Base}: {Reason(e)}", e);
            }
            TimeSpan? wanted = response?.Headers.RetryAfter?.Delta;
            response?.Dispose();
            await DelayAsync(attempt, wanted, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits before the next attempt: longer each time.</summary>
    public async Task DelayAsync(int attempt, TimeSpan? wanted, CancellationToken cancellation)
    {
        TimeSpan delay = wanted ?? Options.RetryDelay * Math.Pow(2, Math.Min(attempt, 10));
        await Task.Delay(delay < LongestDelay ? delay : LongestDelay, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether a request failed on the way, so that it may be made again.</summary>
    public static bool IsNetworkFailure(Exception e, CancellationToken cancellation) =>
        e is HttpRequestException or IOException or HttpIOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested);

    /// <summary>The innermost reason.</summary>
    public static string Reason(Exception e) => e is OperationCanceledException ? "it sends nothing" : (e.InnerException ?? e).Message;

    public void Dispose() => client.Dispose();

    // A busy server, or one behind another that is away.
    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;

    private async Task<HttpResponseMessage> SendOnceAsync(
        RegistryEndpoint endpoint, string scope, Func<HttpRequestMessage> make, RegistryCredential? credential, CancellationToken cancellation)
    {
        AuthenticationHeaderValue? authorization = credential is null ? Authorization.Known(endpoint, scope) : null;
        for (bool isSecond = false; ; isSecond = true)
        {
            HttpRequestMessage request = make();
            // Only the registry itself gets to see it: uploads may go elsewhere.
            if (request.RequestUri!.Authority == endpoint.Base.Authority)
                request.Headers.Authorization = authorization;
            HttpResponseMessage response = await SendWithinAsync(request, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Unauthorized)
                return response;
            AuthChallenge? challenge = AuthChallenge.Find(response.Headers.WwwAuthenticate);
            response.Dispose();
            string refused = $"{endpoint.Host} refuses {request.Method} {request.RequestUri.AbsolutePath}";
            if (isSecond || challenge is null)
                throw Authorization.Unauthorized(endpoint, refused);
            authorization = await Authorization.AnswerAsync(endpoint, scope, challenge, credential, cancellation).ConfigureAwait(false)
                ?? throw Authorization.Unauthorized(endpoint, $"{endpoint.Host} wants credentials");
        }
    }

    // The answer's beginning has to come in time; a long upload is given more.
    private async Task<HttpResponseMessage> SendWithinAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (request.Content is not null)
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Options.IdleTimeout);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
    }

    private async Task<ImageException> DescribeAsync(RegistryEndpoint endpoint, HttpResponseMessage response, CancellationToken cancellation)
    {
        string what = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}";
        string reason = await ReadReasonAsync(response, cancellation).ConfigureAwait(false);
        response.Dispose();
        return response.StatusCode == HttpStatusCode.Forbidden
            ? Authorization.Unauthorized(endpoint, $"{endpoint.Host} refuses {what}{reason}")
            : new ImageException($"{endpoint.Host} answers {(int)response.StatusCode} to {what}{reason}");
    }

    private static async Task<string> ReadReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        const int Longest = 64 * 1024;
        try
        {
            if (response.Content.Headers.ContentLength is null or > Longest)
                return "";
            byte[] content = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            RegistryErrors? errors = JsonSerializer.Deserialize(content, RegistryJson.Default.RegistryErrors);
            string text = string.Join("; ", (errors?.Errors ?? []).Select(static e => $"{e.Code} {e.Message}".Trim()));
            return text.Length > 0 ? $" ({text})" : "";
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // What it says is of help, but no more.
            return "";
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Zones;

namespace Zonix.Cli.Client;

/// <summary>Talks to the user's machine over its socket.</summary>
internal sealed class MachineClient : IDisposable
{
    private readonly StatePaths paths;
    private readonly HttpClient http;
    private Socket? first;
    private bool isChecked;

    private MachineClient(StatePaths paths, Socket first)
    {
        this.paths = paths;
        this.first = first;
        http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) => await ConnectAsync(cancellation).ConfigureAwait(false),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        })
        {
            BaseAddress = new Uri("http://zonix/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Connects; starts the machine when it does not run.</summary>
    internal static MachineClient Connect()
    {
        StatePaths paths = StatePaths.OfUser();
        return new MachineClient(paths, MachineStarter.Connect(paths));
    }

    /// <summary>Connects; null when the machine does not run.</summary>
    internal static MachineClient? TryConnect()
    {
        StatePaths paths = StatePaths.OfUser();
        return MachineStarter.TryConnect(paths) is { } socket ? new MachineClient(paths, socket) : null;
    }

    internal async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation = default)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellation).ConfigureAwait(false);
    }

    internal async Task<string> GetTextAsync(string path, CancellationToken cancellation = default)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
    }

    internal async Task<T> PostAsync<T>(string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellation = default)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, body, cancellation).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellation).ConfigureAwait(false);
    }

    internal async Task<HttpStatusCode> PostAsync(string path, HttpContent? body = null, CancellationToken cancellation = default)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, body, cancellation).ConfigureAwait(false);
        return response.StatusCode;
    }

    internal async Task DeleteAsync(string path, CancellationToken cancellation = default)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, path, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a request; errors of the machine become exceptions. The body of the answer is still to be read.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"the machine does not answer: {e.InnerException?.Message ?? e.Message}; see 'zonix machine status' and {paths.Log}");
        }

        CheckVersion(response);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
            return response;
        string text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        response.Dispose();
        throw ErrorOf(text, (int)response.StatusCode);
    }

    /// <summary>Makes a request whose connection becomes a stream of bytes: attach, exec.</summary>
    internal async Task<WireStream> HijackAsync(string path, byte[]? body, CancellationToken cancellation = default)
    {
        var stream = new NetworkStream(await SocketAsync(cancellation).ConfigureAwait(false), ownsSocket: true);
        return await WireStream.OpenAsync(stream, path, body, cancellation).ConfigureAwait(false);
    }

    internal static HttpContent Json<T>(T value, JsonTypeInfo<T> type) => Bytes(JsonSerializer.SerializeToUtf8Bytes(value, type));

    internal static HttpContent Bytes(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    internal static CommandException ErrorOf(string text, int status)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, ApiJson.Default.ErrorResponse) is { } error)
                return new CommandException(error.Message, code: error.Code, status: status);
        }
        catch (JsonException)
        {
            // No error of ours: the text says what it is.
        }

        return new CommandException($"the machine answers {status}: {text}", status: status);
    }

    public void Dispose()
    {
        http.Dispose();
        first?.Dispose();
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, type, cancellation).ConfigureAwait(false) ??
            throw new CommandException("the machine has answered nothing");
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation) =>
        new NetworkStream(await SocketAsync(cancellation).ConfigureAwait(false), ownsSocket: true);

    private async ValueTask<Socket> SocketAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref first, null) is { } ready)
            return ready;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.Socket), cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void CheckVersion(HttpResponseMessage response)
    {
        if (isChecked)
            return;
        isChecked = true;
        string theirs = response.Headers.TryGetValues(ControlServer.VersionHeader, out IEnumerable<string>? values) ? values.First() : "unknown";
        if (theirs != LocalMachine.Version)
        {
            Console.Error.WriteLine(
                $"zonix: warning: the machine that runs is of version {theirs}, this program of version {LocalMachine.Version}; " +
                "'zonix machine stop' ends it (and its zones), and the next command starts this version");
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Zonix.Images.Tests;

/// <summary>
/// Files over http from this machine to itself, by a request's path; it can be told to break off, to refuse and to go away. Asked
/// as a proxy it answers by the path too.
/// </summary>
internal sealed class MirrorServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task serving;
    private readonly ConcurrentBag<Task> answers = [];

    public MirrorServer()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        serving = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public Uri Root => new($"http://127.0.0.1:{Port}/");

    /// <summary>What there is, by path ("debian/dists/...").</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>The first lines of requests, with the range where there is one.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Bytes after which an answer for a path is cut off, each used once.</summary>
    public ConcurrentDictionary<string, int> Cuts { get; } = new();

    /// <summary>Paths that are answered by this status.</summary>
    public ConcurrentDictionary<string, int> Refusals { get; } = new();

    public void Dispose()
    {
        listener.Stop();
        serving.Wait();
        Task.WaitAll([.. answers]);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                answers.Add(Task.Run(() => AnswerAsync(client)));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                if (await reader.ReadLineAsync() is not { } request)
                    return;
                int from = 0;
                while (await reader.ReadLineAsync() is { Length: > 0 } header)
                {
                    if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                        from = int.Parse(header["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
                }
                Requests.Enqueue(from == 0 ? request : $"{request} from {from}");
                await stream.WriteAsync(Answer(new Uri(Root, request.Split(' ')[1]).AbsolutePath.TrimStart('/'), from));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The client is gone.
            }
        }
    }

    private byte[] Answer(string path, int from)
    {
        if (Refusals.TryGetValue(path, out int status))
            return Head($"{status} Refused", 0);
        if (!Files.TryGetValue(path, out byte[]? content))
            return Head("404 Not Found", 0);
        if (from > content.Length)
            return Head("416 Range Not Satisfiable", 0);
        byte[] head = from == 0
            ? Head("200 OK", content.Length)
            : Head("206 Partial Content", content.Length - from, $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n");
        int end = Cuts.TryRemove(path, out int cut) ? Math.Min(cut, content.Length) : content.Length;
        return [.. head, .. content.AsSpan(Math.Min(from, end), end - Math.Min(from, end))];
    }

    private static byte[] Head(string status, int length, string more = "") =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n");
}

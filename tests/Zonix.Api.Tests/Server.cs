using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Zonix.Zones;

namespace Zonix.Api.Tests;

/// <summary>A machine and its API in a folder that goes with them, and a client that speaks HTTP by hand.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly string folder;
    private readonly ControlServer server;

    private Server(LocalMachine machine, ControlServer server, string folder)
    {
        Machine = machine;
        this.server = server;
        this.folder = folder;
    }

    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    internal LocalMachine Machine { get; }

    internal ControlServer Control => server;

    internal static async Task<Server> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("zx-").FullName;
        LocalMachine machine = LocalMachine.Open(StatePaths.In(folder), _ => { });
        return new Server(machine, await ControlServer.StartAsync(machine), folder);
    }

    internal Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(Machine.Paths.Socket));
        return socket;
    }

    /// <summary>A request on a connection of its own: the status, and the body.</summary>
    internal async Task<(int Status, string Body)> SendAsync(string method, string path, string? json = null)
    {
        using Socket socket = Connect();
        await WriteAsync(socket, method, path, json, "Connection: close\r\n");
        string answer = Encoding.UTF8.GetString(await ReadToEndAsync(socket));
        int blank = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string body = answer[(blank + 4)..];
        if (answer[..blank].Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            body = string.Concat(body.Split("\r\n").Where((_, at) => at % 2 == 1));
        return (int.Parse(answer.AsSpan(9, 3)), body);
    }

    internal async Task<JsonNode> JsonAsync(string method, string path, string? json = null, int status = 200)
    {
        (int got, string body) = await SendAsync(method, path, json);
        Assert.True(got == status, $"{method} {path}: {got} {body}");
        return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
    }

    /// <summary>Makes a zone of a script, and answers its identity.</summary>
    internal async Task<string> CreateAsync(string script, string more = "") =>
        (await JsonAsync("POST", "/v1.43/containers/create", $$"""{"Image":"host","Cmd":["/bin/sh","-c",{{System.Text.Json.JsonSerializer.Serialize(script)}}]{{more}}}""", 201))["Id"]!.ToString();

    internal static Task WriteAsync(Socket socket, string method, string path, string? json, string headers)
    {
        byte[] body = Encoding.UTF8.GetBytes(json ?? "");
        string head = $"{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        return socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
    }

    internal static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[65536];
        while (await socket.ReceiveAsync(buffer).WaitAsync(Patience) is > 0 and var n)
            all.Write(buffer, 0, n);
        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await Machine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

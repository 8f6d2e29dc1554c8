using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Zonix.Bench.Zones;

/// <summary>A machine in the background with a state folder of its own, asked over its socket as docker's clients do.</summary>
internal sealed class BenchMachine : IDisposable
{
    // In short: a socket's path is limited.
    private readonly string folder = Directory.CreateTempSubdirectory("zb-").FullName;
    private readonly string program;
    private readonly HttpClient http;

    internal BenchMachine(string program)
    {
        this.program = program;
        Environment.SetEnvironmentVariable("ZONIX_HOME", Path.Combine(folder, "home"));
        http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder, "home", "run", "zonix.sock")), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://zonix/"), Timeout = TimeSpan.FromMinutes(10) };
        Command("machine", "start");
    }

    internal string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>The command's program before words for it.</summary>
    internal string[] Words(params string[] words) => [program, .. words];

    /// <summary>Runs the command, which has to succeed; how long it took, in nanoseconds.</summary>
    internal double Command(params string[] words) =>
        Timing.Run(Words(words))?.Total ?? throw new InvalidOperationException($"zonix {string.Join(' ', words)} failed");

    /// <summary>A request that has to succeed; the answer's body.</summary>
    internal JsonNode? Ask(HttpMethod method, string path, JsonNode? body = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using HttpResponseMessage response = http.Send(request);
        string text = response.Content.ReadAsStringAsync().Result;
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
        }

        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Makes a zone of an image; its identity.</summary>
    internal string Create(string image, params string[] command) =>
        Ask(HttpMethod.Post, "containers/create", new JsonObject { ["Image"] = image, ["Cmd"] = new JsonArray([.. command.Select(word => JsonValue.Create(word))]) })!["Id"]!.ToString();

    internal void Start(string zone) => Ask(HttpMethod.Post, $"containers/{zone}/start");

    /// <summary>Waits for the end of a zone, which has to be a success.</summary>
    internal void Wait(string zone)
    {
        JsonNode answer = Ask(HttpMethod.Post, $"containers/{zone}/wait")!;
        if (answer["StatusCode"]!.GetValue<int>() is var status and not 0)
        {
            throw new InvalidOperationException($"a zone ended with {status}");
        }
    }

    internal void Remove(string zone) => Ask(HttpMethod.Delete, $"containers/{zone}?force=true");

    /// <summary>Bytes of the machine's process that are in memory.</summary>
    internal double Resident()
    {
        int pid = Ask(HttpMethod.Get, "zonix/machine")!["Pid"]!.GetValue<int>();
        string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    public void Dispose()
    {
        Timing.Run([program, "machine", "stop"]);
        http.Dispose();
        Environment.SetEnvironmentVariable("ZONIX_HOME", null);
        Directory.Delete(folder, recursive: true);
    }
}

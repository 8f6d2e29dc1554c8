using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Zonix.Images.Layout;

namespace Zonix.Images.Tests;

/// <summary>A registry that can be told to misbehave. It serves what it was given, by path below "/v2/".</summary>
internal sealed class FakeRegistry : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public FakeRegistry()
    {
        Host = $"127.0.0.1:{FreePort.Find()}";
        listener.Prefixes.Add($"http://{Host}/");
        listener.Start();
        serving = Task.Run(ServeAsync);
    }

    public string Host { get; }

    /// <summary>What there is: the type and the content.</summary>
    public ConcurrentDictionary<string, (string Type, byte[] Content)> Files { get; } = new();

    /// <summary>What was asked for, with the range.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers a request in another way; false: as usual.</summary>
    public Func<HttpListenerContext, bool>? Misbehaves { get; set; }

    /// <summary>The name and password that tokens are given for; null: everybody gets in.</summary>
    public string? Login { get; set; }

    /// <summary>Bytes of the next answers' contents after which the connection is cut, each used once.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>Puts an image of a store there.</summary>
    public void Add(ImageStore store, Image image, string path, string tag)
    {
        foreach (Digest blob in image.Stored.Blobs)
            Files[$"{path}/blobs/{blob}"] = ("application/octet-stream", File.ReadAllBytes(store.Blobs.PathOf(blob)));
        byte[] manifest = store.Blobs.ReadDocument(image.ManifestDigest);
        Files[$"{path}/manifests/{tag}"] = Files[$"{path}/manifests/{image.ManifestDigest}"] = (MediaTypes.Manifest, manifest);
    }

    /// <summary>Puts an index there, and answers its digest.</summary>
    public Digest AddIndex(string path, string tag, string json)
    {
        byte[] content = Encoding.UTF8.GetBytes(json);
        Files[$"{path}/manifests/{tag}"] = Files[$"{path}/manifests/{Digest.Of(content)}"] = (MediaTypes.Index, content);
        return Digest.Of(content);
    }

    public static void Answer(HttpListenerContext context, int status, string content = "")
    {
        context.Response.StatusCode = status;
        context.Response.Close(Encoding.UTF8.GetBytes(content), willBlock: true);
    }

    public void Dispose()
    {
        listener.Close();
        serving.Wait();
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Serve(context));
        }
    }

    private void Serve(HttpListenerContext context)
    {
        try
        {
            string path = context.Request.Url!.AbsolutePath;
            Requests.Enqueue($"{context.Request.HttpMethod} {path} {context.Request.Headers["Range"]}".Trim());
            if (Misbehaves?.Invoke(context) == true)
                return;
            if (path == "/token")
                GiveToken(context);
            else if (Login is not null && context.Request.Headers["Authorization"] != "Bearer good")
                Challenge(context);
            else if (path == "/v2/")
                Answer(context, 200, "{}");
            else if (Files.TryGetValue(path["/v2/".Length..], out (string Type, byte[] Content) file))
                Send(context, file.Type, file.Content);
            else
                Answer(context, 404, """{"errors":[{"code":"NAME_UNKNOWN","message":"not here"}]}""");
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }

    private void GiveToken(HttpListenerContext context)
    {
        string expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login!));
        if (context.Request.Headers["Authorization"] != expected)
            Answer(context, 401);
        else
            Answer(context, 200, """{"token":"good","expires_in":300}""");
    }

    private void Challenge(HttpListenerContext context)
    {
        context.Response.Headers["WWW-Authenticate"] = $"""Bearer realm="http://{Host}/token",service="fake, \"registry\"",scope="repository:x:pull" """.TrimEnd();
        Answer(context, 401);
    }

    private void Send(HttpListenerContext context, string type, byte[] content)
    {
        int from = 0;
        if (context.Request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'));
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        context.Response.ContentType = type;
        context.Response.ContentLength64 = content.Length - from;
        if (context.Request.Url!.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal) && Cuts.TryDequeue(out int cut))
        {
            context.Response.OutputStream.Write(content, from, Math.Min(cut, content.Length - from));
            context.Response.OutputStream.Flush();
            context.Response.Abort();
            return;
        }
        context.Response.OutputStream.Write(content, from, content.Length - from);
        context.Response.Close();
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>
/// A connection that has become a program's standard streams, as docker's attach and exec make it: the request is answered by 101,
/// and what follows is bytes. Where the client has asked for no upgrade, the output is the body of the answer.
/// </summary>
internal static class ConsoleSession
{
    private const int ChunkSize = 16 << 10;

    internal static async Task<Stream> OpenAsync(HttpContext http, bool isRaw)
    {
        http.Response.ContentType = isRaw ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream";
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            http.Response.Headers.Connection = "Upgrade";
            http.Response.Headers.Upgrade = "tcp";
            return await upgrade.UpgradeAsync().ConfigureAwait(false);
        }

        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        return http.Response.Body;
    }

    /// <summary>Passes on, both ways, until the program has ended, the client is gone or its user has left.</summary>
    internal static async Task RunAsync(HttpContext http, Stream wire, FrameSink sink, ZoneConsole console, bool hasInput, DetachKeys? keys)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        Task<bool> input = hasInput && wire.CanRead ? ReadAsync(wire, console, keys, over.Token) : Task.FromResult(false);
        using (over.Token.Register(sink.Complete))
        {
            // The end of the input is no end of the session; the keys are.
            if (await Task.WhenAny(sink.Done, input).ConfigureAwait(false) == input && !await input.ConfigureAwait(false))
                await sink.Done.ConfigureAwait(false);
        }

        console.Detach(sink);
        await over.CancelAsync().ConfigureAwait(false);
        await input.ConfigureAwait(false);
    }

    // True: the user has left by the keys.
    private static async Task<bool> ReadAsync(Stream wire, ZoneConsole console, DetachKeys? keys, CancellationToken cancelled)
    {
        byte[] buffer = new byte[ChunkSize];
        var passed = new List<byte>();
        try
        {
            while (true)
            {
                int n = await wire.ReadAsync(buffer, cancelled).ConfigureAwait(false);
                if (n == 0)
                {
                    await console.CloseInputAsync(cancelled).ConfigureAwait(false);
                    return false;
                }

                if (keys is null)
                {
                    await console.WriteInputAsync(buffer.AsMemory(0, n), cancelled).ConfigureAwait(false);
                    continue;
                }

                passed.Clear();
                bool leaves = keys.Filter(buffer.AsSpan(0, n), passed);
                if (passed.Count > 0)
                    await console.WriteInputAsync(passed.ToArray(), cancelled).ConfigureAwait(false);
                if (leaves)
                    return true;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}

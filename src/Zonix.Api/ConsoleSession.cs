using System.Text;
using Microsoft.AspNetCore.Http;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>
/// A connection that has become a program's standard streams, as docker's attach and exec make it: the request is answered by 101,
/// or by 200 where the client has asked for no upgrade, and what follows is bytes.
/// </summary>
internal static class ConsoleSession
{
    private const int ChunkSize = 16 << 10;

    internal static async Task<Stream> OpenAsync(HttpContext http, bool isRaw)
    {
        RawConnection connection = http.Features.Get<RawConnection>() ?? throw new InvalidOperationException("the connection cannot be taken");
        bool upgrades = http.Request.Headers.Upgrade.Count > 0;
        http.Response.Headers.Connection = "close";
        Stream wire = connection.Take();
        string head = (upgrades ? "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" : "HTTP/1.1 200 OK\r\nConnection: close\r\n") +
            $"Content-Type: application/vnd.docker.{(isRaw ? "raw" : "multiplexed")}-stream\r\n{ControlServer.VersionHeader}: {LocalMachine.Version}\r\n\r\n";
        await wire.WriteAsync(Encoding.ASCII.GetBytes(head)).ConfigureAwait(false);
        return wire;
    }

    /// <summary>Passes on, both ways, until the program has ended, the client is gone or its user has left.</summary>
    internal static async Task RunAsync(Stream wire, FrameSink sink, ZoneConsole console, bool hasInput, DetachKeys? keys)
    {
        using var over = new CancellationTokenSource();
        Task<bool> input = hasInput ? ReadAsync(wire, console, keys, over.Token) : Task.FromResult(false);

        // The end of the input is no end of the session; the keys are.
        if (await Task.WhenAny(sink.Done, input).ConfigureAwait(false) == input && !await input.ConfigureAwait(false))
            await sink.Done.ConfigureAwait(false);
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

using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Zonix.Api;

/// <summary>
/// A client's connection, of which a request can take hold: what follows is bytes, both ways, each of which ends by itself, and what
/// the web server still has to say is not sent. Its own upgrade allows no request with a body, as docker's exec has, and takes
/// the end of a client's input for the end of the client.
/// </summary>
internal sealed class RawConnection : IDuplexPipe
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private readonly IDuplexPipe inner;
    private readonly MutedWriter output;

    internal RawConnection(IDuplexPipe inner)
    {
        this.inner = inner;
        output = new MutedWriter(inner.Output);
    }

    /// <summary>Puts itself between a connection and the web server.</summary>
    internal static ConnectionContext Wrap(ConnectionContext connection)
    {
        var raw = new RawConnection(connection.Transport);
        var closed = new CancellationTokenSource();
        connection.ConnectionClosed.Register(() => _ = raw.ClientEndedAsync(closed));
        connection.ConnectionClosed = closed.Token;
        connection.Features.Set(raw);
        connection.Transport = raw;
        return connection;
    }

    public PipeReader Input => inner.Input;

    public PipeWriter Output => output;

    // The web server ends a request whose client has ended its side. It learns of that only when no request has taken hold in a while:
    // the end may come with the request itself.
    private async Task ClientEndedAsync(CancellationTokenSource closed)
    {
        await Task.Delay(Grace).ConfigureAwait(false);
        if (!output.IsMuted)
            await closed.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Takes hold. The request's body has been read.</summary>
    internal Stream Take()
    {
        output.IsMuted = true;
        return new PipeStream(inner);
    }
}

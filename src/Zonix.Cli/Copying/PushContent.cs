using System.Net;
using Zonix.Cli.Client;

namespace Zonix.Cli.Copying;

/// <summary>The body of a request that is written while it is sent. What goes wrong while it is written is kept: the request says only that it failed.</summary>
internal sealed class PushContent(Action<Stream> write) : HttpContent
{
    /// <summary>What went wrong.</summary>
    internal Exception? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.Run(() =>
    {
        var buffered = new BufferedStream(stream, 128 << 10);
        try
        {
            write(buffered);
            buffered.Flush();
        }
        catch (Exception e) when (e is CommandException or IOException or UnauthorizedAccessException)
        {
            Failure = e;
            throw;
        }
    });

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

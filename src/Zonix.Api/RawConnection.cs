using System.IO.Pipelines;

namespace Zonix.Api;

/// <summary>
/// A client's connection, of which a request can take hold: what follows is bytes, both ways, each of which ends by itself, and what
/// the web server still has to say is not sent. Its own upgrade allows no request with a body, as docker's exec has, and takes
/// the end of a client's input for the end of the client.
/// </summary>
internal sealed class RawConnection : IDuplexPipe
{
    private readonly IDuplexPipe inner;
    private readonly MutedWriter output;

    internal RawConnection(IDuplexPipe inner)
    {
        this.inner = inner;
        output = new MutedWriter(inner.Output);
    }

    public PipeReader Input => inner.Input;

    public PipeWriter Output => output;

    /// <summary>Takes hold. The request's body has been read.</summary>
    internal Stream Take()
    {
        output.IsMuted = true;
        return new PipeStream(inner);
    }
}

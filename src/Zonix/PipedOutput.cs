using System.IO.Pipelines;
using Zonix.Zones.Streams;

namespace Zonix;

/// <summary>What a program writes, as streams that are read at the reader's pace.</summary>
internal sealed class PipedOutput : IOutputSink
{
    private readonly Pipe output = new(), error = new();

    internal PipedOutput()
    {
        Output = output.Reader.AsStream();
        Error = error.Reader.AsStream();
    }

    internal Stream Output { get; }

    internal Stream Error { get; }

    // A reader that has gone takes nothing more; the program goes on.
    public async ValueTask WriteAsync(OutputKind kind, ReadOnlyMemory<byte> bytes) =>
        await (kind == OutputKind.Error ? error : output).Writer.WriteAsync(bytes).ConfigureAwait(false);

    public void Complete()
    {
        output.Writer.Complete();
        error.Writer.Complete();
    }
}

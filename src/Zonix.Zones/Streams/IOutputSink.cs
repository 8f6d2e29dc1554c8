namespace Zonix.Zones.Streams;

/// <summary>Takes what a zone's program writes. Called from two streams at once.</summary>
public interface IOutputSink
{
    /// <summary>Takes bytes; the program is held back until it has. A sink that throws is not asked again.</summary>
    ValueTask WriteAsync(OutputKind kind, ReadOnlyMemory<byte> bytes);

    /// <summary>The program has ended, and all it has written was passed on.</summary>
    void Complete();
}

using System.Buffers;

namespace Zonix.Zones.Streams;

/// <summary>
/// Carries what a program writes to whoever wants it: its log and those attached. The slowest of them holds the program back, as a
/// full pipe would.
/// </summary>
internal sealed class OutputFanOut
{
    private const int ChunkSize = 16 << 10;
    private readonly Lock gate = new();
    private IOutputSink[] sinks = [];
    private bool isComplete;

    /// <summary>Adds a sink, which gets what is written from now on. False: the program has ended.</summary>
    internal bool Add(IOutputSink sink)
    {
        lock (gate)
        {
            if (isComplete)
                return false;
            sinks = [.. sinks, sink];
            return true;
        }
    }

    internal void Remove(IOutputSink sink)
    {
        lock (gate)
            sinks = [.. sinks.Where(one => !ReferenceEquals(one, sink))];
    }

    /// <summary>Passes on all that a process writes; complete when its streams have ended.</summary>
    internal async Task PumpAsync(ZoneProcess process)
    {
        Task errors = process.Error is { } error ? PumpAsync(error, OutputKind.Error) : Task.CompletedTask;
        if (process.Output is { } output)
            await PumpAsync(output, OutputKind.Output).ConfigureAwait(false);
        await errors.ConfigureAwait(false);
        Complete();
    }

    /// <summary>Lets all sinks go; nothing more will come.</summary>
    internal void Complete()
    {
        IOutputSink[] last;
        lock (gate)
        {
            isComplete = true;
            last = sinks;
            sinks = [];
        }

        foreach (IOutputSink sink in last)
            sink.Complete();
    }

    private async Task PumpAsync(GuestStream stream, OutputKind kind)
    {
        while (true)
        {
            // A buffer is held only while there is something to read.
            await stream.WaitToReadAsync().ConfigureAwait(false);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
            int n = await stream.ReadAsync(buffer).ConfigureAwait(false);
            if (n > 0)
                await PassOnAsync(kind, buffer.AsMemory(0, n)).ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
            if (n == 0)
                return;
        }
    }

    private async Task PassOnAsync(OutputKind kind, ReadOnlyMemory<byte> bytes)
    {
        foreach (IOutputSink sink in Volatile.Read(ref sinks))
        {
            try
            {
                await sink.WriteAsync(kind, bytes).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                Remove(sink);
                sink.Complete();
            }
        }
    }
}

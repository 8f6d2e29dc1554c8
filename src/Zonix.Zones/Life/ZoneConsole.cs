using Zonix.Zones.Streams;

namespace Zonix.Zones.Life;

/// <summary>
/// The standard streams of a zone's program as those attached see them. It is there before the program is, so that whoever attaches
/// first misses nothing.
/// </summary>
public sealed class ZoneConsole
{
    private readonly TaskCompletionSource<ZoneProcess?> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim inputTurn = new(1);
    private bool isInputClosed;

    internal OutputFanOut Output { get; } = new();

    /// <summary>Has what the program writes passed on to a sink; false: it has ended.</summary>
    public bool Attach(IOutputSink sink) => Output.Add(sink);

    /// <summary>Ends that.</summary>
    public void Detach(IOutputSink sink) => Output.Remove(sink);

    /// <summary>Gives the program input; waits until it has taken it. Nothing happens when it has no input, or has ended.</summary>
    public async Task WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (await started.Task.WaitAsync(cancellation).ConfigureAwait(false) is not { Input: { } input })
            return;
        await inputTurn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!isInputClosed)
                await input.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The program has closed its input, as it may.
            isInputClosed = true;
        }
        finally
        {
            inputTurn.Release();
        }
    }

    /// <summary>Ends the program's input, unless that is a terminal.</summary>
    public async Task CloseInputAsync(CancellationToken cancellation)
    {
        if (await started.Task.WaitAsync(cancellation).ConfigureAwait(false) is not { HasTerminal: false, Input: { } input })
            return;
        await inputTurn.WaitAsync(cancellation).ConfigureAwait(false);
        isInputClosed = true;
        await input.DisposeAsync().ConfigureAwait(false);
        inputTurn.Release();
    }

    /// <summary>The program runs.</summary>
    internal void Begin(ZoneProcess process) => started.TrySetResult(process);

    /// <summary>There will be no program: those attached are let go.</summary>
    internal void Abandon()
    {
        started.TrySetResult(null);
        Output.Complete();
    }
}

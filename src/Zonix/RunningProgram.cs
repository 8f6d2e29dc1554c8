using Zonix.Zones.Life;

namespace Zonix;

/// <summary>A program of a zone that was started, and its standard streams. Disposing of it kills it.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private readonly ZoneLife life;
    private readonly ZoneExec exec;
    private readonly PipedOutput output;
    private readonly Task over;

    internal RunningProgram(ZoneLife life, ZoneExec exec, PipedOutput output, Task over)
    {
        this.life = life;
        this.exec = exec;
        this.output = output;
        this.over = over;
        StandardInput = new ConsoleInput(exec.Console);
    }

    /// <summary>Its number in the zone.</summary>
    public int Id => exec.Process!.Pid;

    /// <summary>What it reads; to dispose of it is the end of input. Writing after the program has closed its input does nothing.</summary>
    public Stream StandardInput { get; }

    /// <summary>What it writes. A program that is not read from is held back once the stream is full.</summary>
    public Stream StandardOutput => output.Output;

    /// <summary>What it writes as errors, as <see cref="StandardOutput"/>.</summary>
    public Stream StandardError => output.Error;

    /// <summary>Waits for its end; cancelling ends the waiting, not the program.</summary>
    /// <returns>Its exit code; 128 plus the number of the signal that killed it.</returns>
    public Task<int> WaitAsync(CancellationToken cancellation = default) => exec.Process!.WaitAsync(cancellation);

    /// <summary>Kills it and all processes that descend from it, whatever became of those between, and waits until they have ended.</summary>
    public async Task KillAsync(CancellationToken cancellation = default)
    {
        if (life.Kernel is { } zone)
            await zone.EndFamilyAsync(exec.Process!.Process).WaitAsync(cancellation).ConfigureAwait(false);
        await WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        await output.Output.DisposeAsync().ConfigureAwait(false);
        await output.Error.DisposeAsync().ConfigureAwait(false);
        await over.ConfigureAwait(false);
    }
}

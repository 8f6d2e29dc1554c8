using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;
using Zonix.Zones.Streams;

namespace Zonix.Zones;

/// <summary>A process that was started from outside of its zone, and the host's ends of its standard streams.</summary>
public sealed class ZoneProcess : IDisposable
{
    private readonly Pty? terminal;

    internal ZoneProcess(Process process, GuestStream? input, GuestStream? output, GuestStream? error, Pty? terminal)
    {
        Process = process;
        Input = input;
        Output = output;
        Error = error;
        this.terminal = terminal;
    }

    /// <summary>The kernel's process.</summary>
    public Process Process { get; }

    /// <summary>Its number in the zone.</summary>
    public int Pid => Process.Pid.Value;

    /// <summary>What it reads; null when it has no input. With a terminal the same stream as <see cref="Output"/>.</summary>
    public GuestStream? Input { get; }

    /// <summary>What it writes to standard output, or to its terminal.</summary>
    public GuestStream? Output { get; }

    /// <summary>What it writes to standard error; null with a terminal.</summary>
    public GuestStream? Error { get; }

    /// <summary>Whether it has a terminal.</summary>
    public bool HasTerminal => terminal is not null;

    /// <summary>The exit code as shells and docker give it: 128 plus the number of the signal that killed it. Complete when it has ended.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellation = default) =>
        ExitCode(await Process.Completion.WaitAsync(cancellation).ConfigureAwait(false));

    /// <summary>The exit code of a status as wait4(2) gives it.</summary>
    public static int ExitCode(int status) => (status & 0x7F) != 0 ? 128 + (status & 0x7F) : (status >> 8) & 0xFF;

    /// <summary>Sends a signal. From outside SIGKILL and SIGSTOP act on the first process too. pid_namespaces(7).</summary>
    public void Kill(Signal signal)
    {
        if (signal == Signal.SIGKILL)
            Process.BeginExitBySignal(signal);
        else
            SignalSending.Send(Process, SigInfo.FromKernel((int)signal));
    }

    /// <summary>Sets the size of its terminal; nothing happens when it has none.</summary>
    public void Resize(ushort rows, ushort columns)
    {
        if (terminal is not null)
            terminal.WindowSize = new WindowSize(rows, columns, 0, 0);
    }

    /// <summary>It has ended: what it has written can still be read, and then its streams end.</summary>
    internal void Finish()
    {
        Input?.Finish();
        Output?.Finish();
        Error?.Finish();
    }

    /// <summary>Closes the host's ends.</summary>
    public void Dispose()
    {
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
    }
}

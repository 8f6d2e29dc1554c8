using System.Runtime.InteropServices;
using Zonix.Host.Files;

namespace Zonix.Cli.Client;

/// <summary>Joins this process's standard streams with those of a program in the machine.</summary>
internal sealed class StreamSession(WireStream wire, bool isTerminal, bool hasInput) : IDisposable
{
    private const int ChunkSize = 32 << 10, SIGUSR1 = 10, SIGUSR2 = 12;
    private readonly HostTerminalPort? port = isTerminal ? new HostTerminalPort() : null;
    private readonly List<PosixSignalRegistration> registrations = [];

    /// <summary>Has the size of the terminal told now and when it changes.</summary>
    internal void FollowSize(Func<int, int, Task> tell)
    {
        if (port is null)
            return;
        Tell();
        if (!OperatingSystem.IsWindows())
            registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Tell()));

        void Tell()
        {
            Span<ushort> size = stackalloc ushort[4];
            if (port.TryGetSize(size))
                _ = Quietly(tell(size[0], size[1]));
        }
    }

    /// <summary>Passes signals on that this process gets, where there is no terminal that does.</summary>
    internal void PassSignals(Func<int, Task> send)
    {
        (PosixSignal From, int To)[] passed =
            [(PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1), ((PosixSignal)SIGUSR1, SIGUSR1), ((PosixSignal)SIGUSR2, SIGUSR2)];
        foreach ((PosixSignal from, int to) in passed)
        {
            registrations.Add(PosixSignalRegistration.Create(from, context =>
            {
                context.Cancel = true;
                _ = Quietly(send(to));
            }));
        }
    }

    /// <summary>Passes on both ways, until the program's output ends.</summary>
    internal async Task RunAsync()
    {
        if (hasInput)
        {
            if (port is not null)
                port.EnterRaw(Environment.ProcessPath);
            new Thread(Read) { IsBackground = true, Name = "zonix-input" }.Start();
        }

        try
        {
            await FrameReader.CopyAsync(memory => wire.ReadAsync(memory), isTerminal).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The machine is gone, or nobody reads what is shown any more; what became of the program is asked next.
        }
        finally
        {
            port?.Restore();
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        port?.Dispose();
        wire.Dispose();
    }

    // On a thread of its own: the standard input cannot be waited for otherwise.
    private void Read()
    {
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[ChunkSize];
        try
        {
            while (input.Read(buffer) is > 0 and var n)
                wire.WriteAsync(buffer.AsMemory(0, n)).AsTask().GetAwaiter().GetResult();
            wire.EndWriting();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The program has ended before its input did.
        }
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (CommandException)
        {
            // The program has ended meanwhile.
        }
    }
}

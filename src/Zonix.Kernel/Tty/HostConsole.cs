using Zonix.Host.Files;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>
/// The terminal the machine was started on, as a device of the zone: its line discipline is the host's, its job control the zone's.
/// Its settings as found are put back when the machine ends, or dies.
/// </summary>
public sealed class HostConsole : ITerminal, IDisposable
{
    private readonly byte[] found = new byte[HostTerminal.TermiosSize];
    private readonly Lock gate = new();
    private HostTerminalGuard? guard;
    private bool changed;

    /// <summary>Over the stream that is read from and the one that is written to, which may be the same.</summary>
    public HostConsole(HostStream input, HostStream output)
    {
        Stream = input;
        Output = output;
        HostTerminal.GetAttributes(input.Host.Descriptor, found);
        Control = new ControllingTerminal(this);
    }

    /// <summary>The number of its node, /dev/console.</summary>
    public static ulong DeviceNumber => DeviceTable.Number(5, 1);

    /// <inheritdoc/>
    public ulong Number => DeviceNumber;

    /// <inheritdoc/>
    public ControllingTerminal Control { get; }

    /// <summary>The session's processes lose it; the host's terminal itself goes on.</summary>
    public void HangUp() => Control.HangUp();

    /// <summary>Where input comes from.</summary>
    public HostStream Stream { get; }

    /// <summary>Where output goes.</summary>
    public HostStream Output { get; }

    /// <inheritdoc/>
    public Errno Open(IInode node, OpenFlags flags, out IFile? file)
    {
        file = new HostTerminalFile(this, node);
        return 0;
    }

    /// <summary>Puts the settings back.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (changed)
                HostTerminal.SetAttributes(Stream.Host.Descriptor, 1, found);
            changed = false;
            guard?.Dispose();
            guard = null;
        }
    }

    internal int SetAttributes(int when, ReadOnlySpan<byte> termios)
    {
        lock (gate)
        {
            if (!changed && Environment.ProcessPath is { } program)
                guard = HostTerminalGuard.Start(program, Stream.Host.Descriptor, found);
            changed = true;
        }
        return HostTerminal.SetAttributes(Stream.Host.Descriptor, when, termios);
    }
}

using Zonix.Host.Files;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>
/// The terminal the machine was started on, as a device of the zone. Its settings as found are put back when the machine
/// ends.
/// </summary>
public sealed class HostConsole : IDevice, IDisposable
{
    private readonly byte[] found = new byte[HostTerminal.TermiosSize];
    private bool changed;
    private int foregroundGroup;

    /// <summary>Over the stream that is read from and the one that is written to, which may be the same.</summary>
    public HostConsole(HostStream input, HostStream output)
    {
        Stream = input;
        Output = output;
        HostTerminal.GetAttributes(input.Host.Descriptor, found);
    }

    /// <summary>The number of its node, /dev/pts/0.</summary>
    public static ulong DeviceNumber => DeviceTable.Number(136, 0);

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
        if (changed)
            HostTerminal.SetAttributes(Stream.Host.Descriptor, 1, found);
        changed = false;
    }

    internal int SetAttributes(int when, ReadOnlySpan<byte> termios)
    {
        changed = true;
        return HostTerminal.SetAttributes(Stream.Host.Descriptor, when, termios);
    }

    // Until there are sessions, the process that asks is in the foreground.
    internal int ForegroundGroup(KernelTask task) => foregroundGroup != 0 ? foregroundGroup : task.Process.Pid.Value;

    internal Errno SetForegroundGroup(int group)
    {
        if (group <= 0)
            return Errno.EINVAL;
        foregroundGroup = group;
        return 0;
    }

    internal static int Session(KernelTask task) => task.Process.Pid.Value;
}

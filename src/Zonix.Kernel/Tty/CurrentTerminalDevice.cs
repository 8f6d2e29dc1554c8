using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>/dev/tty: the controlling terminal of whoever opens it; ENXIO without one. tty(4).</summary>
public sealed class CurrentTerminalDevice : IDevice
{
    /// <inheritdoc/>
    public Errno Open(IInode node, OpenFlags flags, out IFile? file)
    {
        file = null;
        return Worker.Current?.Running?.Process.Terminal is { } control
            ? control.Terminal.Open(node, flags | OpenFlags.O_NOCTTY, out file)
            : Errno.ENXIO;
    }
}

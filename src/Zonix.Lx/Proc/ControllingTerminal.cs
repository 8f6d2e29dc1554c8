using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>What /proc/[pid]/stat tells of a process's controlling terminal: tty_nr, tpgid.</summary>
internal static class ControllingTerminal
{
    /// <summary>Its device number as stat(5) of old had it, and its foreground group; 0 and -1 without one.</summary>
    internal static (long Device, long Foreground) Of(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (process.Terminal is not { } control)
            return (0, -1);
        uint major = (uint)(control.Terminal.Number >> 32), minor = (uint)control.Terminal.Number;
        int group = control.ForegroundGroup;
        return ((minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12), group == 0 ? -1 : group);
    }
}

using Zonix.Kernel.Tty;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>Settings of terminals. proc_sys_kernel(5), proc_sys_dev(5).</summary>
internal static class TerminalText
{
    /// <summary>/proc/sys/kernel/pty.</summary>
    internal static void FillPty(StaticEntries directory, TtySettings settings) => directory
        .Number("max", () => settings.Max, 0, int.MaxValue, value => settings.Max = (int)value)
        .Text("nr", () => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{settings.Count}\n"))
        .Number("reserve", () => settings.Reserve, 0, int.MaxValue, value => settings.Reserve = (int)value);

    /// <summary>/proc/sys/dev/tty.</summary>
    internal static void FillTty(StaticEntries directory, TtySettings settings) => directory
        .Refused("ldisc_autoload", 0)
        .Number("legacy_tiocsti", () => settings.LegacyTiocsti ? 1 : 0, 0, 1, value => settings.LegacyTiocsti = value != 0);
}

using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>A terminal that can be the controlling one of a session.</summary>
public interface ITerminal : IDevice
{
    /// <summary>Its device number.</summary>
    ulong Number { get; }

    /// <summary>Who it belongs to.</summary>
    ControllingTerminal Control { get; }

    /// <summary>The session loses it, and files that are open the line, where it is the zone's own. Call with no lock held. vhangup(2).</summary>
    void HangUp();
}

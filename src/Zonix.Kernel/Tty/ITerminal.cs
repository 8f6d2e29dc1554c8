using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>A terminal that can be the controlling one of a session.</summary>
public interface ITerminal : IDevice
{
    /// <summary>Its device number.</summary>
    ulong Number { get; }

    /// <summary>Who it belongs to.</summary>
    ControllingTerminal Control { get; }
}

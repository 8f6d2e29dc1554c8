using System.Text.Json.Serialization;

namespace Zonix.Zones.Life;

/// <summary>Where a zone is in its life. zones(7).</summary>
[JsonConverter(typeof(ZoneStateConverter))]
public enum ZoneState
{
    /// <summary>Its configuration is known; it has no root yet.</summary>
    Configured,

    /// <summary>It has a root, and has never run. Docker: created.</summary>
    Installed,

    /// <summary>Its file systems are mounted; its first program is about to start.</summary>
    Ready,

    /// <summary>Its first program runs. Docker: running, or paused.</summary>
    Running,

    /// <summary>Its first program has been asked to end, or has ended, and the rest is being ended.</summary>
    ShuttingDown,

    /// <summary>It has run, and nothing of it is left but its root. Docker: exited.</summary>
    Down,
}

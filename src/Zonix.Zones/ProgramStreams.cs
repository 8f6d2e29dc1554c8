namespace Zonix.Zones;

/// <summary>What a program's descriptors 0, 1 and 2 are.</summary>
public enum ProgramStreams
{
    /// <summary>/dev/null.</summary>
    None,

    /// <summary>Pipes, whose other ends the caller has.</summary>
    Pipes,

    /// <summary>A pty of the program's own, which is its controlling terminal; the caller has the master.</summary>
    Terminal,

    /// <summary>The standard streams of this process, or the zone's console, as the zone was made.</summary>
    OfZone,
}

namespace Zonix.Api.Docker;

/// <summary>What a zone can be that a container cannot.</summary>
public sealed record ZonixConfig
{
    /// <summary>A directory of the host as the root.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>The Linux release that uname(2) shows.</summary>
    public string? KernelVersion { get; init; }

    /// <summary>Large windows for all processes.</summary>
    public bool LargeWindows { get; init; }

    /// <summary>Whether it boots with the machine.</summary>
    public bool Autoboot { get; init; }

    /// <summary>What it may reach by its networks; null: everything.</summary>
    public Zonix.Zones.Configuration.ZonePolicy? NetworkPolicy { get; init; }
}

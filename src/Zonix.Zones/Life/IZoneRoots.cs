using Zonix.Zones.Configuration;

namespace Zonix.Zones.Life;

/// <summary>Where the roots of zones come from: datasets that are clones of images.</summary>
public interface IZoneRoots
{
    /// <summary>Completes a new zone's configuration with what its image says, and makes its root.</summary>
    /// <exception cref="ZoneException">There is no such image; or there is no room.</exception>
    Task<ZoneConfiguration> InstallAsync(ZoneConfiguration zone, CancellationToken cancellation);

    /// <summary>Opens the root of a zone that is about to boot.</summary>
    IZoneRoot Open(ZoneConfiguration zone);

    /// <summary>Takes the root of a zone away.</summary>
    Task RemoveAsync(ZoneConfiguration zone);

    /// <summary>Makes the root of a new zone from that of another, as it is now, also while that runs, or as it was at a snapshot.</summary>
    /// <exception cref="ZoneException">There is no such snapshot, or such roots cannot be cloned.</exception>
    ZoneConfiguration Clone(ZoneConfiguration source, string? snapshot, ZoneConfiguration zone);

    /// <summary>Keeps a root as it is now, also while the zone runs.</summary>
    ZoneSnapshot Snapshot(ZoneConfiguration zone, string name);

    /// <summary>What was kept of a root, the oldest first.</summary>
    IReadOnlyList<ZoneSnapshot> Snapshots(ZoneConfiguration zone);

    /// <summary>Nothing happens when there is that snapshot.</summary>
    /// <exception cref="ZoneException">There is no such snapshot.</exception>
    void RequireSnapshot(ZoneConfiguration zone, string name);

    /// <summary>Forgets one of these.</summary>
    void DestroySnapshot(ZoneConfiguration zone, string name);

    /// <summary>Makes the root of a zone that does not run what it was at a snapshot; newer snapshots are destroyed.</summary>
    void Rollback(ZoneConfiguration zone, string snapshot);
}

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
}

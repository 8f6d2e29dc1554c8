using Zonix.Kernel.Vfs;
using Zonix.Zones.Configuration;

namespace Zonix.Zones.Life;

/// <summary>Roots that are trees of the host, under a layer in memory that is gone when the zone ends.</summary>
public sealed class HostRoots : IZoneRoots
{
    /// <summary>The image that is the host's own tree.</summary>
    public const string HostImage = "host";

    /// <summary>Whether a zone's root is one of these.</summary>
    public static bool Has(ZoneConfiguration zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return zone.RootDirectory is not null || zone.Image == HostImage;
    }

    /// <inheritdoc/>
    public Task<ZoneConfiguration> InstallAsync(ZoneConfiguration zone, CancellationToken cancellation)
    {
        if (!Has(zone))
            throw new ZoneException(ZoneError.NotFound, $"No such image: {zone.Image}");
        if (zone.RootDirectory is { } directory && !Directory.Exists(directory))
            throw new ZoneException(ZoneError.Invalid, $"root_directory: \"{directory}\": there is no such directory");
        return Task.FromResult(zone);
    }

    /// <inheritdoc/>
    public IZoneRoot Open(ZoneConfiguration zone) => new Root(zone.RootDirectory ?? "/");

    /// <inheritdoc/>
    public Task RemoveAsync(ZoneConfiguration zone) => Task.CompletedTask;

    private sealed record Root(string Directory) : IZoneRoot
    {
        public IFileSystem? FileSystem => null;

        public void Dispose()
        {
        }
    }
}

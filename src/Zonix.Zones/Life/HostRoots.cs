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

    /// <inheritdoc/>
    public ZoneConfiguration Clone(ZoneConfiguration source, string? snapshot, ZoneConfiguration zone) => throw HasNone(source);

    /// <inheritdoc/>
    public ZoneSnapshot Snapshot(ZoneConfiguration zone, string name) => throw HasNone(zone);

    /// <inheritdoc/>
    public IReadOnlyList<ZoneSnapshot> Snapshots(ZoneConfiguration zone) => [];

    /// <inheritdoc/>
    public void RequireSnapshot(ZoneConfiguration zone, string name) => throw HasNone(zone);

    /// <inheritdoc/>
    public void DestroySnapshot(ZoneConfiguration zone, string name) => throw HasNone(zone);

    /// <inheritdoc/>
    public void Rollback(ZoneConfiguration zone, string snapshot) => throw HasNone(zone);

    private static ZoneException HasNone(ZoneConfiguration zone) => new(
        ZoneError.Conflict, $"{zone.Alias}: its root is a tree of the host under a layer in memory; only zones made from images have a dataset, and snapshots");

    private sealed record Root(string Directory) : IZoneRoot
    {
        public IFileSystem? FileSystem => null;

        public void Dispose()
        {
        }
    }
}

using Zonix.FileSystems.Pool;
using Zonix.Images;
using Zonix.Kernel.Vfs;
using Zonix.Storage;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Datasets;

/// <summary>Roots that are datasets zones/UUID, clones of images; those of the host's trees are left to <see cref="HostRoots"/>.</summary>
public sealed partial class PoolRoots(LocalMachine machine) : IZoneRoots
{
    private const string Zones = "zones/";
    private readonly HostRoots host = new();

    /// <summary>The dataset of a zone.</summary>
    public static string DatasetOf(ZoneConfiguration zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return zone.Dataset ?? Zones + zone.Uuid;
    }

    /// <inheritdoc/>
    public Task<ZoneConfiguration> InstallAsync(ZoneConfiguration zone, CancellationToken cancellation)
    {
        if (HostRoots.Has(zone))
            return host.InstallAsync(zone, cancellation);
        try
        {
            Image image = machine.Images.Find(zone.Image!) ?? throw new ZoneException(ZoneError.NotFound, $"No such image: {zone.Image}");
            string dataset = DatasetOf(zone);
            // What the pool has lost of an image is unpacked again.
            if (machine.Pool.FindSnapshot(image.RootSnapshot) is null)
                machine.Images.Prepare(zone.Image!, cancellation: cancellation);
            machine.Pool.Clone(image.RootSnapshot, dataset, new DatasetProperties { Quota = zone.Quota << 30 });
            return Task.FromResult(zone with { ImageUuid = image.Id.ToString(), Dataset = dataset, Init = Complete(zone.Init, image.Config) });
        }
        catch (Exception e) when (e is PoolException or ImageException)
        {
            throw new ZoneException(ZoneError.Failed, e.Message);
        }
    }

    /// <inheritdoc/>
    public IZoneRoot Open(ZoneConfiguration zone)
    {
        if (HostRoots.Has(zone))
            return host.Open(zone);
        try
        {
            Dataset dataset = machine.Pool.Find(DatasetOf(zone)) ??
                throw new ZoneException(ZoneError.Failed, $"{DatasetOf(zone)}: the zone's dataset is not there any more");
            return new Root(DatasetFileSystem.Open(machine.Kernel.FileSystems, dataset));
        }
        catch (PoolException e)
        {
            throw new ZoneException(ZoneError.Failed, e.Message);
        }
    }

    /// <inheritdoc/>
    public Task RemoveAsync(ZoneConfiguration zone)
    {
        if (HostRoots.Has(zone) || machine.Pool.Find(DatasetOf(zone)) is null)
            return Task.CompletedTask;
        Guard(() =>
        {
            string dataset = DatasetOf(zone);
            string? origin = machine.Pool.Find(dataset)?.Origin?.Name;
            machine.Pool.Destroy(dataset, recursive: true);
            ForgetOrigin(origin);
        });
        return Task.CompletedTask;
    }

    // What the request does not say is as the image has it; an entry point of one's own goes without the image's arguments.
    private static ZoneInit Complete(ZoneInit wanted, ImageConfig image) => wanted with
    {
        Entrypoint = wanted.Entrypoint ?? image.Entrypoint,
        Cmd = wanted.Cmd ?? (wanted.Entrypoint is null ? image.Cmd : null),
        Env = [.. image.Env ?? [], .. wanted.Env ?? []],
        WorkingDir = wanted.WorkingDir ?? (string.IsNullOrEmpty(image.WorkingDir) ? null : image.WorkingDir),
        User = wanted.User ?? (string.IsNullOrEmpty(image.User) ? null : image.User),
        StopSignal = wanted.StopSignal ?? (string.IsNullOrEmpty(image.StopSignal) ? null : image.StopSignal),
        StopTimeout = wanted.StopTimeout ?? image.StopTimeout,
        Labels = Merge(image.Labels, wanted.Labels),
    };

    private static Dictionary<string, string>? Merge(IReadOnlyDictionary<string, string>? image, IReadOnlyDictionary<string, string>? wanted)
    {
        if (image is null && wanted is null)
            return null;
        var all = new Dictionary<string, string>();
        foreach ((string name, string value) in (image ?? new Dictionary<string, string>()).Concat(wanted ?? new Dictionary<string, string>()))
            all[name] = value;
        return all;
    }

    private sealed class Root(DatasetFileSystem files) : IZoneRoot
    {
        public IFileSystem FileSystem => files;

        public string Directory => "/";

        public void Dispose() => files.Dispose();
    }
}

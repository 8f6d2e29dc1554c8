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
        return HostRoots.Has(zone) ? InstallHostAsync(zone, cancellation) : Task.FromResult(Guard(() => InstallImage(zone, cancellation)));
    }

    /// <inheritdoc/>
    public IZoneRoot OpenVolume(string name) => machine.Volumes.Open(name);

    /// <inheritdoc/>
    public void RemoveVolumes(ZoneConfiguration zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        foreach (ZoneFileSystem mount in (zone.Filesystems ?? []).Where(mount => mount is { Type: ZoneFileSystem.Volume, Source: not null }))
        {
            if (machine.Volumes.Find(mount.Source!) is not { IsAnonymous: true } || machine.UsersOf(mount.Source!).Any(user => user.Configuration.Uuid != zone.Uuid))
                continue;
            machine.Volumes.Remove(mount.Source!);
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

    private async Task<ZoneConfiguration> InstallHostAsync(ZoneConfiguration zone, CancellationToken cancellation)
    {
        ZoneConfiguration installed = await host.InstallAsync(zone, cancellation).ConfigureAwait(false);
        bool hasVolumes = (zone.Filesystems ?? []).Any(mount => mount.Type == ZoneFileSystem.Volume);
        return hasVolumes ? WithVolumes(installed, null) : installed;
    }

    private ZoneConfiguration InstallImage(ZoneConfiguration zone, CancellationToken cancellation)
    {
        ImagePlatform? platform = zone.Architecture is { } architecture ? ImagePlatform.TryParse(architecture) : null;
        Image image = machine.Images.Find(zone.Image!, platform) ??
            throw new ZoneException(ZoneError.NotFound, $"No such image: {zone.Image}{(platform is null ? "" : $" for {platform}")}");
        string dataset = DatasetOf(zone);
        // What the pool has lost of an image is unpacked again.
        if (machine.Pool.FindSnapshot(image.RootSnapshot) is null)
            machine.Images.Prepare(image, cancellation: cancellation);
        machine.Pool.Clone(image.RootSnapshot, dataset, new DatasetProperties { Quota = zone.Quota << 30 });
        try
        {
            ZoneConfiguration made = zone with
            {
                ImageUuid = image.Id.ToString(),
                Architecture = image.Platform.Architecture,
                Dataset = dataset,
                Init = Complete(zone.Init, image.Config),
                ExposedPorts = [.. (zone.ExposedPorts ?? []).Union(image.Config.ExposedPorts?.Keys ?? Enumerable.Empty<string>())],
            };
            return WithVolumes(made, image.Config);
        }
        catch
        {
            machine.Pool.Destroy(dataset, recursive: true);
            throw;
        }
    }

    private ZoneConfiguration WithVolumes(ZoneConfiguration zone, ImageConfig? image)
    {
        var made = new List<string>();
        try
        {
            return new VolumePreparation(machine).Prepare(zone, image, made);
        }
        catch
        {
            foreach (string name in made)
                machine.Volumes.Remove(name);
            throw;
        }
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
        Healthcheck = Complete(wanted.Healthcheck, image.Healthcheck),
        Labels = Merge(image.Labels, wanted.Labels),
    };

    private static ZoneHealthcheck? Complete(ZoneHealthcheck? wanted, HealthcheckConfig? image)
    {
        if (image is null)
            return wanted;
        wanted ??= new ZoneHealthcheck();
        return wanted with
        {
            Test = wanted.Test is { Count: > 0 } ? wanted.Test : image.Test,
            Interval = wanted.Interval ?? image.Interval,
            Timeout = wanted.Timeout ?? image.Timeout,
            StartPeriod = wanted.StartPeriod ?? image.StartPeriod,
            StartInterval = wanted.StartInterval ?? image.StartInterval,
            Retries = wanted.Retries ?? image.Retries,
        };
    }

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

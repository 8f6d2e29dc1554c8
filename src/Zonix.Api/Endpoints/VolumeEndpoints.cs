using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Images;
using Zonix.Storage;
using Zonix.Zones;
using Zonix.Zones.Life;
using Zonix.Zones.Volumes;

namespace Zonix.Api.Endpoints;

/// <summary>Volumes, and what takes room on the disk.</summary>
internal static class VolumeEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/volumes", http => ListAsync(http, machine));
        app.MapPost("/volumes/create", http => CreateAsync(http, machine));
        app.MapPost("/volumes/prune", http => PruneAsync(http, machine));
        app.MapGet("/volumes/{name}", http => Answers.Json(http, Show(machine, machine.Volumes.Get(Answers.Route(http, "name"))), ApiJson.Default.VolumeItem));
        app.MapDelete("/volumes/{name}", http => DeleteAsync(http, machine));
        app.MapGet("/system/df", http => Answers.Json(http, Usage(machine), ApiJson.Default.DiskUsage));
    }

    private static VolumeItem Show(LocalMachine machine, Volume volume) => new()
    {
        Name = volume.Name,
        CreatedAt = Answers.Show(volume.Created),
        Labels = volume.Labels,
        UsageData = new VolumeUsage(volume.Bytes, machine.UsersOf(volume.Name).Count()),
    };

    private static Task ListAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        VolumeItem[] found = [.. machine.Volumes.List()
            .Where(volume => Filters.Any(filters, "name", one => volume.Name.Contains(one, StringComparison.Ordinal)) && Filters.Labels(filters, volume.Labels))
            .Select(volume => Show(machine, volume))
            .Where(volume => Filters.Any(filters, "dangling", one => one is "true" or "1" == (volume.UsageData!.RefCount == 0)))];
        return Answers.Json(http, new VolumeList(found, []), ApiJson.Default.VolumeList);
    }

    private static async Task CreateAsync(HttpContext http, LocalMachine machine)
    {
        VolumeRequest request = await Answers.Body(http, ApiJson.Default.VolumeRequest).ConfigureAwait(false);
        if (request.Driver is { Length: > 0 } driver and not "local")
            throw new ZoneException(ZoneError.Invalid, $"Driver: \"{driver}\": expected local, the only one there is");
        if (request.DriverOpts is { Count: > 0 })
            throw new ZoneException(ZoneError.Invalid, "DriverOpts: there are none; a folder of the host is mounted by -v /FOLDER:/PLACE");
        Volume made = machine.Volumes.Create(string.IsNullOrEmpty(request.Name) ? null : request.Name, request.Labels);
        machine.Zones.Events.Publish(new ZoneEvent(DateTimeOffset.UtcNow, "volume", "create", made.Name, new Dictionary<string, string> { ["driver"] = "local" }));
        await Answers.Json(http, Show(machine, made), ApiJson.Default.VolumeItem, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static Task DeleteAsync(HttpContext http, LocalMachine machine)
    {
        string name = Answers.Route(http, "name");
        machine.Volumes.Get(name);
        if (machine.UsersOf(name).FirstOrDefault() is { } user)
            throw new ZoneException(ZoneError.Conflict, $"remove {name}: volume is in use - [{user.Id}]; remove the zone {user.Name} first");
        Remove(machine, name);
        return Answers.Empty(http);
    }

    private static void Remove(LocalMachine machine, string name)
    {
        machine.Volumes.Remove(name);
        machine.Zones.Events.Publish(new ZoneEvent(DateTimeOffset.UtcNow, "volume", "destroy", name, new Dictionary<string, string> { ["driver"] = "local" }));
    }

    // Anonymous ones; all that no container uses with all=1.
    private static Task PruneAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        bool all = Filters.Has(filters, "all", "true") && filters.ContainsKey("all");
        Volume[] unused = [.. machine.Volumes.List()
            .Where(volume => (all || volume.IsAnonymous) && Filters.Labels(filters, volume.Labels) && !machine.UsersOf(volume.Name).Any())];
        foreach (Volume volume in unused)
            Remove(machine, volume.Name);
        return Answers.Json(http, new VolumePruneResponse([.. unused.Select(one => one.Name)], unused.Sum(one => one.Bytes)), ApiJson.Default.VolumePruneResponse);
    }

    private static DiskUsage Usage(LocalMachine machine)
    {
        IReadOnlyList<DatasetInfo> datasets = machine.Pool.List();
        Dictionary<string, DatasetInfo> byName = datasets.ToDictionary(one => one.Name);
        IReadOnlyList<ZoneLife> zones = machine.Zones.List();
        return new DiskUsage
        {
            LayersSize = datasets.Where(one => one.Name.StartsWith("images/", StringComparison.Ordinal)).Sum(one => one.Used),
            Images = [.. machine.Images.List().Select(image => ImageShapes.Summary(image, zones.Count(zone => zone.Configuration.ImageUuid == image.Id.ToString())))],
            Containers = [.. zones.Select(zone => ContainerShapes.Summary(zone, byName))],
            Volumes = [.. machine.Volumes.List().Select(volume => Show(machine, volume))],
        };
    }
}

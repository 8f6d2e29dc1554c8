using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Images;
using Zonix.Images.Differences;
using Zonix.Images.References;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>What is done with the trees of containers: diff, export, commit. Each looks at a snapshot, so that a zone may run meanwhile.</summary>
internal static class TreeEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/containers/{id}/changes", http => ChangesAsync(http, machine, ContainerEndpoints.Find(http, machine)));
        app.MapGet("/containers/{id}/export", http => ExportAsync(http, machine, ContainerEndpoints.Find(http, machine)));
        app.MapPost("/commit", http => CommitAsync(http, machine));
    }

    private static string Dataset(ZoneLife zone) => zone.Configuration.Dataset ?? throw new ZoneException(
        ZoneError.Conflict, $"{zone.Name}: its root is a tree of the host under a layer in memory; only zones made from images have a dataset");

    // A snapshot for the time of one request.
    private static T WithSnapshot<T>(LocalMachine machine, ZoneLife zone, Func<string, T> use)
    {
        string snapshot = machine.Pool.Snapshot(Dataset(zone), "request-" + Guid.NewGuid().ToString("N")).Name;
        try
        {
            return use(snapshot);
        }
        finally
        {
            machine.Pool.Destroy(snapshot);
        }
    }

    private static Task ChangesAsync(HttpContext http, LocalMachine machine, ZoneLife zone)
    {
        List<ChangeItem> changes = WithSnapshot(machine, zone, snapshot => machine.Images
            .Diff(snapshot, zone.Configuration.ImageUuid!, http.RequestAborted)
            .Where(change => change.Kind != ChangeKind.Added || !IsMountPoint(change.Path))
            .Select(change => new ChangeItem(change.Path, change.Kind switch { ChangeKind.Added => 1, ChangeKind.Deleted => 2, _ => 0 }))
            .ToList());
        return Answers.Json(http, changes, ApiJson.Default.ListChangeItem);
    }

    // Made so that something can be mounted there: docker does not show them either.
    private static bool IsMountPoint(string path) =>
        path is "/etc/hosts" or "/etc/hostname" or "/etc/resolv.conf" or "/dev" or "/proc" or "/sys" or "/sbin/docker-init" or "/usr/sbin/docker-init";

    private static async Task ExportAsync(HttpContext http, LocalMachine machine, ZoneLife zone)
    {
        Dataset(zone);
        http.Response.ContentType = "application/x-tar";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        WithSnapshot(machine, zone, snapshot =>
        {
            machine.Images.Export(snapshot, http.Response.Body, http.RequestAborted);
            return true;
        });
    }

    private static Task CommitAsync(HttpContext http, LocalMachine machine)
    {
        ZoneLife zone = machine.Zones.Find(Answers.Text(http, "container") ?? throw new ZoneException(ZoneError.Invalid, "container: missing"));
        string? repository = Answers.Text(http, "repo"), tag = Answers.Text(http, "tag");
        ImageReference? name = repository is null ? null : ImageReference.Parse(tag is null ? repository : $"{repository}:{tag}");
        string below = zone.Configuration.ImageUuid ?? "";
        Image made = WithSnapshot(machine, zone, snapshot => machine.Images.Commit(snapshot, below, name, new NewImage
        {
            Author = Answers.Text(http, "author"),
            Comment = Answers.Text(http, "comment"),
            CreatedBy = string.Join(' ', (zone.Configuration.Init.Entrypoint ?? []).Concat(zone.Configuration.Init.Cmd ?? [])),
            Config = ImageChanges.Apply(machine.Images.Get(below).Config, http.Request.Query["changes"]),
        }, http.RequestAborted));
        ImageEndpoints.Tell(machine, made, "commit");
        return Answers.Json(http, new IdResponse(made.Id.ToString()), ApiJson.Default.IdResponse, StatusCodes.Status201Created);
    }
}

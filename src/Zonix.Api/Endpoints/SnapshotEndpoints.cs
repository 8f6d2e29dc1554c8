using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>Snapshots of zones, going back to them, and zones made from zones.</summary>
internal static class SnapshotEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/zonix/zones/{id}/snapshots", http =>
            Answers.Json(http, [.. ContainerEndpoints.Find(http, machine).Snapshots.Select(Show)], ApiJson.Default.ListSnapshotItem));
        app.MapPost("/zonix/zones/{id}/snapshots", http => SnapshotAsync(http, ContainerEndpoints.Find(http, machine)));
        app.MapDelete("/zonix/zones/{id}/snapshots/{name}", async http =>
        {
            await ContainerEndpoints.Find(http, machine).DestroySnapshotAsync(Answers.Route(http, "name")).ConfigureAwait(false);
            await Answers.Empty(http).ConfigureAwait(false);
        });
        app.MapPost("/zonix/zones/{id}/rollback", http => RollbackAsync(http, ContainerEndpoints.Find(http, machine)));
        app.MapPost("/zonix/zones/{id}/clone", http => CloneAsync(http, machine));
    }

    private static async Task SnapshotAsync(HttpContext http, ZoneLife zone)
    {
        string name = Answers.Text(http, "name") ?? DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss.fff", CultureInfo.InvariantCulture);
        ZoneSnapshot made = await zone.SnapshotAsync(name, http.RequestAborted).ConfigureAwait(false);
        await Answers.Json(http, Show(made), ApiJson.Default.SnapshotItem, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task RollbackAsync(HttpContext http, ZoneLife zone)
    {
        string snapshot = Answers.Text(http, "snapshot") ?? throw new ZoneException(ZoneError.Invalid, "snapshot: missing; expected the name of one");
        TimeSpan? timeout = Answers.Number(http, "t") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        await zone.RollbackAsync(snapshot, timeout, http.RequestAborted).ConfigureAwait(false);
        await Answers.Empty(http).ConfigureAwait(false);
    }

    private static async Task CloneAsync(HttpContext http, LocalMachine machine)
    {
        ZoneLife made = await machine.Zones
            .CloneAsync(ContainerEndpoints.Find(http, machine), Answers.Text(http, "snapshot"), Answers.Text(http, "name"), http.RequestAborted)
            .ConfigureAwait(false);
        if (Answers.Flag(http, "boot"))
            await made.StartAsync(http.RequestAborted).ConfigureAwait(false);
        await ZoneEndpoints.ShowAsync(http, made, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static SnapshotItem Show(ZoneSnapshot one) => new(one.Name, one.Created, one.Referenced, one.Used);
}

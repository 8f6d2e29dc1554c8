using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Abi;
using Zonix.Api.Docker;
using Zonix.Images;
using Zonix.Storage;
using Zonix.Zones;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>The life of containers.</summary>
internal static class ContainerEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/containers/json", http => ListAsync(http, machine));
        app.MapPost("/containers/create", http => CreateAsync(http, machine));
        app.MapPost("/containers/prune", http => PruneAsync(http, machine));
        app.MapGet("/containers/{id}/json", http => InspectAsync(http, machine, Find(http, machine)));
        app.MapPost("/containers/{id}/start", async http =>
            await Answers.Empty(http, await Find(http, machine).StartAsync(http.RequestAborted).ConfigureAwait(false) ? 204 : 304).ConfigureAwait(false));
        app.MapPost("/containers/{id}/stop", async http =>
            await Answers.Empty(http, await StopAsync(http, Find(http, machine)).ConfigureAwait(false) ? 204 : 304).ConfigureAwait(false));
        app.MapPost("/containers/{id}/restart", async http =>
        {
            ZoneLife zone = Find(http, machine);
            await StopAsync(http, zone).ConfigureAwait(false);
            await zone.StartAsync(http.RequestAborted).ConfigureAwait(false);
            await Answers.Empty(http).ConfigureAwait(false);
        });
        app.MapPost("/containers/{id}/kill", async http =>
        {
            await Find(http, machine).KillAsync(ReadSignal(http) ?? Signal.SIGKILL, http.RequestAborted).ConfigureAwait(false);
            await Answers.Empty(http).ConfigureAwait(false);
        });
        app.MapPost("/containers/{id}/pause", http => Do(http, machine, zone => zone.Pause()));
        app.MapPost("/containers/{id}/unpause", http => Do(http, machine, zone => zone.Unpause()));
        app.MapPost("/containers/{id}/wait", http => WaitAsync(http, Find(http, machine)));
        app.MapPost("/containers/{id}/rename", http => RenameAsync(http, Find(http, machine)));
        app.MapPost("/containers/{id}/update", http => UpdateAsync(http, Find(http, machine)));
        app.MapDelete("/containers/{id}", async http =>
        {
            await Find(http, machine).RemoveAsync(Answers.Flag(http, "force"), Answers.Flag(http, "v"), http.RequestAborted).ConfigureAwait(false);
            await Answers.Empty(http).ConfigureAwait(false);
        });
    }

    internal static ZoneLife Find(HttpContext http, LocalMachine machine) => machine.Zones.Find(Answers.Route(http, "id"));

    private static Task Do(HttpContext http, LocalMachine machine, Action<ZoneLife> what)
    {
        what(Find(http, machine));
        return Answers.Empty(http);
    }

    private static Signal? ReadSignal(HttpContext http)
    {
        if (Answers.Text(http, "signal") is not { } text)
            return null;
        return SignalNames.TryParse(text, out Signal signal) ? signal : throw new ZoneException(ZoneError.Invalid, $"Invalid signal: {text}");
    }

    // Stopping goes on when the client does not wait for it.
    private static Task<bool> StopAsync(HttpContext http, ZoneLife zone)
    {
        TimeSpan? timeout = Answers.Number(http, "t") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return zone.StopAsync(timeout, ReadSignal(http), cancellation: http.RequestAborted);
    }

    private static async Task CreateAsync(HttpContext http, LocalMachine machine)
    {
        CreateRequest request = await Answers.Body(http, ApiJson.Default.CreateRequest).ConfigureAwait(false);
        var warnings = new List<string>();
        ZoneConfiguration wanted = ContainerRequests.Read(request, Answers.Text(http, "name"), warnings) with { Architecture = Answers.Platform(http)?.Architecture };
        warnings.AddRange(ZoneValidation.Check(wanted));
        ZoneLife zone = await machine.Zones.CreateAsync(wanted, http.RequestAborted).ConfigureAwait(false);
        if (wanted.Architecture is null && zone.Configuration.Architecture == ImagePlatform.I386.Architecture && wanted.Image?.StartsWith("i386/", StringComparison.Ordinal) == false)
            warnings.Add($"{wanted.Image} is for {ImagePlatform.I386} here, and no platform was asked for: --platform {ImagePlatform.Amd64} gets the other");
        await Answers.Json(http, new CreateResponse(zone.Id, warnings), ApiJson.Default.CreateResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static Task InspectAsync(HttpContext http, LocalMachine machine, ZoneLife zone)
    {
        ContainerDetails details = ContainerShapes.Details(zone);
        if (Answers.Flag(http, "size"))
        {
            DatasetInfo? dataset = zone.Configuration.Dataset is { } name ? machine.Pool.List().FirstOrDefault(one => one.Name == name) : null;
            details = details with { SizeRw = dataset?.Used ?? 0, SizeRootFs = dataset?.Referenced ?? 0 };
        }

        return Answers.Json(http, details, ApiJson.Default.ContainerDetails);
    }

    private static Task ListAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        ContainerFilters.Check(filters);
        int limit = Answers.Number(http, "limit") ?? 0;
        bool all = Answers.Flag(http, "all") || limit > 0 || filters.ContainsKey("status") || filters.ContainsKey("exited");
        IReadOnlyList<ZoneLife> known = machine.Zones.List();
        Func<ZoneLife, bool> isBetween = ContainerFilters.Between(filters, machine.Zones);
        IEnumerable<ZoneLife> zones = known.Where(zone =>
            (all || zone.IsRunning || zone.IsRestarting) && ContainerFilters.Wants(filters, zone) && ContainerFilters.IsMadeFrom(filters, zone, machine.Images) && isBetween(zone));
        if (limit > 0)
            zones = zones.Take(limit);
        if (!Answers.Flag(http, "size"))
            return Answers.Json(http, [.. zones.Select(ContainerShapes.Summary)], ApiJson.Default.ListContainerSummary);
        Dictionary<string, DatasetInfo> datasets = machine.Pool.List().ToDictionary(one => one.Name);
        return Answers.Json(http, [.. zones.Select(zone => ContainerShapes.Summary(zone, datasets))], ApiJson.Default.ListContainerSummary);
    }

    private static async Task WaitAsync(HttpContext http, ZoneLife zone)
    {
        // The answer begins at once: a client that has read it knows that the wait has begun.
        Task<int> wait = Answers.Text(http, "condition") switch
        {
            null or "not-running" => zone.WaitStoppedAsync(http.RequestAborted),
            "next-exit" => zone.WaitNextExitAsync(http.RequestAborted),
            "removed" => zone.WaitRemovedAsync(http.RequestAborted),
            var other => throw new ZoneException(ZoneError.Invalid, $"condition: \"{other}\": expected not-running, next-exit or removed"),
        };
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        var answer = new WaitResponse(await wait.ConfigureAwait(false));
        await http.Response.Body.WriteAsync(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Default.WaitResponse)).ConfigureAwait(false);
    }

    private static async Task RenameAsync(HttpContext http, ZoneLife zone)
    {
        string name = (Answers.Text(http, "name") ?? "").TrimStart('/');
        if (name.Length == 0)
            throw new ZoneException(ZoneError.Invalid, "Neither old nor new names may be empty");
        string old = zone.Name;
        await zone.UpdateAsync(made => made with { Alias = name }, http.RequestAborted).ConfigureAwait(false);
        zone.Tell("rename", ("oldName", "/" + old));
        await Answers.Empty(http).ConfigureAwait(false);
    }

    private static async Task UpdateAsync(HttpContext http, ZoneLife zone)
    {
        UpdateRequest request = await Answers.Body(http, ApiJson.Default.UpdateRequest).ConfigureAwait(false);
        await zone.UpdateAsync(old => ContainerRequests.Update(old, request), http.RequestAborted).ConfigureAwait(false);
        await Answers.Json(http, new UpdateResponse([]), ApiJson.Default.UpdateResponse).ConfigureAwait(false);
    }

    private static async Task PruneAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        DateTimeOffset? until = Filters.Until(filters);
        Dictionary<string, long> sizes = machine.Pool.List().ToDictionary(one => one.Name, one => one.Used);
        long freed = 0;
        var deleted = new List<string>();
        foreach (ZoneLife zone in machine.Zones.List())
        {
            bool isIdle = !zone.IsRunning && !zone.IsRestarting && !zone.Configuration.IndestructibleZoneroot;
            if (!isIdle || !Filters.Labels(filters, zone.Configuration.Init.Labels) || zone.Configuration.CreateTimestamp > until)
                continue;
            freed += zone.Configuration.Dataset is { } dataset ? sizes.GetValueOrDefault(dataset) : 0;
            await zone.RemoveAsync(force: false, volumes: false, http.RequestAborted).ConfigureAwait(false);
            deleted.Add(zone.Id);
        }

        await Answers.Json(http, new PruneResponse(deleted, freed), ApiJson.Default.PruneResponse).ConfigureAwait(false);
    }
}

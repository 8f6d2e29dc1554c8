using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Storage;
using Zonix.Storage.Scrubbing;
using Zonix.Zones;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>The pool, its datasets and snapshots. Names are given by ?name=, since they have slashes in them.</summary>
internal static class DatasetEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/zonix/datasets", http => Answers.Json(http, List(machine.Pool), ApiJson.Default.ListDatasetItem));
        app.MapPost("/zonix/datasets", http => Do(http, () => machine.Pool.Create(Name(http), new DatasetProperties { Quota = Quota(http) })));
        app.MapDelete("/zonix/datasets", http => Do(http, () => machine.Pool.Destroy(Name(http), Answers.Flag(http, "recursive"))));
        app.MapPost("/zonix/datasets/snapshot", http => Do(http, () => Snapshot(machine.Pool, Name(http))));
        app.MapPost("/zonix/datasets/clone", http => Do(http, () => machine.Pool.Clone(Name(http), Needed(http, "to"))));
        app.MapPost("/zonix/datasets/rename", http => Do(http, () => machine.Pool.Rename(Name(http), Needed(http, "to"))));
        app.MapPost("/zonix/datasets/rollback", http => RollbackAsync(http, machine));
        app.MapGet("/zonix/datasets/send", http => SendAsync(http, machine.Pool));
        app.MapPost("/zonix/datasets/receive", http => Do(http, () => machine.Pool.Receive(http.Request.Body, Answers.Text(http, "name"))));
        app.MapPost("/zonix/pool/scrub", http => http.Response.WriteAsync(Describe(machine.Pool.Scrub(http.RequestAborted))));
    }

    private static string Describe(ScrubReport report) => string.Join('\n', report.Findings
        .Select(finding => finding.ToString())
        .Prepend($"{report.Contents} contents, {report.Bytes} bytes, {report.Inodes} inodes: {(report.IsClean ? "all is well" : $"{report.Findings.Count} findings")}"));

    private static string Name(HttpContext http) => Needed(http, "name");

    private static string Needed(HttpContext http, string field) =>
        Answers.Text(http, field) ?? throw new ZoneException(ZoneError.Invalid, $"{field}: missing");

    private static long Quota(HttpContext http)
    {
        if (Answers.Text(http, "quota") is not { } text)
            return 0;
        return Sizes.TryParse(text, out long bytes) ? bytes : throw new ZoneException(ZoneError.Invalid, $"quota: \"{text}\": expected a size as 10g");
    }

    private static Task Do(HttpContext http, Action action)
    {
        action();
        return Answers.Empty(http);
    }

    // By force: a zone whose root it is is stopped first, and booted again.
    private static async Task RollbackAsync(HttpContext http, LocalMachine machine)
    {
        string name = Name(http);
        int at = name.IndexOf('@', StringComparison.Ordinal);
        ZoneLife? owner = at < 0 ? null : machine.Zones.List().FirstOrDefault(zone => zone.Configuration.Dataset == name[..at]);
        if (owner is not null && Answers.Flag(http, "force"))
            await owner.RollbackAsync(name[(at + 1)..], cancellation: http.RequestAborted).ConfigureAwait(false);
        else if (owner is { IsRunning: true })
            throw new ZoneException(ZoneError.Conflict, $"{name[..at]} is the root of the zone {owner.Name}, which runs; stop it first, or roll back by force (-f)");
        else
            machine.Pool.Rollback(name, Answers.Flag(http, "destroys"));
        await Answers.Empty(http).ConfigureAwait(false);
    }

    private static void Snapshot(Pool pool, string name)
    {
        string[] parts = name.Split('@');
        if (parts.Length != 2)
            throw new ZoneException(ZoneError.Invalid, $"name: \"{name}\": expected DATASET@SNAPSHOT");
        pool.Snapshot(parts[0], parts[1]);
    }

    private static async Task SendAsync(HttpContext http, Pool pool)
    {
        string name = Name(http);
        if (pool.FindSnapshot(name) is null)
            throw new ZoneException(ZoneError.NotFound, $"there is no snapshot '{name}'");
        http.Response.ContentType = "application/octet-stream";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        pool.Send(name, Answers.Text(http, "from"), http.Response.Body, http.RequestAborted);
    }

    private static List<DatasetItem> List(Pool pool)
    {
        var items = new List<DatasetItem>();
        foreach (DatasetInfo dataset in pool.List())
        {
            items.Add(new DatasetItem
            {
                Name = dataset.Name,
                Type = "dataset",
                Used = dataset.Used,
                Referenced = dataset.Referenced,
                Available = dataset.Available,
                Quota = dataset.Properties.Quota,
                Origin = dataset.Origin,
                Created = dataset.Created,
                IsOpen = dataset.IsOpen,
            });
            items.AddRange(pool.ListSnapshots(dataset.Name).Select(snapshot => new DatasetItem
            {
                Name = snapshot.Name, Type = "snapshot", Used = snapshot.Used, Referenced = snapshot.Referenced, Created = snapshot.Created,
            }));
        }

        return items;
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>What is asked of the machine as a whole.</summary>
internal static class SystemEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine, ControlServer server)
    {
        app.MapMethods("/_ping", ["GET", "HEAD"], http => http.Response.WriteAsync("OK"));
        app.MapGet("/version", http => Answers.Json(http, Version(machine), ApiJson.Default.VersionResponse));
        app.MapGet("/info", http => Answers.Json(http, Info(machine), ApiJson.Default.InfoResponse));
        app.MapGet("/events", http => EventsAsync(http, machine));
        app.MapGet("/zonix/machine", http => Answers.Json(http, Status(machine), ApiJson.Default.MachineStatus));
        app.MapPost("/zonix/machine/stop", http =>
        {
            server.AskToStop();
            return Answers.Empty(http, StatusCodes.Status202Accepted);
        });
    }

    private static VersionResponse Version(LocalMachine machine) => new()
    {
        Version = LocalMachine.Version,
        ApiVersion = ControlServer.ApiVersion,
        MinAPIVersion = "1.24",
        KernelVersion = machine.Kernel.Kernel.Identity.Release,
    };

    private static InfoResponse Info(LocalMachine machine)
    {
        var zones = machine.Zones.List();
        int running = zones.Count(zone => zone.DockerState == "running"), paused = zones.Count(zone => zone.DockerState == "paused");
        return new InfoResponse
        {
            ID = machine.Paths.Home,
            Name = Environment.MachineName,
            Containers = zones.Count,
            ContainersRunning = running,
            ContainersPaused = paused,
            ContainersStopped = zones.Count - running - paused,
            KernelVersion = machine.Kernel.Kernel.Identity.Release,
            ServerVersion = LocalMachine.Version,
            DockerRootDir = machine.Paths.Home,
            NCPU = machine.Kernel.Kernel.CpuCount,
            MemTotal = (long)Zonix.Host.Machine.HostResources.GetMemory().Total,
            SystemTime = Answers.Show(DateTimeOffset.UtcNow),
        };
    }

    private static MachineStatus Status(LocalMachine machine)
    {
        var zones = machine.Zones.List();
        return new MachineStatus
        {
            Version = LocalMachine.Version,
            Pid = Environment.ProcessId,
            Home = machine.Paths.Home,
            Socket = machine.Paths.Socket,
            StartedAt = machine.StartedAt,
            Zones = zones.Count,
            Running = zones.Count(zone => zone.IsRunning),
            Cpus = machine.Kernel.Kernel.CpuCount,
            MemoryBytes = Environment.WorkingSet,
        };
    }

    private static async Task EventsAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        DateTimeOffset? until = Answers.Time(http, "until");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        if (until is { } end)
            over.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, (end - DateTimeOffset.UtcNow).TotalMilliseconds)));
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            // What is remembered is told also when the end lies in the past: only waiting for more ends then.
            await foreach (ZoneEvent news in machine.Zones.Events.ListenAsync(Answers.Time(http, "since"), over.Token).ConfigureAwait(false))
            {
                if (!Wants(filters, news) || news.Time > until)
                    continue;
                await JsonSerializer.SerializeAsync(http.Response.Body, Show(news), ApiJson.Default.EventMessage, http.RequestAborted).ConfigureAwait(false);
                await http.Response.WriteAsync("\n", http.RequestAborted).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over, or the client gone.
        }
    }

    private static bool Wants(Dictionary<string, List<string>> filters, ZoneEvent news) =>
        Filters.Has(filters, "type", news.Type) &&
        Filters.Has(filters, "event", news.Action.Split(':')[0]) &&
        Filters.Any(filters, "container", one => news.Id.StartsWith(one, StringComparison.Ordinal) || news.Attributes.GetValueOrDefault("name") == one) &&
        Filters.Any(filters, "image", one => news.Attributes.GetValueOrDefault("image") == one || (news.Type == "image" && IsOf(news, one))) &&
        Filters.Any(filters, "volume", one => news.Type == "volume" && IsOf(news, one)) &&
        Filters.Any(filters, "network", one => news.Type == "network" && IsOf(news, one)) &&
        Filters.Labels(filters, news.Attributes);

    private static bool IsOf(ZoneEvent news, string wanted) => news.Id.StartsWith(wanted, StringComparison.Ordinal) || news.Attributes.GetValueOrDefault("name") == wanted;

    private static EventMessage Show(ZoneEvent news) => new()
    {
        Type = news.Type,
        Action = news.Action,
        Actor = new EventActor(news.Id, news.Attributes),
        Time = news.Time.ToUnixTimeSeconds(),
        TimeNano = (news.Time - DateTimeOffset.UnixEpoch).Ticks * 100,
    };
}

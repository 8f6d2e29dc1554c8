using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Kernel.Tasks;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api.Endpoints;

/// <summary>What the processes of containers do and use.</summary>
internal static class ProcessEndpoints
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/containers/{id}/top", http => Answers.Json(http, Top(ContainerEndpoints.Find(http, machine), Answers.Text(http, "ps_args")), ApiJson.Default.TopResponse));
        app.MapGet("/containers/{id}/stats", http => StatsAsync(http, machine, ContainerEndpoints.Find(http, machine)));
    }

    private static TopResponse Top(ZoneLife zone, string? options)
    {
        var columns = ProcessColumns.Read(options);
        IReadOnlyList<Process> processes = zone.Processes;
        long now = processes is [var first, ..] ? first.Machine.Clock.MonotonicNs : 0;
        ulong limit = zone.Usage.MemoryLimit;
        return new TopResponse(columns.Titles, [.. processes.Where(process => !process.HasEnded).Select(process => columns.Line(new ProcessView(process, now, limit)))]);
    }

    private static async Task StatsAsync(HttpContext http, LocalMachine machine, ZoneLife zone)
    {
        bool streams = Answers.Flag(http, "stream", otherwise: true), once = Answers.Flag(http, "one-shot");
        http.Response.ContentType = "application/json";
        var before = new StatsSample(default, default);
        StatsSample now = Sample(zone);
        if (!streams && !once)
        {
            before = now;
            await Task.Delay(Between, http.RequestAborted).ConfigureAwait(false);
            now = Sample(zone);
        }

        while (true)
        {
            var line = new ArrayBufferWriter<byte>();
            StatsWriter.Write(line, zone, machine.Kernel.Kernel.CpuCount, now, before);
            await http.Response.Body.WriteAsync(line.WrittenMemory, http.RequestAborted).ConfigureAwait(false);
            await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            if (!streams)
                return;
            await Task.Delay(Between, http.RequestAborted).ConfigureAwait(false);
            before = now;
            now = Sample(zone);
        }
    }

    private static StatsSample Sample(ZoneLife zone) => new(DateTimeOffset.UtcNow, zone.Usage);
}

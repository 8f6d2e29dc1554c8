using System.Buffers;
using System.Globalization;
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
        app.MapGet("/containers/{id}/top", http => Answers.Json(http, Top(ContainerEndpoints.Find(http, machine)), ApiJson.Default.TopResponse));
        app.MapGet("/containers/{id}/stats", http => StatsAsync(http, machine, ContainerEndpoints.Find(http, machine)));
    }

    private static TopResponse Top(ZoneLife zone)
    {
        long now = zone.Processes is [var first, ..] ? first.Machine.Clock.MonotonicNs : 0;
        return new TopResponse(
            ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
            [.. zone.Processes.Where(process => !process.HasEnded).Select(process => Line(process, now))]);
    }

    private static IReadOnlyList<string> Line(Process process, long now)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        long cpu = process.CpuTimeNs / 1_000_000_000, age = Math.Max(now - process.StartTimeNs, 1);
        DateTimeOffset started = DateTimeOffset.Now - TimeSpan.FromMilliseconds(age / 1_000_000);
        return
        [
            (process.MainTask?.Credentials ?? process.LastCredentials).EffectiveUid.ToString(plain),
            process.Pid.Value.ToString(plain),
            (process.Parent?.Pid.Value ?? 0).ToString(plain),
            (process.CpuTimeNs * 100 / age).ToString(plain),
            started.ToString("HH:mm", plain),
            process.Terminal is { } terminal ? Terminal(terminal.Terminal.Number) : "?",
            string.Create(plain, $"{cpu / 3600:00}:{cpu / 60 % 60:00}:{cpu % 60:00}"),
            Command(process),
        ];
    }

    private static string Terminal(ulong number) => string.Create(CultureInfo.InvariantCulture, $"pts/{(uint)number}");

    private static string Command(Process process) =>
        ProcessCommand.Read(process) is { Length: > 0 } line ? line : $"[{process.MainTask?.Name ?? process.LastName}]";

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

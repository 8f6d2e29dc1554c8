using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Abi;
using Zonix.Api.Docker;
using Zonix.Zones;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;
using Zonix.Zones.Logs;

namespace Zonix.Api.Endpoints;

/// <summary>Requests whose connection carries a program's streams: attach, exec, logs.</summary>
internal static class StreamEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapPost("/containers/{id}/attach", http => AttachAsync(http, machine.Zones.Find(Answers.Route(http, "id"))));
        app.MapGet("/containers/{id}/logs", http => LogsAsync(http, machine.Zones.Find(Answers.Route(http, "id"))));
        app.MapPost("/containers/{id}/resize", http => ResizeAsync(http, machine.Zones.Find(Answers.Route(http, "id")).FirstProcess));
        app.MapPost("/containers/{id}/exec", http => CreateExecAsync(http, machine.Zones.Find(Answers.Route(http, "id"))));
        app.MapPost("/exec/{id}/start", http => StartExecAsync(http, machine.Zones.FindExec(Answers.Route(http, "id"))));
        app.MapPost("/exec/{id}/resize", http => ResizeAsync(http, machine.Zones.FindExec(Answers.Route(http, "id")).Process));
        app.MapGet("/exec/{id}/json", http =>
            Answers.Json(http, Show(machine.Zones.FindExec(Answers.Route(http, "id"))), ApiJson.Default.ExecDetails));
    }

    private static async Task AttachAsync(HttpContext http, ZoneLife zone)
    {
        ZoneInit init = zone.Configuration.Init;
        if (zone.IsPaused)
            throw new ZoneException(ZoneError.Conflict, $"Container {zone.Name} is paused, unpause the container before attach");
        bool hasInput = Answers.Flag(http, "stdin") && init.OpenStdin;
        DetachKeys? keys = hasInput && init.Tty ? new DetachKeys(Answers.Text(http, "detachKeys")) : null;
        ZoneConsole console = zone.Console;
        Stream wire = await ConsoleSession.OpenAsync(http, init.Tty).ConfigureAwait(false);
        using var sink = new FrameSink(wire, init.Tty, Answers.Flag(http, "stdout"), Answers.Flag(http, "stderr"));
        if (Answers.Flag(http, "logs"))
        {
            await foreach (LogEntry entry in zone.ReadLogAsync(new LogQuery(), http.RequestAborted).ConfigureAwait(false))
                await sink.WriteAsync(entry.Kind, Encoding.UTF8.GetBytes(entry.Text)).ConfigureAwait(false);
        }

        if (Answers.Flag(http, "stream") && console.Attach(sink))
            await ConsoleSession.RunAsync(wire, sink, console, hasInput, keys).ConfigureAwait(false);
    }

    private static async Task CreateExecAsync(HttpContext http, ZoneLife zone)
    {
        ExecRequest request = await Answers.Body(http, ApiJson.Default.ExecRequest).ConfigureAwait(false);
        if (request.DetachKeys is { Length: > 0 } words)
            _ = new DetachKeys(words);
        ZoneExec exec = zone.CreateExec(new ZoneInit
        {
            Cmd = request.Cmd,
            Env = request.Env,
            User = string.IsNullOrEmpty(request.User) ? null : request.User,
            WorkingDir = string.IsNullOrEmpty(request.WorkingDir) ? null : request.WorkingDir,
            Tty = request.Tty,
            OpenStdin = request.AttachStdin,
        });
        exec.DetachKeys = request.DetachKeys;
        await Answers.Json(http, new IdResponse(exec.Id), ApiJson.Default.IdResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task StartExecAsync(HttpContext http, ZoneExec exec)
    {
        ExecStartRequest request = await Answers.Body(http, ApiJson.Default.ExecStartRequest).ConfigureAwait(false);
        WindowSize size = request.ConsoleSize is [var rows, var columns] ? new WindowSize((ushort)rows, (ushort)columns, 0, 0) : default;
        if (request.Detach)
        {
            _ = exec.Zone.StartExec(exec, size);
            await Answers.Empty(http, StatusCodes.Status200OK).ConfigureAwait(false);
            return;
        }

        // It is started before the answer begins, so that a program that is not there is an error of the request.
        bool isRaw = exec.Program.Tty;
        using var gate = new GatedStream();
        using var sink = new FrameSink(gate, isRaw, wantsOutput: true, wantsError: true);
        exec.Console.Attach(sink);
        _ = exec.Zone.StartExec(exec, size);
        Stream wire = await ConsoleSession.OpenAsync(http, isRaw).ConfigureAwait(false);
        gate.Open(wire);
        DetachKeys? keys = isRaw && exec.Program.OpenStdin ? new DetachKeys(exec.DetachKeys) : null;
        await ConsoleSession.RunAsync(wire, sink, exec.Console, exec.Program.OpenStdin, keys).ConfigureAwait(false);
    }

    private static async Task LogsAsync(HttpContext http, ZoneLife zone)
    {
        bool isRaw = zone.Configuration.Init.Tty, showsTime = Answers.Flag(http, "timestamps");
        string? tail = Answers.Text(http, "tail");
        var query = new LogQuery
        {
            WantsOutput = Answers.Flag(http, "stdout"),
            WantsError = Answers.Flag(http, "stderr"),
            Follows = Answers.Flag(http, "follow"),
            Tail = tail is null or "all" || !int.TryParse(tail, CultureInfo.InvariantCulture, out int lines) || lines < 0 ? null : lines,
            Since = Answers.Time(http, "since"),
            Until = Answers.Time(http, "until"),
        };
        if (!query.WantsOutput && !query.WantsError)
            throw new ZoneException(ZoneError.Invalid, "Bad parameters: you must choose at least one stream");
        http.Response.ContentType = isRaw ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        using var sink = new FrameSink(http.Response.Body, isRaw, query.WantsOutput, query.WantsError);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        await foreach (LogEntry entry in zone.ReadLogAsync(query, http.RequestAborted).ConfigureAwait(false))
        {
            string text = showsTime ? $"{Answers.Show(entry.Time)} {entry.Text}" : entry.Text;
            await sink.WriteAsync(entry.Kind, Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
        }
    }

    private static Task ResizeAsync(HttpContext http, ZoneProcess? process)
    {
        if (process is null)
            throw new ZoneException(ZoneError.Conflict, "cannot resize a stopped container");
        process.Resize((ushort)(Answers.Number(http, "h") ?? 0), (ushort)(Answers.Number(http, "w") ?? 0));
        return Answers.Empty(http, StatusCodes.Status200OK);
    }

    private static ExecDetails Show(ZoneExec exec) => new()
    {
        ID = exec.Id,
        Running = exec.Process is not null && exec.ExitCode is null,
        ExitCode = exec.ExitCode,
        Pid = exec.Process?.Pid ?? 0,
        OpenStdin = exec.Program.OpenStdin,
        ContainerID = exec.Zone.Id,
        ProcessConfig = new ExecProcessConfig(exec.Program.Cmd![0], [.. exec.Program.Cmd.Skip(1)], exec.Program.Tty, exec.Program.User ?? ""),
    };
}

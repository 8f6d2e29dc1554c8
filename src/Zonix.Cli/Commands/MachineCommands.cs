using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Cli.Templates;
using Zonix.Zones;

namespace Zonix.Cli.Commands;

/// <summary>machine start, stop, status, serve; version, info.</summary>
internal static class MachineCommands
{
    private const int NotRunning = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static void AddTo(Command root)
    {
        var idle = new Option<string?>("--idle-exit") { Description = "End when nothing has run, and nobody has asked for anything, for so long: 30s, 10m." };
        Command serve = CommandTree.Plain("serve", "Be the machine, in the foreground.", idle);
        serve.SetAction(result => CommandErrors.Guard(() => MachineServer.ServeAsync(Span(result.GetValue(idle)))));
        Command start = CommandTree.Plain("start", "Start the machine in the background, if it does not run.", idle);
        start.SetAction(result => CommandErrors.Guard(() => StartAsync(result.GetValue(idle))));
        Command stop = CommandTree.Plain("stop", "End all zones, and then the machine.");
        stop.SetAction(_ => CommandErrors.Guard(StopAsync));
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.Pid}}." };
        Command status = CommandTree.Plain("status", "Say whether the machine runs; the exit code is 3 when it does not.", format);
        status.SetAction(result => CommandErrors.Guard(() => StatusAsync(result.GetValue(format))));
        root.Subcommands.Add(CommandTree.Plain("machine", "The machine that zones run on, in the background.", start, stop, status, serve));
        root.Subcommands.Add(Version());
        root.Subcommands.Add(Info());
    }

    private static TimeSpan? Span(string? text)
    {
        if (text is null)
            return null;
        return Timespans.TryRead(text, out TimeSpan span) ? span : throw new CommandException($"--idle-exit: \"{text}\": expected a time as 30s or 10m");
    }

    private static Task<int> StartAsync(string? idle)
    {
        Span(idle);
        StatePaths paths = StatePaths.OfUser();
        if (MachineStarter.TryConnect(paths) is { } running)
        {
            running.Dispose();
            Console.WriteLine($"the machine runs already, as process {LocalMachine.Holder(paths)}");
            return Task.FromResult(0);
        }

        MachineStarter.StartAndConnect(paths, idle is null ? [] : ["--idle-exit", idle]).Dispose();
        Console.WriteLine($"the machine runs, as process {LocalMachine.Holder(paths)}");
        return Task.FromResult(0);
    }

    private static async Task<int> StopAsync()
    {
        StatePaths paths = StatePaths.OfUser();
        using MachineClient? client = MachineClient.TryConnect();
        if (client is null)
        {
            Console.WriteLine("the machine does not run");
            return 0;
        }

        await client.PostAsync("zonix/machine/stop").ConfigureAwait(false);
        var waited = Stopwatch.StartNew();
        while (LocalMachine.Holder(paths) is { } holder)
        {
            if (waited.Elapsed > Patience)
                throw new CommandException($"process {holder} still ends zones; see {paths.Log}");
            await Task.Delay(10).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task<int> StatusAsync(string? format)
    {
        using MachineClient? client = MachineClient.TryConnect();
        if (client is null)
        {
            Console.WriteLine("the machine does not run");
            return NotRunning;
        }

        if (format is not null)
        {
            Console.WriteLine(Template.Format(JsonNode.Parse(await client.GetTextAsync("zonix/machine").ConfigureAwait(false))!, format));
            return 0;
        }

        MachineStatus status = await client.GetAsync("zonix/machine", ApiJson.Default.MachineStatus).ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"the machine runs, as process {status.Pid}, since {status.StartedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}, version {status.Version}\n" +
            $"zones: {status.Zones}, {status.Running} running; CPUs: {status.Cpus}; memory: {ByteText.Binary(status.MemoryBytes)}\n" +
            $"state: {status.Home}; socket: {status.Socket}"));
        return 0;
    }

    private static Command Version()
    {
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.Client.Version}} or {{.Server.Version}}." };
        Command version = CommandTree.Plain("version", "Show the versions of this program and of the machine that runs.", format);
        version.SetAction(result => CommandErrors.Guard(async () =>
        {
            using MachineClient? client = MachineClient.TryConnect();
            VersionResponse? theirs = client is null ? null : await client.GetAsync("version", ApiJson.Default.VersionResponse).ConfigureAwait(false);
            if (result.GetValue(format) is { } template)
            {
                Console.WriteLine(Template.Format(Versions(theirs), template));
                return 0;
            }

            Console.WriteLine($"program: {LocalMachine.Version} (API {ControlServer.ApiVersion})");
            Console.WriteLine(theirs is null ? "machine: does not run" : $"machine: {theirs.Version} (API {theirs.ApiVersion}), Linux {theirs.KernelVersion}");
            return 0;
        }));
        return version;
    }

    private static JsonObject Versions(VersionResponse? machine) => new()
    {
        ["Client"] = new JsonObject { ["Version"] = LocalMachine.Version, ["ApiVersion"] = ControlServer.ApiVersion, ["Os"] = "linux", ["Arch"] = "amd64" },
        ["Server"] = machine is null ? null : JsonSerializer.SerializeToNode(machine, ApiJson.Default.VersionResponse),
    };

    private static Command Info()
    {
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.Containers}}." };
        return CommandTree.OfMachine("info", "Show all about the machine.", async (result, client) =>
        {
            JsonNode info = JsonNode.Parse(await client.GetTextAsync("info").ConfigureAwait(false))!;
            Console.WriteLine(result.GetValue(format) is { } template ? Template.Format(info, template) : info.ToJsonString(ListCommands.Indented));
            return 0;
        }, format);
    }
}

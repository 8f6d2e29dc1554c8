using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
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
        root.Subcommands.Add(Show("info", "Show all about the machine.", "info"));
    }

    private static TimeSpan? Span(string? text)
    {
        if (text is null)
            return null;
        return TimeText.TryReadSpan(text, out TimeSpan span) ? span : throw new CommandException($"--idle-exit: \"{text}\": expected a time as 30s or 10m");
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
            Console.WriteLine(Template.Format(System.Text.Json.Nodes.JsonNode.Parse(await client.GetTextAsync("zonix/machine").ConfigureAwait(false))!, format));
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
        Command version = CommandTree.Plain("version", "Show the versions of this program and of the machine that runs.");
        version.SetAction(_ => CommandErrors.Guard(async () =>
        {
            Console.WriteLine($"program: {LocalMachine.Version} (API {ControlServer.ApiVersion})");
            using MachineClient? client = MachineClient.TryConnect();
            if (client is null)
            {
                Console.WriteLine("machine: does not run");
                return 0;
            }

            VersionResponse theirs = await client.GetAsync("version", ApiJson.Default.VersionResponse).ConfigureAwait(false);
            Console.WriteLine($"machine: {theirs.Version} (API {theirs.ApiVersion}), Linux {theirs.KernelVersion}");
            return 0;
        }));
        return version;
    }

    private static Command Show(string name, string description, string path) =>
        CommandTree.OfMachine(name, description, async (_, client) =>
        {
            string text = await client.GetTextAsync(path).ConfigureAwait(false);
            Console.WriteLine(System.Text.Json.Nodes.JsonNode.Parse(text)!.ToJsonString(ListCommands.Indented));
            return 0;
        });
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Cli.Templates;
using Zonix.Host.Files;

namespace Zonix.Cli.Commands;

/// <summary>exec, attach, logs, events.</summary>
internal static class StreamCommands
{
    internal static void AddTo(Command root)
    {
        root.Subcommands.Add(Exec());
        root.Subcommands.Add(Attach());
        root.Subcommands.Add(Logs());
        root.Subcommands.Add(Events());
    }

    private static Command Exec()
    {
        var interactive = new Option<bool>("--interactive", "-i") { Description = "Pass input on." };
        var tty = new Option<bool>("--tty", "-t") { Description = "Give the program a terminal." };
        var detach = new Option<bool>("--detach", "-d") { Description = "Do not wait for its end." };
        var env = new Option<string[]>("--env", "-e") { Description = "Set a variable: NAME=value; NAME alone takes the caller's." };
        var envFile = new Option<string[]>("--env-file") { Description = "Set variables from lines of a file." };
        var keys = new Option<string?>("--detach-keys") { Description = "How to leave its terminal: ctrl-p,ctrl-q if not given." };
        var privileged = new Option<bool>("--privileged") { Description = "As docker has it; root has all capabilities of the zone." };
        var user = new Option<string?>("--user", "-u") { Description = "Run as USER or USER:GROUP." };
        var directory = new Option<string?>("--workdir", "-w") { Description = "Start in this directory." };
        var zone = new Argument<string>("zone");
        var words = new Argument<string[]>("command") { Arity = ArgumentArity.OneOrMore };
        return CommandTree.OfMachine("exec", "Run a further program in a zone that runs.", (result, client) =>
        {
            var request = new ExecRequest
            {
                AttachStdin = result.GetValue(interactive),
                AttachStdout = !result.GetValue(detach),
                AttachStderr = !result.GetValue(detach),
                Tty = result.GetValue(tty),
                Env = [.. (result.GetValue(envFile) ?? []).SelectMany(VariableText.ReadFile), .. (result.GetValue(env) ?? []).SelectMany(VariableText.Read)],
                DetachKeys = result.GetValue(keys),
                Privileged = result.GetValue(privileged),
                Cmd = result.GetValue(words),
                User = result.GetValue(user),
                WorkingDir = result.GetValue(directory),
            };
            return ExecAsync(client, result.GetValue(zone)!, request, result.GetValue(detach));
        }, interactive, tty, detach, env, envFile, user, directory, keys, privileged, zone, words);
    }

    /// <summary>Puts -- behind the zone's name: what follows is the program's, options included.</summary>
    internal static string[] EndOptions(string[] words)
    {
        for (int i = 1; i < words.Length; i++)
        {
            if (words[i] == "--")
                break;
            if (words[i].StartsWith('-'))
                i += words[i] is "-e" or "--env" or "--env-file" or "-u" or "--user" or "-w" or "--workdir" or "--detach-keys" ? 1 : 0;
            else
                return i + 1 < words.Length && words[i + 1] == "--" ? words : [.. words[..(i + 1)], "--", .. words[(i + 1)..]];
        }

        return words;
    }

    /// <summary>Runs a further program, joined to the standard streams.</summary>
    internal static async Task<int> ExecAsync(MachineClient client, string zone, ExecRequest request, bool isDetached)
    {
        if (request.Tty && request.AttachStdin && !HostTerminalPort.IsInputTerminal)
            throw new CommandException("the input device is not a TTY");
        using HttpContent body = MachineClient.Json(request, ApiJson.Default.ExecRequest);
        IdResponse made = await client.PostAsync($"containers/{CommandTree.Escape(zone)}/exec", body, ApiJson.Default.IdResponse).ConfigureAwait(false);
        var start = new ExecStartRequest { Detach = isDetached, Tty = request.Tty, ConsoleSize = request.Tty ? Size() : null };
        try
        {
            if (isDetached)
            {
                using HttpContent how = MachineClient.Json(start, ApiJson.Default.ExecStartRequest);
                await client.PostAsync($"exec/{made.Id}/start", how).ConfigureAwait(false);
                return 0;
            }

            byte[] json = JsonSerializer.SerializeToUtf8Bytes(start, ApiJson.Default.ExecStartRequest);
            using WireStream wire = await client.HijackAsync($"/exec/{made.Id}/start", json).ConfigureAwait(false);
            using var session = new StreamSession(wire, request.Tty, request.AttachStdin);
            session.FollowSize((rows, columns) => client.PostAsync($"exec/{made.Id}/resize?h={rows}&w={columns}"));
            await session.RunAsync().ConfigureAwait(false);
        }
        catch (CommandException e) when (e.Code is "command_not_found" or "cannot_execute")
        {
            throw new CommandException(e.Message, e.Code == "command_not_found" ? 127 : 126);
        }

        ExecDetails ended = await client.GetAsync($"exec/{made.Id}/json", ApiJson.Default.ExecDetails).ConfigureAwait(false);
        if (ended.ExitCode is { } code)
            return code;
        Console.Error.WriteLine("read escape sequence");
        return 0;
    }

    private static int[]? Size()
    {
        using var port = new HostTerminalPort();
        Span<ushort> size = stackalloc ushort[4];
        return port.TryGetSize(size) ? [size[0], size[1]] : null;
    }

    private static Command Attach()
    {
        var zone = new Argument<string>("zone");
        var keys = new Option<string?>("--detach-keys") { Description = "How to leave: ctrl-p,ctrl-q if not given." };
        var noInput = new Option<bool>("--no-stdin") { Description = "Do not pass input on." };
        var proxy = new Option<bool>("--sig-proxy") { Description = "Pass signals on.", DefaultValueFactory = _ => true };
        return CommandTree.OfMachine("attach", "Join the standard streams with those of a zone's first program.", async (result, client) =>
        {
            string id = CommandTree.Escape(result.GetValue(zone)!);
            ContainerDetails details = await client.GetAsync($"containers/{id}/json", ApiJson.Default.ContainerDetails).ConfigureAwait(false);
            if (!details.State.Running)
                throw new CommandException("You cannot attach to a stopped container, start it first");
            return await MachineRun.AttachAsync(
                client, id, details.Config.Tty, details.Config.OpenStdin && !result.GetValue(noInput), removes: false, result.GetValue(keys),
                result.GetValue(proxy), start: null).ConfigureAwait(false);
        }, zone, keys, noInput, proxy);
    }

    private static Command Logs()
    {
        var zone = new Argument<string>("zone");
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for more, until the zone ends." };
        var tail = new Option<string?>("--tail", "-n") { Description = "How many of the last lines; all if not given." };
        var since = new Option<string?>("--since") { Description = "None older: a time, or how long ago, as 10m." };
        var until = new Option<string?>("--until") { Description = "None younger." };
        var times = new Option<bool>("--timestamps", "-t") { Description = "Show when each was written." };
        var details = new Option<bool>("--details") { Description = "As docker has it; logs have no attributes here." };
        return CommandTree.OfMachine("logs", "Show what a zone's first program has written.", async (result, client) =>
        {
            string id = CommandTree.Escape(result.GetValue(zone)!);
            if (result.GetValue(tail) is { } count and not "all" && !int.TryParse(count, CultureInfo.InvariantCulture, out _))
                throw new CommandException($"invalid value for \"tail\": {count}: expected a number of lines, or all");
            ContainerDetails zoneDetails = await client.GetAsync($"containers/{id}/json", ApiJson.Default.ContainerDetails).ConfigureAwait(false);
            string query = $"containers/{id}/logs?stdout=1&stderr=1&follow={(result.GetValue(follow) ? 1 : 0)}" +
                $"&timestamps={(result.GetValue(times) ? 1 : 0)}&tail={CommandTree.Escape(result.GetValue(tail) ?? "all")}" +
                TimeText.Query("since", result.GetValue(since)) + TimeText.Query("until", result.GetValue(until));
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, query, null).ConfigureAwait(false);
            using Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            await FrameReader.CopyAsync(body, zoneDetails.Config.Tty).ConfigureAwait(false);
            return 0;
        }, zone, follow, tail, since, until, times, details);
    }

    private static Command Events()
    {
        var since = new Option<string?>("--since") { Description = "Also those since then, as far as they are remembered." };
        var until = new Option<string?>("--until") { Description = "End then." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "type=, event=, container=, image=, volume=, network=, label=" };
        var format = new Option<string?>("--format") { Description = "json, or a template as {{.Action}}." };
        return CommandTree.OfMachine("events", "Show what happens in the machine.", async (result, client) =>
        {
            string query = "events?" + (TimeText.Query("since", result.GetValue(since)) + TimeText.Query("until", result.GetValue(until)) +
                FilterText.Query(result.GetValue(filter))).TrimStart('&');
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, query, null).ConfigureAwait(false);
            Template? template = result.GetValue(format) is { } given ? Template.Parse(given) : null;
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync().ConfigureAwait(false));
            while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
                Print(line, template);
            return 0;
        }, since, until, filter, format);
    }

    private static void Print(string line, Template? format)
    {
        if (format is not null)
        {
            Console.WriteLine(format.Format(JsonNode.Parse(line)));
            return;
        }

        EventMessage news = JsonSerializer.Deserialize(line, ApiJson.Default.EventMessage)!;
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(news.TimeNano / 100).ToLocalTime();
        string more = string.Join(", ", news.Actor.Attributes.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd'T'HH:mm:ss.fffffffzzz} {news.Type} {news.Action} {news.Actor.ID} ({more})"));
    }
}

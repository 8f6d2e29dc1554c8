using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Host.Files;

namespace Zonix.Cli.Commands;

/// <summary>zone create, list, get, update, boot, halt, reboot, login: zones in the words of vmadm(8).</summary>
internal static class ZoneCommands
{
    internal static void AddTo(Command root)
    {
        var zone = new Argument<string>("zone") { Description = "Its uuid, name, or first digits." };
        root.Subcommands.Add(CommandTree.Plain(
            "zone", "Zones in the words of vmadm.", Create(), List(), Get(zone), Update(zone), Boot(zone), Halt(zone), Reboot(zone), Login(zone), ZoneSnapshotCommands.Delete(),
            ZoneSnapshotCommands.Snapshot(zone), ZoneSnapshotCommands.List(zone), ZoneSnapshotCommands.Rollback(zone), ZoneSnapshotCommands.Clone()));
    }

    private static string Path(System.CommandLine.ParseResult result, Argument<string> zone, string verb = "") =>
        $"containers/{CommandTree.Escape(result.GetValue(zone)!)}{verb}";

    private static async Task<byte[]> PayloadAsync(string? file)
    {
        if (file is not (null or "-"))
            return await File.ReadAllBytesAsync(file).ConfigureAwait(false);
        using Stream input = Console.OpenStandardInput();
        using var text = new MemoryStream();
        await input.CopyToAsync(text).ConfigureAwait(false);
        return text.ToArray();
    }

    private static async Task<JsonNode> SendAsync(MachineClient client, HttpMethod method, string path, byte[] payload)
    {
        using HttpContent body = MachineClient.Bytes(payload);
        using HttpResponseMessage response = await client.SendAsync(method, path, body).ConfigureAwait(false);
        JsonNode zone = JsonNode.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false))!;
        foreach (JsonNode? warning in zone["warnings"]?.AsArray() ?? [])
            Console.Error.WriteLine($"zonix: warning: {warning}");
        return zone;
    }

    private static Command Create()
    {
        var file = new Option<string?>("--file", "-f") { Description = "The payload; standard input if not given." };
        return CommandTree.OfMachine("create", "Make a zone of a payload of JSON; boot it, if autoboot is set.", async (result, client) =>
        {
            JsonNode zone = await SendAsync(client, HttpMethod.Post, "zonix/zones", await PayloadAsync(result.GetValue(file)).ConfigureAwait(false)).ConfigureAwait(false);
            Console.WriteLine(zone["uuid"]);
            return 0;
        }, file);
    }

    private static Command Update(Argument<string> zone)
    {
        var file = new Option<string?>("--file", "-f") { Description = "The payload; standard input if not given." };
        var changes = new Argument<string[]>("changes") { Arity = ArgumentArity.ZeroOrMore, Description = "FIELD=VALUE, in place of a payload." };
        return CommandTree.OfMachine("update", "Change a zone's fields; null takes one away.", async (result, client) =>
        {
            string[] words = result.GetValue(changes)!;
            byte[] payload = words.Length > 0 ? Encoding.UTF8.GetBytes(Fields(words)) : await PayloadAsync(result.GetValue(file)).ConfigureAwait(false);
            await SendAsync(client, HttpMethod.Put, $"zonix/zones/{CommandTree.Escape(result.GetValue(zone)!)}", payload).ConfigureAwait(false);
            return 0;
        }, zone, changes, file);
    }

    // A value that is JSON is taken as such, anything else as text.
    private static string Fields(string[] words)
    {
        var payload = new JsonObject();
        foreach (string word in words)
        {
            string[] parts = word.Split('=', 2);
            if (parts.Length != 2)
                throw new CommandException($"\"{word}\": expected FIELD=VALUE");
            try
            {
                payload[parts[0]] = JsonNode.Parse(parts[1]);
            }
            catch (System.Text.Json.JsonException)
            {
                payload[parts[0]] = JsonValue.Create(parts[1]);
            }
        }

        return payload.ToJsonString();
    }

    private static Command List()
    {
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        return CommandTree.OfMachine("list", "List zones.", async (result, client) =>
        {
            JsonArray zones = JsonNode.Parse(await client.GetTextAsync("zonix/zones").ConfigureAwait(false))!.AsArray();
            Listing.Print(
                zones.Select(one => one!.AsObject()).Select(one => result.GetValue(format) is null or "table" ? WithMemory(one) : one), result.GetValue(format),
                ("UUID", "uuid"), ("BRAND", "brand"), ("RAM", "ram"), ("STATE", "state"), ("ALIAS", "alias"));
            return 0;
        }, format);
    }

    private static JsonObject WithMemory(JsonObject zone)
    {
        long bytes = zone["memory_bytes"]?.GetValue<long>() ?? 0, megabytes = zone["max_physical_memory"]?.GetValue<long>() ?? 0;
        zone["ram"] = bytes == 0 && megabytes == 0 ? "-" : ByteText.Binary(bytes != 0 ? bytes : megabytes * 1048576.0);
        return zone;
    }

    private static Command Get(Argument<string> zone) =>
        CommandTree.OfMachine("get", "Show a zone's configuration and state.", async (result, client) =>
        {
            string text = await client.GetTextAsync($"zonix/zones/{CommandTree.Escape(result.GetValue(zone)!)}").ConfigureAwait(false);
            Console.WriteLine(JsonNode.Parse(text)!.ToJsonString(ListCommands.Indented));
            return 0;
        }, zone);

    private static Command Boot(Argument<string> zone) => CommandTree.OfMachine("boot", "Boot a zone.", async (result, client) =>
    {
        await client.PostAsync(Path(result, zone, "/start")).ConfigureAwait(false);
        return 0;
    }, zone);

    private static Command Halt(Argument<string> zone)
    {
        var force = new Option<bool>("--force", "-F") { Description = "Do not ask it to end." };
        return CommandTree.OfMachine("halt", "Shut a zone down.", async (result, client) =>
        {
            await client.PostAsync(Path(result, zone, "/stop") + (result.GetValue(force) ? "?t=0&signal=KILL" : "")).ConfigureAwait(false);
            return 0;
        }, zone, force);
    }

    private static Command Reboot(Argument<string> zone) => CommandTree.OfMachine("reboot", "Shut a zone down, and boot it again.", async (result, client) =>
    {
        await client.PostAsync(Path(result, zone, "/restart")).ConfigureAwait(false);
        return 0;
    }, zone);

    private static Command Login(Argument<string> zone)
    {
        var user = new Option<string>("--login", "-l") { Description = "As whom.", DefaultValueFactory = _ => "root" };
        return CommandTree.OfMachine("login", "Get a shell in a zone.", (result, client) => StreamCommands.ExecAsync(
            client, result.GetValue(zone)!,
            new ExecRequest
            {
                AttachStdin = true, AttachStdout = true, AttachStderr = true, Tty = HostTerminalPort.IsInputTerminal, User = result.GetValue(user),
                Cmd = ["/bin/sh", "-c", "cd; if [ -x /bin/bash ]; then exec /bin/bash -l; else exec /bin/sh -l; fi"],
            },
            isDetached: false), zone, user);
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>ps, inspect, top, stats.</summary>
internal static class ListCommands
{
    private const int ShortId = 12, LongestCommand = 20;

    internal static void AddTo(Command root)
    {
        root.Subcommands.Add(Ps());
        root.Subcommands.Add(Inspect());
        root.Subcommands.Add(Top());
        root.Subcommands.Add(StatsCommand.Create());
    }

    internal static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    internal static Command Ps(string word = "ps")
    {
        var all = new Option<bool>("--all", "-a") { Description = "Also those that do not run." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Identities only." };
        var whole = new Option<bool>("--no-trunc") { Description = "Identities and commands in full." };
        var last = new Option<int?>("--last", "-n") { Description = "The last ones that were made, whether they run or not." };
        var latest = new Option<bool>("--latest", "-l") { Description = "The last one that was made." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "name=, id=, status=, label=, ancestor=, volume=, health=, exited=" };
        var format = new Option<string?>("--format") { Description = "json, table, or a template as {{.ID}} {{.Names}}." };
        Command ps = CommandTree.OfMachine(word, "List zones.", async (result, client) =>
        {
            int limit = result.GetValue(latest) ? 1 : result.GetValue(last) ?? 0;
            string query = $"containers/json?all={(result.GetValue(all) ? 1 : 0)}&limit={limit}{FilterText.Query(result.GetValue(filter))}";
            List<ContainerSummary> zones = await client.GetAsync(query, ApiJson.Default.ListContainerSummary).ConfigureAwait(false);
            Print(zones, result.GetValue(quiet), result.GetValue(whole), result.GetValue(format));
            return 0;
        }, all, quiet, whole, last, latest, filter, format);
        if (word == "ps")
            ps.Aliases.Add("ls");
        return ps;
    }

    private static void Print(List<ContainerSummary> zones, bool quiet, bool whole, string? format)
    {
        if (quiet)
        {
            foreach (ContainerSummary zone in zones)
                Console.WriteLine(whole ? zone.Id : zone.Id[..ShortId]);
            return;
        }

        if (format is not (null or "table"))
        {
            foreach (ContainerSummary zone in zones)
                Console.WriteLine(Template.Format(Row(zone, whole), format));
            return;
        }

        var table = new Columns("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
        foreach (ContainerSummary zone in zones)
        {
            JsonObject row = Row(zone, whole);
            table.Add([.. ((string[])["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"]).Select(name => row[name]!.ToString())]);
        }

        table.Print();
    }

    private static JsonObject Row(ContainerSummary zone, bool whole)
    {
        string command = whole || zone.Command.Length <= LongestCommand ? zone.Command : zone.Command[..(LongestCommand - 1)] + "…";
        return new JsonObject
        {
            ["Command"] = $"\"{command}\"",
            ["CreatedAt"] = DateTimeOffset.FromUnixTimeSeconds(zone.Created).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture),
            ["ID"] = whole ? zone.Id : zone.Id[..ShortId],
            ["Image"] = zone.Image,
            ["Labels"] = string.Join(',', zone.Labels.Select(label => $"{label.Key}={label.Value}")),
            ["Names"] = string.Join(',', zone.Names.Select(name => name.TrimStart('/'))),
            ["Ports"] = string.Join(", ", zone.Ports.Select(Show)),
            ["RunningFor"] = Ages.Show(DateTimeOffset.FromUnixTimeSeconds(zone.Created)) + " ago",
            ["State"] = zone.State,
            ["Status"] = zone.Status,
        };
    }

    private static string Show(PortSummary port)
    {
        string place = port.PublicPort is null ? "" : port.Ip!.Contains(':', StringComparison.Ordinal) ? $"[{port.Ip}]:{port.PublicPort}->" : $"{port.Ip}:{port.PublicPort}->";
        return $"{place}{port.PrivatePort}/{port.Type}";
    }

    private static Command Inspect()
    {
        var names = new Argument<string[]>("name") { Arity = ArgumentArity.OneOrMore };
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.State.Status}}." };
        var type = new Option<string?>("--type") { Description = "container or image." };
        return CommandTree.OfMachine("inspect", "Show all about zones or images.", (result, client) => InspectAsync(
            result.GetValue(names)!, result.GetValue(format), name => FindAsync(client, name, result.GetValue(type))), names, format, type);
    }

    /// <summary>Prints a list of what was found, or each by a template.</summary>
    internal static async Task<int> InspectAsync(string[] names, string? format, Func<string, Task<string>> find)
    {
        var found = new JsonArray();
        int code = await CommandTree.EachAsync(names, async name => found.Add(JsonNode.Parse(await find(name).ConfigureAwait(false))), prints: false).ConfigureAwait(false);
        if (format is { } template)
        {
            foreach (JsonNode? one in found)
                Console.WriteLine(Template.Format(one!, template));
        }
        else
        {
            Console.WriteLine(found.ToJsonString(Indented));
        }

        return code;
    }

    private static async Task<string> FindAsync(MachineClient client, string name, string? type)
    {
        if (type == "image")
            return await client.GetTextAsync($"images/{name}/json").ConfigureAwait(false);
        try
        {
            return await client.GetTextAsync($"containers/{CommandTree.Escape(name)}/json").ConfigureAwait(false);
        }
        catch (CommandException e) when (e.Code == "not_found" && type is null)
        {
            try
            {
                return await client.GetTextAsync($"images/{name}/json").ConfigureAwait(false);
            }
            catch (CommandException)
            {
                throw new CommandException($"No such object: {name}");
            }
        }
    }

    private static Command Top()
    {
        var zone = new Argument<string>("zone");
        var format = new Option<string?>("--format") { Description = "table, json, or a template as {{.PID}} {{.CMD}}." };
        return CommandTree.OfMachine("top", "List the processes of a zone.", async (result, client) =>
        {
            TopResponse top = await client.GetAsync($"containers/{CommandTree.Escape(result.GetValue(zone)!)}/top", ApiJson.Default.TopResponse).ConfigureAwait(false);
            IEnumerable<JsonObject> rows = top.Processes.Select(line => new JsonObject(
                top.Titles.Zip(line, (title, word) => KeyValuePair.Create(title, (JsonNode?)JsonValue.Create(word)))));
            Listing.Print(rows, result.GetValue(format), [.. top.Titles.Select(title => (title, title))]);
            return 0;
        }, zone, format);
    }
}

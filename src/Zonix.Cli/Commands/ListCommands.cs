using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Cli.Templates;

namespace Zonix.Cli.Commands;

/// <summary>ps, inspect, top.</summary>
internal static class ListCommands
{
    private const int ShortId = 12, LongestCommand = 20;

    // In the order in which a name is looked for.
    private static readonly (string Name, Func<string, string> Path)[] Kinds =
    [
        ("container", name => $"containers/{CommandTree.Escape(name)}/json"), ("image", name => $"images/{name}/json"),
        ("network", name => $"networks/{CommandTree.Escape(name)}"), ("volume", name => $"volumes/{CommandTree.Escape(name)}"),
    ];

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
        var size = new Option<bool>("--size", "-s") { Description = "What each has written." };
        var filter = new Option<string[]>("--filter", "-f")
        {
            Description = "name=, id=, status=, label=, ancestor=, volume=, network=, health=, exited=, before=, since=, publish=, expose=",
        };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        Command ps = CommandTree.OfMachine(word, "List zones.", async (result, client) =>
        {
            int limit = result.GetValue(latest) ? 1 : result.GetValue(last) ?? 0;
            string? template = result.GetValue(format);
            bool sizes = result.GetValue(size) || template?.Contains(".Size", StringComparison.Ordinal) == true;
            string query = $"containers/json?all={(result.GetValue(all) ? 1 : 0)}&limit={limit}&size={(sizes ? 1 : 0)}{FilterText.Query(result.GetValue(filter))}";
            List<ContainerSummary> zones = await client.GetAsync(query, ApiJson.Default.ListContainerSummary).ConfigureAwait(false);
            Print(zones, result.GetValue(quiet), result.GetValue(whole), sizes, template);
            return 0;
        }, all, quiet, whole, last, latest, size, filter, format);
        if (word == "ps")
            ps.Aliases.Add("ls");
        return ps;
    }

    private static void Print(List<ContainerSummary> zones, bool quiet, bool whole, bool sizes, string? format)
    {
        if (quiet && format is null)
        {
            foreach (ContainerSummary zone in zones)
                Console.WriteLine(whole ? zone.Id : zone.Id[..ShortId]);
            return;
        }

        (string, string)[] size = sizes ? [("SIZE", "Size")] : [];
        Listing.Print(
            zones.Select(zone => Row(zone, whole)), format,
            [
                ("CONTAINER ID", "ID"), ("IMAGE", "Image"), ("COMMAND", "Command"), ("CREATED", "RunningFor"), ("STATUS", "Status"), ("PORTS", "Ports"), ("NAMES", "Names"),
                .. size,
            ]);
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
            ["LocalVolumes"] = zone.Mounts.Count(mount => mount.Type == "volume").ToString(CultureInfo.InvariantCulture),
            ["Mounts"] = string.Join(',', zone.Mounts.Select(mount => mount.Name ?? mount.Source)),
            ["Names"] = string.Join(',', zone.Names.Select(name => name.TrimStart('/'))),
            ["Networks"] = string.Join(',', zone.NetworkSettings.Networks.Keys),
            ["Ports"] = string.Join(", ", zone.Ports.Select(Show)),
            ["RunningFor"] = Ages.Show(DateTimeOffset.FromUnixTimeSeconds(zone.Created)) + " ago",
            ["Size"] = $"{ByteText.Decimal(zone.SizeRw ?? 0)} (virtual {ByteText.Decimal(zone.SizeRootFs ?? 0)})",
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
        var type = new Option<string?>("--type") { Description = "container, image, volume or network." };
        type.AcceptOnlyFromAmong([.. Kinds.Select(kind => kind.Name)]);
        var size = new Option<bool>("--size", "-s") { Description = "Also what zones have written." };
        return CommandTree.OfMachine("inspect", "Show all about zones, images, volumes or networks.", (result, client) => InspectAsync(
            result.GetValue(names)!, result.GetValue(format), name => FindAsync(client, name, result.GetValue(type), result.GetValue(size))), names, format, type, size);
    }

    /// <summary>Prints a list of what was found, or each by a template.</summary>
    internal static async Task<int> InspectAsync(string[] names, string? format, Func<string, Task<string>> find)
    {
        var found = new JsonArray();
        int code = await CommandTree.EachAsync(names, async name => found.Add(JsonNode.Parse(await find(name).ConfigureAwait(false))), prints: false).ConfigureAwait(false);
        if (format is not null)
        {
            var template = Template.Parse(format);
            foreach (JsonNode? one in found)
                Console.WriteLine(template.Format(one));
        }
        else
        {
            Console.WriteLine(found.ToJsonString(Indented));
        }

        return code;
    }

    private static async Task<string> FindAsync(MachineClient client, string name, string? type, bool sizes)
    {
        foreach ((string kind, Func<string, string> path) in Kinds)
        {
            if (type is not null && type != kind)
                continue;
            try
            {
                return await client.GetTextAsync(path(name) + (sizes && kind == "container" ? "?size=1" : "")).ConfigureAwait(false);
            }
            catch (CommandException e) when (e.Status == 404 && type is null)
            {
                // Perhaps another kind of thing has this name.
            }
        }

        throw new CommandException($"No such object: {name}");
    }

    private static Command Top()
    {
        var zone = new Argument<string>("zone");
        var words = new Argument<string[]>("options") { Arity = ArgumentArity.ZeroOrMore, Description = "Which columns, as options of ps: -ef, aux, -o pid,ppid,cmd." };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        Command command = CommandTree.OfMachine("top", "List the processes of a zone.", async (result, client) =>
        {
            string how = string.Join(' ', result.GetValue(words)!);
            string query = how.Length == 0 ? "" : "?ps_args=" + CommandTree.Escape(how);
            TopResponse top = await client.GetAsync($"containers/{CommandTree.Escape(result.GetValue(zone)!)}/top{query}", ApiJson.Default.TopResponse).ConfigureAwait(false);
            IEnumerable<JsonObject> rows = top.Processes.Select(line => new JsonObject(
                top.Titles.Zip(line, (title, word) => KeyValuePair.Create(title, (JsonNode?)JsonValue.Create(word)))));
            Listing.Print(rows, result.GetValue(format), [.. top.Titles.Select(title => (title, title))]);
            return 0;
        }, zone, words, format);
        return command;
    }
}

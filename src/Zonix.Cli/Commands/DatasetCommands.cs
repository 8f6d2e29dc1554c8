using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>pool, dataset and snapshot: the storage.</summary>
internal static class DatasetCommands
{
    private const string Base = "zonix/datasets";

    internal static void AddTo(Command root)
    {
        root.Subcommands.Add(CommandTree.Plain(
            "dataset", "Trees of files in the pool, and their snapshots.", List(), Create(), Destroy(),
            Post("snapshot", "Take a snapshot: DATASET@NAME.", "snapshot"), Pair("clone", "Make a dataset from a snapshot."), Pair("rename", "Rename a dataset."),
            Rollback(), Send(), Receive()));
        root.Subcommands.Add(CommandTree.Plain(
            "snapshot", "Snapshots of datasets; of zones: zone snapshot.", List(isOfSnapshots: true), Post("create", "Take a snapshot: DATASET@NAME.", "snapshot"),
            Rollback(), Pair("clone", "Make a dataset from a snapshot."), Destroy(), Send()));
        Command scrub = CommandTree.OfMachine("scrub", "Compare all that is in the pool with its checksums.", async (_, client) =>
        {
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Post, "zonix/pool/scrub", null).ConfigureAwait(false);
            Console.WriteLine(await response.Content.ReadAsStringAsync().ConfigureAwait(false));
            return 0;
        });
        root.Subcommands.Add(CommandTree.Plain("pool", "The storage of zones and images.", List(), scrub));
    }

    private static Command List(bool isOfSnapshots = false)
    {
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        return CommandTree.OfMachine("list", isOfSnapshots ? "List snapshots." : "List datasets and snapshots.", async (result, client) =>
        {
            List<DatasetItem> items = await client.GetAsync(Base, ApiJson.Default.ListDatasetItem).ConfigureAwait(false);
            string? template = result.GetValue(format);
            Listing.Print(
                items.Where(item => !isOfSnapshots || item.Name.Contains('@', StringComparison.Ordinal)).Select(item => Row(item, isForPeople: template is null or "table")), template,
                ("NAME", "Name"), ("USED", "Used"), ("AVAIL", "Available"), ("REFER", "Referenced"), ("ORIGIN", "Origin"));
            return 0;
        }, format);
    }

    private static JsonObject Row(DatasetItem item, bool isForPeople)
    {
        if (!isForPeople)
            return JsonSerializer.SerializeToNode(item, ApiJson.Default.DatasetItem)!.AsObject();
        return new JsonObject
        {
            ["Name"] = item.Name,
            ["Used"] = ByteText.Binary(item.Used),
            ["Available"] = item.Available is { } free ? ByteText.Binary(free) : "-",
            ["Referenced"] = ByteText.Binary(item.Referenced),
            ["Origin"] = item.Origin ?? "-",
        };
    }

    private static Command Create()
    {
        var name = new Argument<string>("name");
        var quota = new Option<string?>("--quota") { Description = "A size: 10g." };
        return CommandTree.OfMachine("create", "Make an empty dataset.", async (result, client) =>
        {
            string limit = result.GetValue(quota) is { } size ? "&quota=" + CommandTree.Escape(size) : "";
            await client.PostAsync($"{Base}?name={CommandTree.Escape(result.GetValue(name)!)}{limit}").ConfigureAwait(false);
            return 0;
        }, name, quota);
    }

    private static Command Destroy()
    {
        var name = new Argument<string>("name");
        var recursive = new Option<bool>("--recursive", "-r") { Description = "With its snapshots, and all below it." };
        return CommandTree.OfMachine("destroy", "Destroy a dataset or a snapshot.", async (result, client) =>
        {
            await client.DeleteAsync($"{Base}?name={CommandTree.Escape(result.GetValue(name)!)}&recursive={(result.GetValue(recursive) ? 1 : 0)}").ConfigureAwait(false);
            return 0;
        }, name, recursive);
    }

    private static Command Post(string verb, string description, string path)
    {
        var name = new Argument<string>("name");
        return CommandTree.OfMachine(verb, description, async (result, client) =>
        {
            await client.PostAsync($"{Base}/{path}?name={CommandTree.Escape(result.GetValue(name)!)}").ConfigureAwait(false);
            return 0;
        }, name);
    }

    private static Command Pair(string verb, string description)
    {
        var from = new Argument<string>("from");
        var to = new Argument<string>("to");
        return CommandTree.OfMachine(verb, description, async (result, client) =>
        {
            await client.PostAsync($"{Base}/{verb}?name={CommandTree.Escape(result.GetValue(from)!)}&to={CommandTree.Escape(result.GetValue(to)!)}").ConfigureAwait(false);
            return 0;
        }, from, to);
    }

    private static Command Rollback()
    {
        var name = new Argument<string>("snapshot");
        var newer = new Option<bool>("--recursive", "-r") { Description = "Destroy the snapshots that are newer." };
        var force = new Option<bool>("--force", "-f") { Description = "Stop the zone whose root it is, and boot it again; newer snapshots are destroyed." };
        return CommandTree.OfMachine("rollback", "Bring a dataset back to a snapshot.", async (result, client) =>
        {
            string how = $"&destroys={(result.GetValue(newer) ? 1 : 0)}&force={(result.GetValue(force) ? 1 : 0)}";
            await client.PostAsync($"{Base}/rollback?name={CommandTree.Escape(result.GetValue(name)!)}{how}").ConfigureAwait(false);
            return 0;
        }, name, newer, force);
    }

    private static Command Send()
    {
        var name = new Argument<string>("snapshot");
        var from = new Option<string?>("--from", "-i") { Description = "An older snapshot: what has changed since then." };
        var output = new Option<string?>("--output", "-o") { Description = "A file; standard output if not given." };
        return CommandTree.OfMachine("send", "Write a snapshot as a stream.", async (result, client) =>
        {
            string since = result.GetValue(from) is { } older ? "&from=" + CommandTree.Escape(older) : "";
            await FileBody.WriteAsync(client, $"{Base}/send?name={CommandTree.Escape(result.GetValue(name)!)}{since}", result.GetValue(output)).ConfigureAwait(false);
            return 0;
        }, name, from, output);
    }

    private static Command Receive()
    {
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne };
        var input = new Option<string?>("--input", "-i") { Description = "A file; standard input if not given." };
        return CommandTree.OfMachine("receive", "Read a snapshot from a stream.", async (result, client) =>
        {
            using HttpContent body = FileBody.Read(result.GetValue(input));
            string query = result.GetValue(name) is { } wanted ? "?name=" + CommandTree.Escape(wanted) : "";
            await client.PostAsync($"{Base}/receive{query}", body).ConfigureAwait(false);
            return 0;
        }, name, input);
    }
}

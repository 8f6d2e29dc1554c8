using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>zone snapshot, snapshots, rollback, clone, delete.</summary>
internal static class ZoneSnapshotCommands
{
    internal static Command Snapshot(Argument<string> zone)
    {
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "The snapshot's name; the time if not given." };
        return CommandTree.OfMachine("snapshot", "Keep a zone's files as they are, also while it runs; print the snapshot's name.", async (result, client) =>
        {
            string query = result.GetValue(name) is { } wanted ? "?name=" + CommandTree.Escape(wanted) : "";
            SnapshotItem made = await client.PostAsync(Base(result.GetValue(zone)!, "snapshots") + query, null, ApiJson.Default.SnapshotItem).ConfigureAwait(false);
            Console.WriteLine(made.Name);
            return 0;
        }, zone, name);
    }

    internal static Command List(Argument<string> zone)
    {
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        return CommandTree.OfMachine("snapshots", "List a zone's snapshots.", async (result, client) =>
        {
            string path = Base(result.GetValue(zone)!, "snapshots");
            bool isForPeople = result.GetValue(format) is null or "table";
            List<SnapshotItem> all = await client.GetAsync(path, ApiJson.Default.ListSnapshotItem).ConfigureAwait(false);
            Listing.Print(
                all.Select(one => isForPeople ? Row(one) : JsonSerializer.SerializeToNode(one, ApiJson.Default.SnapshotItem)!.AsObject()), result.GetValue(format),
                ("NAME", "name"), ("CREATED", "created_at"), ("REFER", "referenced"), ("USED", "used"));
            return 0;
        }, zone, format);
    }

    private static JsonObject Row(SnapshotItem one) => new()
    {
        ["name"] = one.Name,
        ["created_at"] = one.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        ["referenced"] = ByteText.Binary(one.Referenced),
        ["used"] = ByteText.Binary(one.Used),
    };

    internal static Command Rollback(Argument<string> zone)
    {
        var name = new Argument<string>("snapshot");
        var timeout = new Option<int?>("--timeout", "-t") { Description = "Seconds until a zone that runs is killed." };
        return CommandTree.OfMachine(
            "rollback", "Take a zone's files back to a snapshot; newer ones are destroyed. A zone that runs is stopped first, and booted again.",
            async (result, client) =>
            {
                string patience = result.GetValue(timeout) is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"&t={seconds}") : "";
                await client.PostAsync($"{Base(result.GetValue(zone)!, "rollback")}?snapshot={CommandTree.Escape(result.GetValue(name)!)}{patience}").ConfigureAwait(false);
                return 0;
            }, zone, name, timeout);
    }

    internal static Command Clone()
    {
        var source = new Argument<string>("source") { Description = "ZONE, as it is now, or ZONE@SNAPSHOT." };
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "The new zone's name; one is made up if not given." };
        var boot = new Option<bool>("--boot", "-b") { Description = "Boot it." };
        return CommandTree.OfMachine("clone", "Make a zone from another zone, or from a snapshot of one; print its name.", async (result, client) =>
        {
            (string from, string? snapshot) = Split(result.GetValue(source)!);
            string query = (snapshot is null ? "" : "&snapshot=" + CommandTree.Escape(snapshot)) +
                (result.GetValue(name) is { } wanted ? "&name=" + CommandTree.Escape(wanted) : "") + (result.GetValue(boot) ? "&boot=1" : "");
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Post, Base(from, "clone") + "?" + query.TrimStart('&'), null).ConfigureAwait(false);
            Console.WriteLine(JsonNode.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false))!["alias"]);
            return 0;
        }, source, name, boot);
    }

    internal static Command Delete()
    {
        var what = new Argument<string>("zone") { Description = "ZONE, or ZONE@SNAPSHOT." };
        return CommandTree.OfMachine("delete", "Delete a zone, also when it runs; or a snapshot of one.", async (result, client) =>
        {
            (string zone, string? snapshot) = Split(result.GetValue(what)!);
            await client.DeleteAsync(snapshot is null
                ? $"containers/{CommandTree.Escape(zone)}?force=1"
                : $"{Base(zone, "snapshots")}/{CommandTree.Escape(snapshot)}").ConfigureAwait(false);
            return 0;
        }, what);
    }

    private static string Base(string zone, string verb) => $"zonix/zones/{CommandTree.Escape(zone)}/{verb}";

    private static (string Zone, string? Snapshot) Split(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}

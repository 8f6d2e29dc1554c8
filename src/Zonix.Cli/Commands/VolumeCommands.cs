using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>volume ls, create, rm, inspect, prune.</summary>
internal static class VolumeCommands
{
    internal static void AddTo(Command root) => root.Subcommands.Add(CommandTree.Plain(
        "volume", "Files with a name of their own, that zones share and that outlive them.", List(), Create(), Remove(), Inspect(), Prune()));

    private static Command List()
    {
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Names only." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "name=, label=, dangling=" };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        Command list = CommandTree.OfMachine("ls", "List volumes.", async (result, client) =>
        {
            string query = "volumes?" + FilterText.Query(result.GetValue(filter)).TrimStart('&');
            VolumeList found = await client.GetAsync(query, ApiJson.Default.VolumeList).ConfigureAwait(false);
            string? template = result.GetValue(quiet) ? "{{.Name}}" : result.GetValue(format);
            Listing.Print(found.Volumes.Select(Row), template, ("DRIVER", "Driver"), ("VOLUME NAME", "Name"), ("SIZE", "Size"), ("LINKS", "Links"));
            return 0;
        }, quiet, filter, format);
        list.Aliases.Add("list");
        return list;
    }

    internal static JsonObject Row(VolumeItem volume) => new()
    {
        ["Name"] = volume.Name,
        ["Driver"] = volume.Driver,
        ["Size"] = ByteText.Decimal(volume.UsageData?.Size ?? 0),
        ["Links"] = (volume.UsageData?.RefCount ?? 0).ToString(CultureInfo.InvariantCulture),
        ["Labels"] = string.Join(',', volume.Labels.Select(label => $"{label.Key}={label.Value}")),
        ["CreatedAt"] = volume.CreatedAt,
    };

    private static Command Create()
    {
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "Its name; one is made up if not given." };
        var label = new Option<string[]>("--label") { Description = "NAME=VALUE" };
        return CommandTree.OfMachine("create", "Make a volume; print its name.", async (result, client) =>
        {
            var labels = (result.GetValue(label) ?? []).Select(text => text.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "");
            using HttpContent body = MachineClient.Json(new VolumeRequest { Name = result.GetValue(name), Labels = labels }, ApiJson.Default.VolumeRequest);
            Console.WriteLine((await client.PostAsync("volumes/create", body, ApiJson.Default.VolumeItem).ConfigureAwait(false)).Name);
            return 0;
        }, name, label);
    }

    private static Command Remove()
    {
        var names = new Argument<string[]>("volume") { Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "One that is not there is no error." };
        return CommandTree.OfMachine("rm", "Delete volumes.", (result, client) => CommandTree.EachAsync(result.GetValue(names)!, async name =>
        {
            try
            {
                await client.DeleteAsync($"volumes/{CommandTree.Escape(name)}").ConfigureAwait(false);
            }
            catch (CommandException e) when (e.Status == 404 && result.GetValue(force))
            {
                // As it was wanted.
            }
        }), names, force);
    }

    private static Command Inspect()
    {
        var names = new Argument<string[]>("volume") { Arity = ArgumentArity.OneOrMore };
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.Name}}." };
        return CommandTree.OfMachine("inspect", "Show all about volumes.", (result, client) =>
            ListCommands.InspectAsync(result.GetValue(names)!, result.GetValue(format), name => client.GetTextAsync($"volumes/{CommandTree.Escape(name)}")), names, format);
    }

    private static Command Prune()
    {
        var all = new Option<bool>("--all", "-a") { Description = "Also those with a name." };
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask." };
        var filter = new Option<string[]>("--filter") { Description = "label=NAME[=VALUE]" };
        return CommandTree.OfMachine("prune", "Delete volumes that no zone uses: those without a name of their own.", async (result, client) =>
        {
            if (!ChangeCommands.Confirm(result.GetValue(force), "This will delete all volumes that no zone uses" + (result.GetValue(all) ? "." : ", but for those with a name.")))
                return 1;
            string[] filters = [.. result.GetValue(filter) ?? [], .. result.GetValue(all) ? ["all=true"] : Array.Empty<string>()];
            VolumePruneResponse deleted = await client
                .PostAsync("volumes/prune?" + FilterText.Query(filters).TrimStart('&'), null, ApiJson.Default.VolumePruneResponse).ConfigureAwait(false);
            ChangeCommands.PrintDeleted("Deleted Volumes:", deleted.VolumesDeleted);
            Console.WriteLine($"Total reclaimed space: {ByteText.Decimal(deleted.SpaceReclaimed)}");
            return 0;
        }, all, force, filter);
    }
}

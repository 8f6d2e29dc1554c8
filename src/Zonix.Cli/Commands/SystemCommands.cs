using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>system df, prune; image, container and system as docker's groups of commands.</summary>
internal static class SystemCommands
{
    /// <summary>Adds the groups; all other commands are there already.</summary>
    internal static void AddTo(Command root)
    {
        Command[] Named(params string[] names) => [.. names.Select(name => root.Subcommands.First(command => command.Name == name))];
        root.Subcommands.Add(CommandTree.Plain(
            "image", "Images.",
            [ImageCommands.Images("ls"), ImageCommands.Remove("rm"), ImageCommands.Inspect(), ImagePrune(), .. Named("pull", "push", "tag", "history", "load", "save", "import")]));
        root.Subcommands.Add(CommandTree.Plain(
            "container", "Zones, in docker's word for them.",
            [
                ListCommands.Ps("ls"), ChangeCommands.Prune(),
                .. Named("attach", "commit", "cp", "diff", "exec", "export", "inspect", "kill", "logs", "pause", "rename", "restart", "rm", "start", "stats", "stop", "top", "unpause", "update", "wait"),
            ]));
        root.Subcommands.Add(CommandTree.Plain("system", "The machine as a whole.", [DiskUsage(), Prune(), .. Named("info", "events")]));
    }

    private static Command ImagePrune()
    {
        var all = new Option<bool>("--all", "-a") { Description = "Also those with a name, that no zone is made from." };
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask." };
        return CommandTree.OfMachine("prune", "Delete images without a name that no zone is made from.", async (result, client) =>
        {
            if (!ChangeCommands.Confirm(result.GetValue(force), $"This will delete all images {(result.GetValue(all) ? "" : "without a name ")}that no zone is made from."))
                return 1;
            Console.WriteLine($"Total reclaimed space: {ByteText.Decimal(await PruneImagesAsync(client, result.GetValue(all)).ConfigureAwait(false))}");
            return 0;
        }, all, force);
    }

    private static async Task<long> PruneImagesAsync(MachineClient client, bool all)
    {
        string query = "images/prune?" + FilterText.Query([$"dangling={(all ? "false" : "true")}"]).TrimStart('&');
        ImagePruneResponse deleted = await client.PostAsync(query, null, ApiJson.Default.ImagePruneResponse).ConfigureAwait(false);
        ChangeCommands.PrintDeleted("Deleted Images:", [.. deleted.ImagesDeleted.Select(item => item.Untagged is { } untagged ? $"untagged: {untagged}" : $"deleted: {item.Deleted}")]);
        return deleted.SpaceReclaimed;
    }

    private static Command Prune()
    {
        var all = new Option<bool>("--all", "-a") { Description = "Also images with a name." };
        var volumes = new Option<bool>("--volumes") { Description = "Also volumes without a name." };
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask." };
        return CommandTree.OfMachine("prune", "Delete zones that do not run, and images that none is made from then.", async (result, client) =>
        {
            if (!ChangeCommands.Confirm(result.GetValue(force), "This will delete all zones that do not run, and images that are not used then."))
                return 1;
            PruneResponse zones = await client.PostAsync("containers/prune", null, ApiJson.Default.PruneResponse).ConfigureAwait(false);
            ChangeCommands.PrintDeleted("Deleted Containers:", zones.ContainersDeleted);
            long bytes = zones.SpaceReclaimed + await PruneImagesAsync(client, result.GetValue(all)).ConfigureAwait(false);
            if (result.GetValue(volumes))
            {
                VolumePruneResponse deleted = await client.PostAsync("volumes/prune", null, ApiJson.Default.VolumePruneResponse).ConfigureAwait(false);
                ChangeCommands.PrintDeleted("Deleted Volumes:", deleted.VolumesDeleted);
                bytes += deleted.SpaceReclaimed;
            }

            Console.WriteLine($"Total reclaimed space: {ByteText.Decimal(bytes)}");
            return 0;
        }, all, volumes, force);
    }

    private static Command DiskUsage()
    {
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Each image, zone and volume." };
        return CommandTree.OfMachine("df", "Show what takes room on the disk.", async (result, client) =>
        {
            DiskUsage usage = await client.GetAsync("system/df", ApiJson.Default.DiskUsage).ConfigureAwait(false);
            if (result.GetValue(verbose))
                PrintAll(usage);
            else
                Listing.Print(Rows(usage), result.GetValue(format), ("TYPE", "Type"), ("TOTAL", "TotalCount"), ("ACTIVE", "Active"), ("SIZE", "Size"), ("RECLAIMABLE", "Reclaimable"));
            return 0;
        }, format, verbose);
    }

    private static IEnumerable<JsonObject> Rows(DiskUsage usage)
    {
        yield return Row("Images", usage.Images.Count, usage.Images.Count(one => one.Containers > 0), usage.LayersSize, usage.Images.Where(one => one.Containers == 0).Sum(one => one.Size));
        yield return Row(
            "Containers", usage.Containers.Count, usage.Containers.Count(one => one.State == "running"), usage.Containers.Sum(one => one.SizeRw ?? 0),
            usage.Containers.Where(one => one.State != "running").Sum(one => one.SizeRw ?? 0));
        yield return Row(
            "Local Volumes", usage.Volumes.Count, usage.Volumes.Count(one => one.UsageData?.RefCount > 0), usage.Volumes.Sum(one => one.UsageData?.Size ?? 0),
            usage.Volumes.Where(one => one.UsageData?.RefCount == 0).Sum(one => one.UsageData?.Size ?? 0));
    }

    private static JsonObject Row(string type, int count, int active, long bytes, long reclaimable) => new()
    {
        ["Type"] = type,
        ["TotalCount"] = count.ToString(CultureInfo.InvariantCulture),
        ["Active"] = active.ToString(CultureInfo.InvariantCulture),
        ["Size"] = ByteText.Decimal(bytes),
        ["Reclaimable"] = ByteText.Decimal(Math.Min(bytes, reclaimable)) +
            (bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({Math.Min(bytes, reclaimable) * 100 / bytes}%)")),
    };

    private static void PrintAll(DiskUsage usage)
    {
        Console.WriteLine("Images:\n");
        Listing.Print(usage.Images.SelectMany(ImageCommands.Rows), null, ("REPOSITORY", "Repository"), ("TAG", "Tag"), ("IMAGE ID", "ID"), ("SIZE", "Size"), ("CONTAINERS", "Containers"));
        Console.WriteLine("\nContainers:\n");
        Listing.Print(
            usage.Containers.Select(zone => new JsonObject
            {
                ["ID"] = zone.Id[..12], ["Image"] = zone.Image, ["Size"] = $"{ByteText.Decimal(zone.SizeRw ?? 0)} (virtual {ByteText.Decimal(zone.SizeRootFs ?? 0)})",
                ["Status"] = zone.Status, ["Names"] = string.Join(',', zone.Names).TrimStart('/'),
            }),
            null, ("CONTAINER ID", "ID"), ("IMAGE", "Image"), ("SIZE", "Size"), ("STATUS", "Status"), ("NAMES", "Names"));
        Console.WriteLine("\nLocal Volumes:\n");
        Listing.Print(usage.Volumes.Select(VolumeCommands.Row), null, ("VOLUME NAME", "Name"), ("LINKS", "Links"), ("SIZE", "Size"));
    }
}

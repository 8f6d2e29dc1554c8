using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>stats: what zones use, again and again.</summary>
internal static class StatsCommand
{
    private const int ShortId = 12;

    internal static Command Create()
    {
        var zones = new Argument<string[]>("zone") { Arity = ArgumentArity.ZeroOrMore };
        var once = new Option<bool>("--no-stream") { Description = "Print once." };
        var all = new Option<bool>("--all", "-a") { Description = "Also those that do not run." };
        var whole = new Option<bool>("--no-trunc") { Description = "Identities in full." };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        return CommandTree.OfMachine("stats", "Show what zones use of CPUs and memory.", async (result, client) =>
        {
            using var stopped = new CancellationTokenSource();
            Console.CancelKeyPress += (_, e) =>
            {
                e.Cancel = true;
                stopped.Cancel();
            };
            bool repeats = !result.GetValue(once);
            do
            {
                JsonObject[] rows = await RowsAsync(client, result.GetValue(zones)!, result.GetValue(all), result.GetValue(whole)).ConfigureAwait(false);
                if (repeats && !Console.IsOutputRedirected)
                    Console.Write("\e[H\e[2J");
                Print(rows, result.GetValue(format));
            }
            while (repeats && !stopped.IsCancellationRequested);
            return 0;
        }, zones, once, all, whole, format);
    }

    private static async Task<JsonObject[]> RowsAsync(MachineClient client, string[] names, bool all, bool whole)
    {
        if (names.Length == 0)
        {
            List<ContainerSummary> running = await client.GetAsync($"containers/json?all={(all ? 1 : 0)}", ApiJson.Default.ListContainerSummary).ConfigureAwait(false);
            names = [.. running.Select(zone => zone.Id)];
        }

        if (names.Length == 0)
            await Task.Delay(1000).ConfigureAwait(false);
        return await Task.WhenAll(names.Select(async name =>
            Row(JsonNode.Parse(await client.GetTextAsync($"containers/{CommandTree.Escape(name)}/stats?stream=0").ConfigureAwait(false))!, whole))).ConfigureAwait(false);
    }

    private static void Print(JsonObject[] rows, string? format) => Listing.Print(
        rows, format, ("CONTAINER ID", "ID"), ("NAME", "Name"), ("CPU %", "CPUPerc"), ("MEM USAGE / LIMIT", "MemUsage"), ("MEM %", "MemPerc"), ("NET I/O", "NetIO"),
        ("BLOCK I/O", "BlockIO"), ("PIDS", "PIDs"));

    private static JsonObject Row(JsonNode stats, bool whole)
    {
        double used = Number(stats, "cpu_stats", "cpu_usage", "total_usage") - Number(stats, "precpu_stats", "cpu_usage", "total_usage");
        double all = Number(stats, "cpu_stats", "system_cpu_usage") - Number(stats, "precpu_stats", "system_cpu_usage");
        double memory = Number(stats, "memory_stats", "usage"), limit = Number(stats, "memory_stats", "limit");
        JsonArray transfers = stats["blkio_stats"]!["io_service_bytes_recursive"]!.AsArray();
        CultureInfo plain = CultureInfo.InvariantCulture;
        return new JsonObject
        {
            ["ID"] = whole ? stats["id"]!.ToString() : stats["id"]!.ToString()[..ShortId],
            ["Container"] = stats["name"]!.ToString().TrimStart('/'),
            ["Name"] = stats["name"]!.ToString().TrimStart('/'),
            ["CPUPerc"] = string.Create(plain, $"{(all > 0 ? used / all * Number(stats, "cpu_stats", "online_cpus") * 100 : 0):F2}%"),
            ["MemUsage"] = $"{ByteText.Binary(memory)} / {ByteText.Binary(limit)}",
            ["MemPerc"] = string.Create(plain, $"{(limit > 0 ? memory / limit * 100 : 0):F2}%"),
            ["NetIO"] = $"{ByteText.Decimal(Sum(stats, "rx_bytes"))} / {ByteText.Decimal(Sum(stats, "tx_bytes"))}",
            ["BlockIO"] = $"{ByteText.Decimal(Number(transfers[0]!, "value"))} / {ByteText.Decimal(Number(transfers[1]!, "value"))}",
            ["PIDs"] = Number(stats, "pids_stats", "current").ToString(plain),
        };
    }

    private static double Sum(JsonNode stats, string counter) => stats["networks"]?.AsObject().Sum(one => Number(one.Value!, counter)) ?? 0;

    private static double Number(JsonNode node, params ReadOnlySpan<string> path)
    {
        JsonNode? at = node;
        foreach (string name in path)
            at = at?[name];
        return at?.GetValue<double>() ?? 0;
    }
}

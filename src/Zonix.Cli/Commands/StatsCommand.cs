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
    internal static Command Create()
    {
        var zones = new Argument<string[]>("zone") { Arity = ArgumentArity.ZeroOrMore };
        var once = new Option<bool>("--no-stream") { Description = "Print once." };
        var format = new Option<string?>("--format") { Description = "json, or a template as {{.Name}} {{.CPUPerc}}." };
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
                JsonObject[] rows = await RowsAsync(client, result.GetValue(zones)!).ConfigureAwait(false);
                if (repeats && !Console.IsOutputRedirected)
                    Console.Write("\e[H\e[2J");
                Print(rows, result.GetValue(format));
            }
            while (repeats && !stopped.IsCancellationRequested);
            return 0;
        }, zones, once, format);
    }

    private static async Task<JsonObject[]> RowsAsync(MachineClient client, string[] names)
    {
        if (names.Length == 0)
        {
            List<ContainerSummary> running = await client.GetAsync("containers/json", ApiJson.Default.ListContainerSummary).ConfigureAwait(false);
            names = [.. running.Select(zone => zone.Id)];
        }

        if (names.Length == 0)
            await Task.Delay(1000).ConfigureAwait(false);
        return await Task.WhenAll(names.Select(async name =>
            Row(JsonNode.Parse(await client.GetTextAsync($"containers/{CommandTree.Escape(name)}/stats?stream=0").ConfigureAwait(false))!))).ConfigureAwait(false);
    }

    private static void Print(JsonObject[] rows, string? format)
    {
        if (format is not null)
        {
            foreach (JsonObject row in rows)
                Console.WriteLine(Template.Format(row, format));
            return;
        }

        var table = new Columns("CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "BLOCK I/O", "PIDS");
        foreach (JsonObject row in rows)
            table.Add([.. ((string[])["ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "BlockIO", "PIDs"]).Select(name => row[name]!.ToString())]);
        table.Print();
    }

    private static JsonObject Row(JsonNode stats)
    {
        double used = Number(stats, "cpu_stats", "cpu_usage", "total_usage") - Number(stats, "precpu_stats", "cpu_usage", "total_usage");
        double all = Number(stats, "cpu_stats", "system_cpu_usage") - Number(stats, "precpu_stats", "system_cpu_usage");
        double memory = Number(stats, "memory_stats", "usage"), limit = Number(stats, "memory_stats", "limit");
        JsonArray transfers = stats["blkio_stats"]!["io_service_bytes_recursive"]!.AsArray();
        CultureInfo plain = CultureInfo.InvariantCulture;
        return new JsonObject
        {
            ["ID"] = stats["id"]!.ToString()[..12],
            ["Name"] = stats["name"]!.ToString().TrimStart('/'),
            ["CPUPerc"] = string.Create(plain, $"{(all > 0 ? used / all * Number(stats, "cpu_stats", "online_cpus") * 100 : 0):F2}%"),
            ["MemUsage"] = $"{ByteText.Binary(memory)} / {ByteText.Binary(limit)}",
            ["MemPerc"] = string.Create(plain, $"{(limit > 0 ? memory / limit * 100 : 0):F2}%"),
            ["BlockIO"] = $"{ByteText.Decimal(Number(transfers[0]!, "value"))} / {ByteText.Decimal(Number(transfers[1]!, "value"))}",
            ["PIDs"] = Number(stats, "pids_stats", "current").ToString(plain),
        };
    }

    private static double Number(JsonNode node, params ReadOnlySpan<string> path)
    {
        JsonNode? at = node;
        foreach (string name in path)
            at = at?[name];
        return at?.GetValue<double>() ?? 0;
    }
}

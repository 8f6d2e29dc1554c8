using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Zonix.Bench;

/// <summary>Writes the measurements as a table and as JSON.</summary>
internal static class Report
{
    internal static string Table(IReadOnlyList<Measurement> all, IReadOnlyList<Variant> variants)
    {
        StringBuilder text = new();
        string[] others = [.. variants.Select(variant => variant.Name).Where(name => name != "native")];
        text.Append("| what | native | noise |");
        foreach (string name in others)
        {
            text.Append($" {name} | ratio | noise |");
        }

        text.Append("\n|---|--:|--:|");
        text.Insert(text.Length, "--:|--:|--:|", others.Length).AppendLine();
        foreach (Measurement one in all)
        {
            text.Append($"| {one.Name} | {Value(one, "native")} | {Noise(one, "native")} |");
            foreach (string name in others)
            {
                text.Append($" {Value(one, name)} | {(one.Ratio(name) is { } ratio ? $"{ratio:F2}" : "")} | {Noise(one, name)} |");
            }

            text.AppendLine();
        }

        text.Append("| geometric mean, cpu | | |");
        foreach (string name in others)
        {
            text.Append($" | {(Budget.Mean(all, name) is { } mean ? $"{mean:F2}" : "")} | |");
        }

        text.AppendLine().AppendLine().AppendLine("| budget | limit | measured | |").AppendLine("|---|--:|--:|---|");
        foreach ((string what, double limit, double? measured) in Budget.Judge(all))
        {
            text.AppendLine(measured is { } value
                ? $"| {what} | {limit:0.##} | {value:F2} | {(value <= limit ? "pass" : "MISS")} |"
                : $"| {what} | {limit:0.##} | | not measured |");
        }

        return text.ToString();
    }

    internal static string Json(IReadOnlyList<Measurement> all, int rounds)
    {
        JsonArray measurements = [];
        foreach (Measurement one in all)
        {
            JsonObject variants = [];
            foreach ((string name, Series series) in one.Series)
            {
                variants[name] = new JsonObject
                {
                    [$"median_{one.Unit.ToLowerInvariant()}"] = series.Median,
                    ["noise"] = series.Noise,
                    ["ratio"] = one.Ratio(name),
                    [$"values_{one.Unit.ToLowerInvariant()}"] = new JsonArray([.. series.Values.Select(value => JsonValue.Create(value))]),
                };
            }

            foreach (string name in one.Failed)
            {
                variants[name] = "fail";
            }

            measurements.Add(new JsonObject { ["name"] = one.Name, ["group"] = one.Group, ["variants"] = variants });
        }

        JsonArray budgets = [];
        foreach ((string what, double limit, double? measured) in Budget.Judge(all))
        {
            budgets.Add(new JsonObject { ["what"] = what, ["limit"] = limit, ["measured"] = measured, ["met"] = measured is null ? null : measured <= limit });
        }

        return new JsonObject { ["rounds"] = rounds, ["measurements"] = measurements, ["budgets"] = budgets }
            .ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static string Value(Measurement one, string variant)
    {
        if (one.Failed.Contains(variant))
        {
            return "fail";
        }

        return one.Median(variant) switch
        {
            null => "",
            var bytes when one.Unit == "B" => $"{bytes / (1 << 20):F0} MiB",
            >= 1e6 and var ns => $"{ns / 1e6:F2} ms",
            >= 1e3 and var ns => $"{ns / 1e3:F2} µs",
            var ns => $"{ns:G4} ns",
        };
    }

    private static string Noise(Measurement one, string variant) =>
        one.Median(variant) is null ? "" : $"{one.Series[variant].Noise * 100:F1}%";
}

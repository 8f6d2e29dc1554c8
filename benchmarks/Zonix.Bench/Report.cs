using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Zonix.Bench;

/// <summary>Writes the measurements as a table and as JSON.</summary>
internal static class Report
{
    internal static string Table(IReadOnlyList<Measurement> all, IReadOnlyList<Variant> shown)
    {
        StringBuilder text = new();
        Variant[] variants = [.. shown.Where(variant => !variant.IsI386)];
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

        text.AppendLine();
        if (shown.FirstOrDefault(variant => variant.Name == "i386") is { } i386)
            AddI386(text, all, i386);
        text.AppendLine().AppendLine("| budget | limit | measured | |").AppendLine("|---|--:|--:|---|");
        foreach ((string what, double limit, double? measured) in Budget.Judge(all))
        {
            text.AppendLine(measured is { } value
                ? $"| {what} | {limit:0.##} | {value:F2} | {(value <= limit ? "pass" : "MISS")} |"
                : $"| {what} | {limit:0.##} | | not measured |");
        }

        return text.ToString();
    }

    /// <summary>i386 programs have a table of their own: other programs from the same sources.</summary>
    private static void AddI386(StringBuilder text, IReadOnlyList<Measurement> all, Variant i386)
    {
        text.Append(i386.Base == "small" ? "\nNo native i386 here: the host's kernel runs no such programs.\n" : "");
        text.Append($"\n| i386 | {i386.Base} | zone | noise | ratio | x86-64, native | to that |\n|---|--:|--:|--:|--:|--:|--:|\n");
        Measurement[] rows = [.. all.Where(one => one.Median("i386") is not null || one.Failed.Contains("i386"))];
        foreach (Measurement one in rows)
        {
            text.Append($"| {one.Name} | {Value(one, i386.Base)} | {Value(one, "i386")} | {Noise(one, "i386")} | {one.Ratio("i386", i386.Base):F2} ")
                .AppendLine($"| {Value(one, "native")} | {one.Ratio("i386"):F2} |");
        }

        text.AppendLine($"| geometric mean, cpu | | | | {Budget.Mean(rows, "i386", i386.Base):F2} | | {Budget.Mean(rows, "i386"):F2} |");
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

using System.Text.Json.Nodes;
using Zonix.Cli.Templates;

namespace Zonix.Cli;

/// <summary>What listing commands have in common: a table for people; a line for each, of JSON or by a template, for programs.</summary>
internal static class Listing
{
    /// <summary>What --format says of itself.</summary>
    internal const string FormatHelp = "table, json, or a template as {{.Name}} or \"table {{.Name}}\\t{{.ID}}\"; its names are those of json.";

    /// <summary>Prints rows; columns are titles with the member that each shows.</summary>
    internal static void Print(IEnumerable<JsonObject> rows, string? format, params (string Title, string Member)[] columns)
    {
        if (format is not (null or "table"))
        {
            PrintBy(Template.Parse(format), rows, columns);
            return;
        }

        var table = new Columns([.. columns.Select(column => column.Title)]);
        foreach (JsonObject row in rows)
            table.Add([.. columns.Select(column => row[column.Member]?.ToString() ?? "")]);
        table.Print();
    }

    private static void PrintBy(Template template, IEnumerable<JsonObject> rows, (string Title, string Member)[] columns)
    {
        if (!template.IsTable)
        {
            foreach (JsonObject row in rows)
                Console.WriteLine(template.Format(row));
            return;
        }

        var titles = new Dictionary<string, string>();
        foreach ((string title, string member) in columns)
            titles[member] = title;
        var table = new Columns(template.Heading(titles).Split('\t'));
        foreach (JsonObject row in rows)
            table.Add(template.Format(row).Split('\t'));
        table.Print();
    }
}

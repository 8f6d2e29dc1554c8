using System.Text.Json.Nodes;

namespace Zonix.Cli;

/// <summary>What listing commands have in common: a table for people; a line for each, of JSON or by a template, for programs.</summary>
internal static class Listing
{
    /// <summary>What --format says of itself.</summary>
    internal const string FormatHelp = "table, json, or a template as {{.Name}}; its names are those of json.";

    /// <summary>Prints rows; columns are titles with the member that each shows.</summary>
    internal static void Print(IEnumerable<JsonObject> rows, string? format, params (string Title, string Member)[] columns)
    {
        if (format is not (null or "table"))
        {
            foreach (JsonObject row in rows)
                Console.WriteLine(Template.Format(row, format));
            return;
        }

        var table = new Columns([.. columns.Select(column => column.Title)]);
        foreach (JsonObject row in rows)
            table.Add([.. columns.Select(column => row[column.Member]?.ToString() ?? "")]);
        table.Print();
    }
}

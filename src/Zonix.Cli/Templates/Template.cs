using System.Text.Json.Nodes;

namespace Zonix.Cli.Templates;

/// <summary>
/// Templates of --format, in the language of Go's text/template as far as docker's users write it: members, variables, pipelines, if, with,
/// range, and the functions of <see cref="Functions"/>. What is not known is an error that names it.
/// </summary>
internal sealed class Template
{
    private const string TableWord = "table";
    private readonly Action<Scope> body;

    private Template(Action<Scope> body, bool isTable)
    {
        this.body = body;
        IsTable = isTable;
    }

    /// <summary>Whether it makes columns, parted by tabs, below a heading: "table {{.ID}}\t{{.Names}}".</summary>
    internal bool IsTable { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="Client.CommandException">It is none.</exception>
    internal static Template Parse(string text)
    {
        bool isTable = text.StartsWith(TableWord + " ", StringComparison.Ordinal);
        string rest = isTable ? text[TableWord.Length..].TrimStart() : text == "json" ? "{{json .}}" : text;
        return new Template(new TemplateParser(rest.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)).Parse(), isTable);
    }

    /// <summary>Reads a template, and fills it in.</summary>
    internal static string Format(JsonNode? value, string template) => Parse(template).Format(value);

    /// <summary>Fills it in.</summary>
    internal string Format(JsonNode? value) => Fill(new Scope(value, headings: null));

    /// <summary>The heading of a table: titles in place of members.</summary>
    internal string Heading(IReadOnlyDictionary<string, string> titles) => Fill(new Scope(new JsonObject(), titles));

    private string Fill(Scope scope)
    {
        body(scope);
        return scope.Output.ToString();
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Zonix.Cli.Client;

namespace Zonix.Cli;

/// <summary>
/// Templates of --format, as far as paths go: {{.State.Status}}, {{json .Config}}, and json for all. Other functions of Go's templates
/// are refused by name.
/// </summary>
internal static class Template
{
    internal static string Format(JsonNode node, string template)
    {
        if (template is "json" or "{{json .}}")
            return node.ToJsonString();
        var text = new StringBuilder();
        int at = 0;
        while (at < template.Length)
        {
            int open = template.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
                break;
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
                throw new CommandException($"template \"{template}\": }}}} is missing");
            text.Append(Plain(template[at..open]));
            text.Append(Evaluate(node, template[(open + 2)..close].Trim()));
            at = close + 2;
        }

        return text.Append(Plain(template[at..])).ToString();
    }

    private static string Plain(string text) => text.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);

    private static string Evaluate(JsonNode node, string expression)
    {
        bool asJson = expression.StartsWith("json ", StringComparison.Ordinal);
        string path = asJson ? expression[5..].Trim() : expression;
        if (!path.StartsWith('.') || path.Contains(' ', StringComparison.Ordinal))
            throw new CommandException($"template: \"{expression}\": expected a path as .State.Status, or json and a path");
        JsonNode? found = node;
        foreach (string name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found is not JsonObject within || !within.TryGetPropertyValue(name, out found))
                throw new CommandException($"template: \"{path}\": there is no {name}");
        }

        if (asJson)
            return found?.ToJsonString() ?? "null";
        return found switch
        {
            null => "<no value>",
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            JsonArray list => "[" + string.Join(' ', list.Select(one => one?.ToString())) + "]",
            _ => found.ToJsonString(),
        };
    }
}

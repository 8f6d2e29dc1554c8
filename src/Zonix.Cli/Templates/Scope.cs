using System.Text;
using System.Text.Json.Nodes;
using Zonix.Cli.Client;

namespace Zonix.Cli.Templates;

/// <summary>What a template stands at as it is filled in.</summary>
/// <param name="root">The value that $ is.</param>
/// <param name="headings">Titles of members, when the heading of a table is wanted; null: the values are.</param>
internal sealed class Scope(JsonNode? root, IReadOnlyDictionary<string, string>? headings)
{
    private readonly List<(string Name, JsonNode? Value)> variables = [("$", root)];
    private int lenience;

    /// <summary>What has been written so far.</summary>
    internal StringBuilder Output { get; } = new();

    /// <summary>The value that . is.</summary>
    internal JsonNode? Dot { get; set; } = root;

    /// <summary>How many variables there are.</summary>
    internal int Depth => variables.Count;

    internal void Declare(string name, JsonNode? value) => variables.Add((name, value));

    /// <summary>Forgets variables that were declared later.</summary>
    internal void Leave(int depth) => variables.RemoveRange(depth, variables.Count - depth);

    internal JsonNode? Variable(string name) => variables[IndexOf(name)].Value;

    internal void Assign(string name, JsonNode? value) => variables[IndexOf(name)] = (name, value);

    /// <summary>Evaluates something in which a member that is missing is nil: conditions ask just that.</summary>
    internal JsonNode? Leniently(Func<Scope, JsonNode?> value)
    {
        lenience++;
        JsonNode? result = value(this);
        lenience--;
        return result;
    }

    /// <summary>A member of a value, and so on.</summary>
    internal JsonNode? Follow(JsonNode? from, string[] path)
    {
        if (headings is not null && path.Length > 0)
            return JsonValue.Create(headings.GetValueOrDefault(path[^1]) ?? path[^1].ToUpperInvariant());
        foreach (string name in path)
        {
            if (from is JsonObject within && within.TryGetPropertyValue(name, out JsonNode? found))
                from = found;
            else if (lenience > 0)
                return null;
            else
                throw new CommandException($"template: .{string.Join('.', path)}: there is no {name}{Known(from)}");
        }

        return from;
    }

    /// <summary>A label of what is listed: its labels are one text there.</summary>
    internal JsonNode Label(JsonNode? of, string name)
    {
        string labels = of is JsonObject listed && listed["Labels"] is JsonValue text ? text.ToString() : "";
        foreach (string label in headings is null ? labels.Split(',') : [])
        {
            if (label.StartsWith(name + "=", StringComparison.Ordinal))
                return JsonValue.Create(label[(name.Length + 1)..]);
        }

        return JsonValue.Create(headings is null ? "" : name);
    }

    private static string Known(JsonNode? from) => from is JsonObject { Count: > 0 and < 40 } within ? $"; there are {string.Join(", ", within.Select(pair => pair.Key))}" : "";

    private int IndexOf(string name)
    {
        int found = variables.FindLastIndex(one => one.Name == name);
        return found >= 0 ? found : throw new CommandException($"template: undefined variable {name}");
    }
}

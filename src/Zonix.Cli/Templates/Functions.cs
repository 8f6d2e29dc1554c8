using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Zonix.Cli.Client;

namespace Zonix.Cli.Templates;

/// <summary>Functions of templates: Go's own, and those docker adds.</summary>
internal static class Functions
{
    /// <summary>All of them.</summary>
    internal static readonly string[] Names =
    [
        "and", "eq", "ge", "gt", "index", "join", "json", "le", "len", "lower", "lt", "ne", "not", "or", "pad", "print", "printf", "println", "slice", "split", "title",
        "truncate", "upper",
    ];

    /// <summary>A function with its arguments; null: there is none of this name.</summary>
    internal static Func<Scope, JsonNode?>? Bind(string name, IReadOnlyList<Func<Scope, JsonNode?>> arguments)
    {
        if (!Names.Contains(name))
            return null;

        // These two do not look at more than they need, and a condition asks whether something is there.
        if (name is "and" or "or")
            return scope => Chain(scope, arguments, name == "or");
        return name is "not" or "eq" or "ne"
            ? scope => Call(name, [.. arguments.Select(scope.Leniently)])
            : scope => Call(name, [.. arguments.Select(argument => argument(scope))]);
    }

    private static JsonNode? Chain(Scope scope, IReadOnlyList<Func<Scope, JsonNode?>> arguments, bool until)
    {
        JsonNode? value = null;
        foreach (Func<Scope, JsonNode?> argument in arguments)
        {
            value = scope.Leniently(argument);
            if (Values.IsTrue(value) == until)
                break;
        }

        return value;
    }

    private static JsonNode? Call(string name, JsonNode?[] given) => (name, given) switch
    {
        ("json", [var value]) => value?.ToJsonString() ?? "null",
        ("not", [var value]) => !Values.IsTrue(value),
        ("eq", [var first, .. { Length: > 0 } rest]) => rest.Any(one => AreEqual(first, one)),
        ("ne", [var one, var other]) => !AreEqual(one, other),
        ("lt", [var one, var other]) => Order(name, one, other) < 0,
        ("le", [var one, var other]) => Order(name, one, other) <= 0,
        ("gt", [var one, var other]) => Order(name, one, other) > 0,
        ("ge", [var one, var other]) => Order(name, one, other) >= 0,
        ("len", [var value]) => Length(value),
        ("index", [var value, .. var keys]) => keys.Aggregate(value, Index),
        ("slice", [var value, .. { Length: 1 or 2 } ends]) => Slice(value, ends),
        ("print", _) => string.Concat(given.Select(Values.Show)),
        ("println", _) => string.Join(' ', given.Select(Values.Show)) + "\n",
        ("printf", [var format, .. var values]) => Print(Values.Show(format), values),
        ("join", [var list, var between]) => string.Join(Values.Show(between), Values.Members(list).Select(one => Values.Show(one.Value))),
        ("split", [var text, var between]) => new JsonArray([.. Values.Show(text).Split(Values.Show(between)).Select(part => (JsonNode)JsonValue.Create(part))]),
        ("lower", [var text]) => Values.Show(text).ToLowerInvariant(),
        ("upper", [var text]) => Values.Show(text).ToUpperInvariant(),
        ("title", [var text]) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Values.Show(text)),
        ("pad", [var text, var before, var after]) => new string(' ', Count(name, before)) + Values.Show(text) + new string(' ', Count(name, after)),
        ("truncate", [var text, var length]) => Values.Show(text) is var all && all.Length > Count(name, length) ? all[..Count(name, length)] : all,
        _ => throw new CommandException($"template: {name}: wrong number of arguments"),
    };

    private static bool AreEqual(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other) || Values.Compare(one, other) == 0;

    private static int Order(string name, JsonNode? one, JsonNode? other) =>
        Values.Compare(one, other) ?? throw new CommandException($"template: {name}: {Values.Show(one)} and {Values.Show(other)} cannot be compared");

    private static int Count(string name, JsonNode? value) =>
        Values.Number(value) is >= 0 and < 1 << 20 and { } number ? (int)number : throw new CommandException($"template: {name}: {Values.Show(value)} is no number");

    private static int Length(JsonNode? value) => value switch
    {
        JsonArray list => list.Count,
        JsonObject map => map.Count,
        null => 0,
        _ => Encoding.UTF8.GetByteCount(Values.Show(value)),
    };

    // What is not in a map is empty, as in Go.
    private static JsonNode? Index(JsonNode? from, JsonNode? key) => from switch
    {
        JsonObject map => map.TryGetPropertyValue(Values.Show(key), out JsonNode? found) ? found : JsonValue.Create(""),
        JsonArray list when Values.Number(key) is { } number && number >= 0 && number < list.Count => list[(int)number],
        JsonArray => throw new CommandException($"template: index: out of range: {Values.Show(key)}"),
        null => throw new CommandException("template: index of nil"),
        _ => throw new CommandException($"template: index: {Values.Show(from)} has no members"),
    };

    private static JsonNode? Slice(JsonNode? value, JsonNode?[] ends)
    {
        int start = Count("slice", ends[0]), end = ends.Length > 1 ? Count("slice", ends[1]) : Length(value);
        if (start > end || end > Length(value))
            throw new CommandException($"template: slice: out of range: {start}:{end}");
        if (value is JsonArray list)
            return new JsonArray([.. list.Skip(start).Take(end - start).Select(one => one?.DeepClone())]);
        return JsonValue.Create(Values.Show(value)[start..end]);
    }

    // Verbs of Go's fmt, with width and precision.
    private static string Print(string format, JsonNode?[] values)
    {
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            int start = ++i;
            while (i < format.Length && format[i] is '-' or '+' or ' ' or '#' or '.' or (>= '0' and <= '9'))
                i++;
            if (i == format.Length)
                return text.Append("%!(NOVERB)").ToString();
            if (format[i] == '%')
                text.Append('%');
            else
                text.Append(next < values.Length ? Print(format[i], format[start..i], values[next]) : $"%!{format[i]}(MISSING)");
            next += format[i] == '%' ? 0 : 1;
        }

        return text.ToString();
    }

    private static string Print(char verb, string flags, JsonNode? value)
    {
        string[] sizes = flags.TrimStart('-', '+', ' ', '#', '0').Split('.');
        int precision = sizes.Length > 1 && int.TryParse(sizes[1], CultureInfo.InvariantCulture, out int wanted) ? wanted : -1;
        double? number = Values.Number(value);
        string shown = verb switch
        {
            'q' => "\"" + Values.Show(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
            'x' or 'X' when number is { } whole => ((long)whole).ToString(verb.ToString(), CultureInfo.InvariantCulture),
            'f' when number is { } real => real.ToString("F" + (precision < 0 ? 6 : precision), CultureInfo.InvariantCulture),
            's' or 'v' or 'd' or 't' or 'f' or 'x' or 'g' => Values.Show(value),
            _ => $"%!{verb}({Values.Show(value)})",
        };
        if (verb == 's' && precision >= 0 && shown.Length > precision)
            shown = shown[..precision];
        if (!int.TryParse(sizes[0], CultureInfo.InvariantCulture, out int width))
            return shown;
        bool isZeroed = number is not null && !flags.Contains('-', StringComparison.Ordinal) && flags.TrimStart('+', ' ', '#').StartsWith('0');
        return flags.Contains('-', StringComparison.Ordinal) ? shown.PadRight(width) : shown.PadLeft(width, isZeroed ? '0' : ' ');
    }
}

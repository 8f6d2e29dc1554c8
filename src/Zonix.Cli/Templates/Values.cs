using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Zonix.Cli.Templates;

/// <summary>What templates take values for.</summary>
internal static class Values
{
    /// <summary>As Go prints it.</summary>
    internal static string Show(JsonNode? value) => value switch
    {
        null => "<no value>",
        JsonValue plain when plain.GetValueKind() == JsonValueKind.String => plain.GetValue<string>(),
        JsonArray list => $"[{string.Join(' ', list.Select(Show))}]",
        JsonObject map => $"map[{string.Join(' ', map.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}:{Show(pair.Value)}"))}]",
        _ => value.ToJsonString(),
    };

    /// <summary>Whether it is neither nil nor false nor 0 nor empty.</summary>
    internal static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject map => map.Count > 0,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length > 0,
            JsonValueKind.Number => Number(value) != 0,
            var kind => kind == JsonValueKind.True,
        },
    };

    /// <summary>The number that it is; null for anything else.</summary>
    internal static double? Number(JsonNode? value) => value is JsonValue && value.GetValueKind() == JsonValueKind.Number
        ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    /// <summary>Members with their keys, in the order of the keys.</summary>
    internal static IEnumerable<(JsonNode? Key, JsonNode? Value)> Members(JsonNode? value) => value switch
    {
        JsonArray list => list.Select(static (one, i) => ((JsonNode?)JsonValue.Create(i), one)),
        JsonObject map => map.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => ((JsonNode?)JsonValue.Create(pair.Key), pair.Value)),
        _ => [],
    };

    /// <summary>Less than 0, 0, more than 0; null when they cannot be compared.</summary>
    internal static int? Compare(JsonNode? one, JsonNode? other)
    {
        if (Number(one) is { } left && Number(other) is { } right)
            return left.CompareTo(right);
        return one?.GetValueKind() == JsonValueKind.String && other?.GetValueKind() == JsonValueKind.String
            ? string.CompareOrdinal(one.GetValue<string>(), other.GetValue<string>()) : null;
    }
}

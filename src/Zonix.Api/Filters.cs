using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>docker's filters: JSON of names and their wanted values, in one of two forms.</summary>
internal static class Filters
{
    internal static Dictionary<string, List<string>> Read(HttpContext http)
    {
        if (Answers.Text(http, "filters") is not { } text)
            return [];
        try
        {
            return JsonSerializer.Deserialize(text, ApiJson.Default.DictionaryStringListString) ?? [];
        }
        catch (JsonException)
        {
            return ReadOld(text);
        }
    }

    /// <summary>Whether a value is among the wanted ones, or none are named.</summary>
    internal static bool Has(Dictionary<string, List<string>> filters, string name, string value) =>
        !filters.TryGetValue(name, out List<string>? wanted) || wanted.Contains(value);

    /// <summary>Whether one of the wanted ones fits, or none are named.</summary>
    internal static bool Any(Dictionary<string, List<string>> filters, string name, Func<string, bool> fits) =>
        !filters.TryGetValue(name, out List<string>? wanted) || wanted.Exists(one => fits(one));

    /// <summary>Whether labels are as wanted: name, or name=value; all of them.</summary>
    internal static bool Labels(Dictionary<string, List<string>> filters, IReadOnlyDictionary<string, string>? labels)
    {
        foreach (string wanted in filters.GetValueOrDefault("label") ?? [])
        {
            string[] parts = wanted.Split('=', 2);
            if (labels is null || !labels.TryGetValue(parts[0], out string? value) || (parts.Length == 2 && value != parts[1]))
                return false;
        }

        return true;
    }

    private static Dictionary<string, List<string>> ReadOld(string text)
    {
        try
        {
            var old = JsonSerializer.Deserialize(text, ApiJson.Default.DictionaryStringDictionaryStringBoolean) ?? [];
            return old.ToDictionary(pair => pair.Key, pair => pair.Value.Where(one => one.Value).Select(one => one.Key).ToList());
        }
        catch (JsonException)
        {
            throw new ZoneException(ZoneError.Invalid, "filters: expected JSON as {\"name\":[\"value\"]}");
        }
    }
}

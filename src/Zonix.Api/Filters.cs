using System.Globalization;
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

    /// <summary>Refuses filters of other names.</summary>
    internal static void Require(Dictionary<string, List<string>> filters, params string[] known)
    {
        if (filters.Keys.FirstOrDefault(name => !known.Contains(name)) is { } wrong)
            throw new ZoneException(ZoneError.Invalid, $"invalid filter '{wrong}': expected one of {string.Join(", ", known)}");
    }

    /// <summary>until: a time as seconds since 1970 or in RFC 3339, or how long ago; null: none is named.</summary>
    internal static DateTimeOffset? Until(Dictionary<string, List<string>> filters)
    {
        if (filters.GetValueOrDefault("until") is not [var text, ..])
            return null;
        if (Timespans.TryRead(text, out TimeSpan ago))
            return DateTimeOffset.UtcNow - ago;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds < 1e11m)
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new ZoneException(ZoneError.Invalid, $"invalid filter 'until={text}': expected a time as 2026-01-31T12:00:00, or how long ago, as 24h");
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

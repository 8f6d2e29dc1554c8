using System.Text.Json.Nodes;
using Zonix.Cli.Client;

namespace Zonix.Cli;

/// <summary>--filter NAME=VALUE as the API wants it.</summary>
internal static class FilterText
{
    /// <summary>&amp;filters=JSON; nothing when there are none.</summary>
    internal static string Query(string[]? filters)
    {
        if (filters is not { Length: > 0 })
            return "";
        var json = new JsonObject();
        foreach (string filter in filters)
        {
            string[] parts = filter.Split('=', 2);
            if (parts.Length != 2)
                throw new CommandException($"invalid filter \"{filter}\": expected NAME=VALUE");
            if (json[parts[0]] is not JsonArray values)
                json[parts[0]] = values = [];
            values.Add((JsonNode)JsonValue.Create(parts[1]));
        }

        return "&filters=" + Uri.EscapeDataString(json.ToJsonString());
    }
}

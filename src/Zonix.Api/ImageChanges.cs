using System.Text.Json;
using Zonix.Images;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>docker commit --change and import --change: instructions of a Dockerfile that change an image's configuration.</summary>
internal static class ImageChanges
{
    /// <summary>A configuration with the changes; what was there, when there are none.</summary>
    internal static ImageConfig? Apply(ImageConfig? config, IEnumerable<string?> changes)
    {
        foreach (string line in changes.OfType<string>().SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            config ??= new ImageConfig();
            string[] parts = line.Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
            string value = parts.Length > 1 ? parts[1] : "";
            config = parts[0].ToUpperInvariant() switch
            {
                "CMD" => config with { Cmd = Words(value) },
                "ENTRYPOINT" => config with { Entrypoint = Words(value) },
                "ENV" => config with { Env = [.. (config.Env ?? []).Where(one => !one.StartsWith(Name(value) + "=", StringComparison.Ordinal)), Assignment(value)] },
                "USER" => config with { User = value },
                "WORKDIR" => config with { WorkingDir = value },
                "STOPSIGNAL" => config with { StopSignal = value },
                "LABEL" => config with { Labels = With(config.Labels, Assignment(value)) },
                _ => throw new ZoneException(ZoneError.Invalid, $"changes: \"{line}\": expected CMD, ENTRYPOINT, ENV, USER, WORKDIR, STOPSIGNAL or LABEL"),
            };
        }

        return config;
    }

    // As a list of JSON, or a line for the shell.
    private static string[] Words(string value)
    {
        if (!value.StartsWith('['))
            return ["/bin/sh", "-c", value];
        try
        {
            return [.. JsonDocument.Parse(value).RootElement.EnumerateArray().Select(word => word.GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ZoneException(ZoneError.Invalid, $"changes: \"{value}\": expected a list of JSON strings");
        }
    }

    private static string Name(string value) => value.Split(['=', ' '], 2)[0];

    private static string Assignment(string value)
    {
        string[] parts = value.Split(['=', ' '], 2);
        return parts.Length == 2 ? $"{parts[0]}={parts[1].Trim('"')}" : throw new ZoneException(ZoneError.Invalid, $"changes: \"{value}\": expected NAME=VALUE");
    }

    private static SortedDictionary<string, string> With(SortedDictionary<string, string>? labels, string assignment)
    {
        string[] parts = assignment.Split('=', 2);
        var all = labels is null ? [] : new SortedDictionary<string, string>(labels);
        all[parts[0]] = parts[1];
        return all;
    }
}

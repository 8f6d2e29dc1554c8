using System.Globalization;
using System.Text.RegularExpressions;
using Zonix.Images;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Which zones a list of containers is of. Docker Engine API, GET /containers/json.</summary>
internal static class ContainerFilters
{
    private static readonly string[] Known =
        ["ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network", "publish", "since", "status", "volume"];

    private static readonly string[] States = ["created", "restarting", "running", "removing", "paused", "exited", "dead"];

    /// <summary>Refuses what is not known: a filter that does nothing would show what is not wanted.</summary>
    internal static void Check(Dictionary<string, List<string>> filters)
    {
        Filters.Require(filters, Known);
        if (filters.GetValueOrDefault("status")?.Find(state => !States.Contains(state)) is { } wrong)
            throw new ZoneException(ZoneError.Invalid, $"invalid filter 'status={wrong}': expected {string.Join(", ", States)}");
    }

    /// <summary>Whether it is as wanted, but for other zones and images.</summary>
    internal static bool Wants(Dictionary<string, List<string>> filters, ZoneLife zone) =>
        Filters.Has(filters, "status", zone.DockerState) &&
        Filters.Any(filters, "name", one => IsNamed(zone.Name, one)) &&
        Filters.Any(filters, "id", one => zone.Id.StartsWith(one, StringComparison.Ordinal)) &&
        Filters.Any(filters, "network", one => zone.Nics.Any(nic => nic.NetworkName == one) || zone.Endpoints.Any(end => end.Network.Configuration.Id.StartsWith(one, StringComparison.Ordinal))) &&
        Filters.Any(filters, "health", one => (zone.Health?.Status ?? "none") == one) &&
        Filters.Any(filters, "volume", one => (zone.Configuration.Filesystems ?? []).Any(mount => mount.Source == one || mount.Target == one)) &&
        Filters.Any(filters, "exited", one => zone.Record.State == ZoneState.Down && one == zone.Record.ExitCode.ToString(CultureInfo.InvariantCulture)) &&
        Filters.Any(filters, "publish", one => PortShapes.Summary(zone).Any(port => port.PublicPort is { } open && IsPort(one, open, port.Type))) &&
        Filters.Any(filters, "expose", one => PortShapes.Summary(zone).Any(port => IsPort(one, port.PrivatePort, port.Type))) &&
        Filters.Any(filters, "is-task", one => one is "false" or "0") &&
        Filters.Labels(filters, zone.Configuration.Init.Labels);

    /// <summary>Whether it is made from an image: one of these names, or the identity that one of them leads to.</summary>
    internal static bool IsMadeFrom(Dictionary<string, List<string>> filters, ZoneLife zone, ImageStore images) => Filters.Any(filters, "ancestor", one =>
    {
        if (zone.Configuration.Image == one)
            return true;
        return zone.Configuration.ImageUuid is { } id && images.Find(one)?.Id.ToString() == id;
    });

    /// <summary>Made before one zone, or since another.</summary>
    internal static Func<ZoneLife, bool> Between(Dictionary<string, List<string>> filters, ZoneRegistry zones)
    {
        ZoneLife? before = filters.GetValueOrDefault("before") is [var late, ..] ? zones.Find(late) : null;
        ZoneLife? since = filters.GetValueOrDefault("since") is [var early, ..] ? zones.Find(early) : null;
        return zone =>
            (before is null || zone.Configuration.CreateTimestamp < before.Configuration.CreateTimestamp) &&
            (since is null || zone.Configuration.CreateTimestamp > since.Configuration.CreateTimestamp);
    }

    // A regular expression, with or without the slash that docker puts before names.
    private static bool IsNamed(string name, string wanted)
    {
        try
        {
            return Regex.IsMatch(name, wanted, RegexOptions.NonBacktracking) || Regex.IsMatch("/" + name, wanted, RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return name.Contains(wanted, StringComparison.Ordinal);
        }
    }

    // PORT, PORT/udp, FROM-TO
    private static bool IsPort(string wanted, int port, string protocol)
    {
        string[] parts = wanted.Split('/');
        string[] ends = parts[0].Split('-');
        return (parts.Length == 1 || parts[1] == protocol) && int.TryParse(ends[0], CultureInfo.InvariantCulture, out int from) &&
            int.TryParse(ends[^1], CultureInfo.InvariantCulture, out int to) && port >= from && port <= to;
    }
}

using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Kernel.Sockets;
using Zonix.Network.Gateways;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Published ports as docker shows and asks for them.</summary>
internal static class PortShapes
{
    /// <summary>The ports of a request as a zone's configuration has them.</summary>
    /// <exception cref="ZoneException">One makes no sense.</exception>
    internal static IReadOnlyList<string>? Read(IReadOnlyDictionary<string, IReadOnlyList<PortBindingItem>?>? bindings)
    {
        List<string> ports = [];
        foreach ((string zonePort, IReadOnlyList<PortBindingItem>? places) in bindings ?? new Dictionary<string, IReadOnlyList<PortBindingItem>?>())
        {
            foreach (PortBindingItem place in places is { Count: > 0 } ? places : [new PortBindingItem()])
            {
                string address = place.HostIp.Contains(':', StringComparison.Ordinal) ? $"[{place.HostIp}]" : place.HostIp;
                string text = address.Length > 0 ? $"{address}:{place.HostPort}:{zonePort}" : place.HostPort.Length > 0 ? $"{place.HostPort}:{zonePort}" : zonePort;
                if (!PortText.TryParse(text, out _))
                    throw new ZoneException(ZoneError.Invalid, $"PortBindings: \"{text}\": expected {PortText.Grammar}");
                ports.Add(text);
            }
        }

        return ports.Count > 0 ? ports : null;
    }

    /// <summary>The ports that a configuration publishes, as they were asked for.</summary>
    internal static Dictionary<string, IReadOnlyList<PortBindingItem>?> Wanted(ZoneConfiguration zone) =>
        Group((zone.Ports ?? []).SelectMany(static text => PortText.TryParse(text, out IReadOnlyList<PortBinding> found) ? found : []), isWanted: true);

    /// <summary>Its ports, as they are now: exposed ones that are not published have no place on the host.</summary>
    internal static NetworkSettings Add(NetworkSettings settings, ZoneLife zone)
    {
        Dictionary<string, IReadOnlyList<PortBindingItem>?> all = Group(zone.PublishedPorts, isWanted: false);
        foreach (string text in zone.IsRunning ? zone.Configuration.ExposedPorts ?? [] : [])
        {
            foreach (PortBinding one in PortText.TryParseExposed(text, out IReadOnlyList<PortBinding> exposed) ? exposed : [])
                all.TryAdd(PortText.ShowZone(one), null);
        }

        return settings with { Ports = all };
    }

    /// <summary>The same for docker ps.</summary>
    internal static IReadOnlyList<PortSummary> Summary(ZoneLife zone)
    {
        List<PortSummary> all = [.. zone.PublishedPorts.Select(static one => new PortSummary(one.Address.ToString(), one.ZonePort, one.HostPort, Type(one)))];
        foreach (string text in zone.IsRunning ? zone.Configuration.ExposedPorts ?? [] : [])
        {
            foreach (PortBinding one in PortText.TryParseExposed(text, out IReadOnlyList<PortBinding> exposed) ? exposed : [])
            {
                if (!all.Exists(known => known.PrivatePort == one.ZonePort && known.Type == Type(one)))
                    all.Add(new PortSummary(null, one.ZonePort, null, Type(one)));
            }
        }

        return all;
    }

    private static string Type(PortBinding one) => one.IsUdp ? "udp" : "tcp";

    private static Dictionary<string, IReadOnlyList<PortBindingItem>?> Group(IEnumerable<PortBinding> bindings, bool isWanted) =>
        bindings.GroupBy(PortText.ShowZone).ToDictionary(
            static group => group.Key,
            group => (IReadOnlyList<PortBindingItem>?)[.. group.Select(one => new PortBindingItem(
                isWanted && one.Address == IpAddress.AnyV4 ? "" : one.Address.ToString(),
                one.HostPort == 0 ? "" : one.HostPort.ToString(CultureInfo.InvariantCulture)))]);
}

using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Gateways;
using Zonix.Network.Policy;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Networks;

/// <summary>What a zone that boots is let do with the host's network, and which ports of the host lead to it.</summary>
internal static class ZonePublishing
{
    private const int Attempts = 16;

    /// <summary>The ports that a configuration publishes, with 0 for those of the host that are to be chosen.</summary>
    /// <exception cref="ZoneException">A field is not as it must be.</exception>
    internal static IReadOnlyList<PortBinding> Wanted(ZoneConfiguration zone)
    {
        List<PortBinding> wanted = [];
        foreach (string text in zone.Ports ?? [])
        {
            wanted.AddRange(PortText.TryParse(text, out IReadOnlyList<PortBinding> bindings)
                ? bindings
                : throw new ZoneException(ZoneError.Invalid, $"ports: \"{text}\": expected {PortText.Grammar}"));
        }

        foreach (string text in zone.ExposedPorts ?? [])
        {
            if (!PortText.TryParseExposed(text, out IReadOnlyList<PortBinding> exposed))
                throw new ZoneException(ZoneError.Invalid, $"exposed_ports: \"{text}\": expected PORT[-PORT][/tcp|/udp]");
            if (zone.PublishAllPorts)
                wanted.AddRange(exposed.Where(one => !wanted.Exists(known => known.ZonePort == one.ZonePort && known.IsUdp == one.IsUdp)));
        }

        return wanted;
    }

    /// <summary>Applies a configuration to a zone that is on its networks.</summary>
    /// <exception cref="ZoneException">A port of the host is taken; those that were opened close with the zone's networks.</exception>
    internal static IReadOnlyList<PublishedPort> Apply(ZoneMachine machine, Zone zone, ZoneConfiguration configuration, IReadOnlyList<NetworkEndpoint> endpoints)
    {
        IpAddress[] resolvers = [.. (configuration.Resolvers ?? []).Select(text => IpAddress.TryParse(text, out IpAddress server) ? server : default).Where(static one => !one.IsAny)];
        zone.Network.Access = new NetworkAccess(machine.Kernel.Clock, configuration.NetworkPolicy?.Read() ?? NetworkPolicy.Open, resolvers);
        NetworkEndpoint? endpoint = endpoints.FirstOrDefault(static one => one.Network.Kernel is { Gateway: HostGateway, IsInternal: false });
        if (endpoint?.Network.Kernel.Gateway is not HostGateway gateway)
            return [];
        List<PublishedPort> published = [];
        foreach (PortBinding wanted in Wanted(configuration))
            Publish(gateway, endpoint, wanted, published);
        return published;
    }

    private static void Publish(HostGateway gateway, NetworkEndpoint endpoint, PortBinding wanted, List<PublishedPort> published)
    {
        bool isEverywhere = wanted.Address == IpAddress.AnyV4;
        for (int attempt = 1; ; attempt++)
        {
            Errno e = gateway.Publish(endpoint.Port, wanted, out PublishedPort? first);
            if (e != 0)
                throw Refused(wanted, e);
            // Both versions of IP get the same port; a host with one of them has one.
            PublishedPort? other = null;
            Errno second = isEverywhere ? gateway.Publish(endpoint.Port, first!.Binding with { Address = IpAddress.Any }, out other) : 0;
            if (second == Errno.EADDRINUSE)
            {
                first!.Dispose();
                if (wanted.HostPort != 0 || attempt == Attempts)
                    throw Refused(wanted with { Address = IpAddress.Any }, second);
                continue;
            }

            published.Add(first!);
            if (other is not null)
                published.Add(other);
            return;
        }
    }

    private static ZoneException Refused(PortBinding wanted, Errno e) => e switch
    {
        Errno.EADDRINUSE => new ZoneException(ZoneError.Conflict, $"ports: {wanted}: Bind for {Name(wanted)} failed: port is already allocated"),
        Errno.EACCES => new ZoneException(ZoneError.Failed, $"ports: {wanted}: the host keeps ports below 1024 for others (net.ipv4.ip_unprivileged_port_start); choose a higher one"),
        Errno.EADDRNOTAVAIL => new ZoneException(ZoneError.Invalid, $"ports: {wanted}: the host has no such address"),
        _ => new ZoneException(ZoneError.Failed, $"ports: {wanted}: {ErrnoText.Describe(e)}"),
    };

    private static string Name(PortBinding wanted) => wanted.ToString().Split("->")[0];
}

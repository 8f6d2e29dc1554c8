using Zonix.Api.Docker;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;
using Zonix.Zones.Networks;

namespace Zonix.Api;

/// <summary>Networks, and zones' places on them, as docker shows and asks for them.</summary>
internal static class NetworkShapes
{
    private const string MtuOption = "com.docker.network.driver.mtu";

    internal static NetworkResource Show(LocalNetwork network, IEnumerable<ZoneLife> zones)
    {
        NetworkConfiguration made = network.Configuration;
        List<NetworkIpamConfig> subnets = [new NetworkIpamConfig(made.Subnet, made.IpRange, made.Gateway)];
        if (made.Subnet6 is { } six)
            subnets.Add(new NetworkIpamConfig(six, null, made.Gateway6));
        return new NetworkResource
        {
            Name = made.Name,
            Id = made.Id,
            Created = Answers.Show(made.Created),
            EnableIPv6 = made.EnableIpv6,
            IPAM = new NetworkIpam { Config = subnets },
            Internal = made.Internal,
            Containers = zones
                .SelectMany(zone => zone.Endpoints.Where(one => one.Network == network).Select(one => (zone, one)))
                .ToDictionary(static pair => pair.zone.Id, static pair => new NetworkContainer(pair.zone.Name, pair.one.Id, pair.one.Mac, Text(pair.one.V4), Text(pair.one.V6))),
            Options = made.Options ?? new Dictionary<string, string>(),
            Labels = made.Labels ?? new Dictionary<string, string>(),
        };
    }

    internal static NetworkConfiguration Read(NetworkCreateRequest request)
    {
        if (request.Driver is { Length: > 0 } driver and not "bridge")
            throw new ZoneException(ZoneError.Invalid, $"Driver: \"{driver}\": expected bridge, the only one there is");
        if (request.IPAM?.Driver is { Length: > 0 } ipam and not "default")
            throw new ZoneException(ZoneError.Invalid, $"IPAM.Driver: \"{ipam}\": expected default");
        int mtu = 1500;
        if (request.Options?.GetValueOrDefault(MtuOption) is { } text &&
            !int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out mtu))
        {
            throw new ZoneException(ZoneError.Invalid, $"Options: \"{MtuOption}={text}\": expected bytes");
        }

        NetworkIpamConfig? v4 = null, v6 = null;
        foreach (NetworkIpamConfig one in request.IPAM?.Config ?? [])
        {
            bool isV6 = (one.Subnet ?? one.Gateway ?? "").Contains(':', StringComparison.Ordinal);
            if ((isV6 ? v6 : v4) is not null)
                throw new ZoneException(ZoneError.Invalid, $"IPAM.Config: \"{one.Subnet}\": expected one subnet of each version at most");
            if (isV6)
                v6 = one;
            else
                v4 = one;
        }

        return new NetworkConfiguration
        {
            Name = request.Name ?? "",
            Subnet = v4?.Subnet is { Length: > 0 } subnet ? subnet : null,
            Gateway = v4?.Gateway is { Length: > 0 } gateway ? gateway : null,
            IpRange = v4?.IPRange is { Length: > 0 } range ? range : null,
            Subnet6 = v6?.Subnet,
            Gateway6 = v6?.Gateway is { Length: > 0 } gateway6 ? gateway6 : null,
            EnableIpv6 = request.EnableIPv6 == true || v6 is not null,
            Internal = request.Internal,
            Mtu = mtu,
            Labels = request.Labels is { Count: > 0 } ? request.Labels : null,
            Options = request.Options is { Count: > 0 } ? request.Options : null,
        };
    }

    /// <summary>The interfaces of a new container; null: those that the zone has by itself.</summary>
    internal static IReadOnlyList<ZoneNic>? Nics(CreateRequest request)
    {
        string mode = request.HostConfig?.NetworkMode ?? "";
        IReadOnlyDictionary<string, EndpointSettings?> wanted = request.NetworkingConfig?.EndpointsConfig ?? new Dictionary<string, EndpointSettings?>();
        if (mode is "host" || mode.StartsWith("container:", StringComparison.Ordinal))
            throw new ZoneException(ZoneError.Invalid, $"NetworkMode: \"{mode}\": expected none or a network's name; a zone's stack is its own");
        if (mode == NetworkRegistry.NoneName)
        {
            return wanted.Keys.All(static name => name == NetworkRegistry.NoneName)
                ? []
                : throw new ZoneException(ZoneError.Invalid, "NetworkMode: \"none\": a container cannot be on other networks then");
        }

        string? mac = string.IsNullOrEmpty(request.MacAddress) ? null : request.MacAddress;
        bool isUsual = mode is "" or "default";
        if (isUsual && wanted.Count == 0)
            return mac is null ? null : [new ZoneNic { Mac = mac }];
        List<ZoneNic> nics = [];
        string first = isUsual ? wanted.Keys.First() : mode;
        nics.Add(Nic(first, wanted.GetValueOrDefault(first) ?? (isUsual ? null : wanted.GetValueOrDefault("default")), mac));
        nics.AddRange(wanted.Where(one => one.Key != first && one.Key != "default").Select(static one => Nic(one.Key, one.Value, null)));
        return nics;
    }

    internal static ZoneNic Nic(string network, EndpointSettings? how, string? mac)
    {
        string[] addresses = [.. ((string?[])[how?.IPAMConfig?.IPv4Address, how?.IPAMConfig?.IPv6Address]).OfType<string>().Where(static one => one.Length > 0)];
        if (how?.Links is { Count: > 0 })
            throw new ZoneException(ZoneError.Invalid, "Links: not supported; zones of a network know each other's names");
        return new ZoneNic
        {
            NicTag = network == "default" ? NetworkRegistry.DefaultName : network,
            Ip = addresses.FirstOrDefault(),
            Ips = addresses.Length > 1 ? [.. addresses.Skip(1)] : null,
            Mac = string.IsNullOrEmpty(how?.MacAddress) ? mac : how.MacAddress,
            Aliases = how?.Aliases is { Count: > 0 } ? how.Aliases : null,
        };
    }

    internal static string Mode(ZoneLife zone) => zone.Nics is [var first, ..] ? first.NetworkName : NetworkRegistry.NoneName;

    internal static NetworkSettings Settings(ZoneLife zone)
    {
        var networks = new Dictionary<string, EndpointSettings>();
        IReadOnlyList<NetworkEndpoint> endpoints = zone.Endpoints;
        foreach (ZoneNic nic in zone.Nics)
        {
            NetworkEndpoint? one = endpoints.FirstOrDefault(one => one.Network.Name == nic.NetworkName || one.Network.Configuration.Id.StartsWith(nic.NetworkName, StringComparison.Ordinal));
            networks[one?.Network.Name ?? nic.NetworkName] = Place(nic, one);
        }

        EndpointSettings? bridge = networks.GetValueOrDefault(NetworkRegistry.DefaultName);
        return new NetworkSettings
        {
            Networks = networks,
            SandboxID = zone.IsRunning ? zone.Id : "",
            EndpointID = bridge?.EndpointID ?? "",
            Gateway = bridge?.Gateway ?? "",
            IPAddress = bridge?.IPAddress ?? "",
            IPPrefixLen = bridge?.IPPrefixLen ?? 0,
            IPv6Gateway = bridge?.IPv6Gateway ?? "",
            GlobalIPv6Address = bridge?.GlobalIPv6Address ?? "",
            GlobalIPv6PrefixLen = bridge?.GlobalIPv6PrefixLen ?? 0,
            MacAddress = bridge?.MacAddress ?? "",
        };
    }

    private static EndpointSettings Place(ZoneNic nic, NetworkEndpoint? one) => new()
    {
        IPAMConfig = nic.StaticAddresses.FirstOrDefault() is { } given ? new EndpointIpamConfig(given.Split('/')[0]) : null,
        Aliases = nic.Aliases,
        DNSNames = one?.Names,
        MacAddress = one?.Mac ?? nic.Mac ?? "",
        NetworkID = one?.Network.Configuration.Id ?? "",
        EndpointID = one?.Id ?? "",
        Gateway = one is null ? "" : one.Network.Configuration.Gateway,
        IPAddress = one?.V4?.Address.ToString() ?? "",
        IPPrefixLen = one?.V4?.Prefix ?? 0,
        IPv6Gateway = one is null ? "" : one.Network.Configuration.Gateway6 ?? "",
        GlobalIPv6Address = one?.V6?.Address.ToString() ?? "",
        GlobalIPv6PrefixLen = one?.V6?.Prefix ?? 0,
    };

    private static string Text(Kernel.Sockets.InterfaceAddress? address) => address is { } known ? $"{known.Address}/{known.Prefix}" : "";
}

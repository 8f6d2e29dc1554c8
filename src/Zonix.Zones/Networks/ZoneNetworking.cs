using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Fabric;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Networks;

/// <summary>Puts zones on the networks that their configurations name.</summary>
internal sealed class ZoneNetworking(NetworkRegistry networks)
{
    /// <summary>The interfaces of a zone: those it names, or, of an image, one on the default network.</summary>
    internal static IReadOnlyList<ZoneNic> NicsOf(ZoneConfiguration zone) => zone.Nics ?? (HostRoots.Has(zone) ? [] : [new ZoneNic()]);

    /// <summary>Looks whether a configuration's networks are there, and its addresses free, and keeps those for it.</summary>
    /// <exception cref="ZoneException">They are not; the message names the field.</exception>
    internal void Reserve(ZoneConfiguration zone)
    {
        try
        {
            foreach (ZoneNic nic in zone.Nics ?? [])
            {
                LocalNetwork network = networks.Find(nic.NetworkName);
                foreach (InterfaceAddress address in Read(nic, network))
                {
                    if (!network.Reserve(address.Address, zone.Uuid))
                        throw new ZoneException(ZoneError.Conflict, $"nics.ip: \"{address.Address}\": Address already in use on the network {network.Name}");
                }
            }
        }
        catch (ZoneException)
        {
            Release(zone);
            throw;
        }
    }

    /// <summary>Keeps nothing for a zone any more: it is deleted.</summary>
    internal void Release(ZoneConfiguration zone)
    {
        foreach (LocalNetwork network in networks.List())
            network.Release(zone.Uuid);
    }

    /// <summary>Puts a zone that boots on all its networks.</summary>
    internal List<NetworkEndpoint> Join(Zone zone, ZoneConfiguration configuration)
    {
        List<NetworkEndpoint> endpoints = [];
        IReadOnlyList<ZoneNic> nics = NicsOf(configuration);
        foreach (ZoneNic nic in nics)
        {
            bool isPrimary = nic.Primary ?? (nic == nics[0] && !nics.Any(static one => one.Primary == true));
            endpoints.Add(Join(zone, configuration, nic, isPrimary));
        }

        return endpoints;
    }

    /// <summary>Puts a running zone on a further network.</summary>
    internal NetworkEndpoint Join(Zone zone, ZoneConfiguration configuration, ZoneNic nic, bool isPrimary)
    {
        LocalNetwork network = networks.Find(nic.NetworkName);
        List<InterfaceAddress> addresses = [.. Read(nic, network)];
        if (network.Kernel.V4 is { } v4 && !addresses.Exists(static one => one.Address.IsV4))
        {
            IpAddress free = network.Choose(configuration.Uuid) ??
                throw new ZoneException(ZoneError.Conflict, $"nics.ip: no address of {v4} is free on the network {network.Name}");
            addresses.Add(new InterfaceAddress(free, v4.Prefix));
        }

        byte[] mac = nic.Mac is { } text ? NetworkText.ParseMac(text)! : MacOf(addresses.Find(static one => one.Address.IsV4).Address);
        if (network.Kernel.V6 is { } v6 && !addresses.Exists(static one => !one.Address.IsV4))
            addresses.Add(new InterfaceAddress(InterfaceIdentity(v6.Network, mac), v6.Prefix));
        var how = new NetworkAttachment
        {
            InterfaceName = nic.Interface ?? FreeName(zone),
            HardwareAddress = mac,
            Addresses = addresses,
            Names = [configuration.Alias!, .. nic.Aliases ?? [], ZoneIdentity.Short(configuration.Uuid), .. configuration.Hostname is { } host ? (string[])[host] : []],
            IsPrimary = isPrimary,
            Mtu = nic.Mtu ?? network.Configuration.Mtu,
        };
        Errno e = zone.Network.Attach(network.Kernel, how, out NetworkPort? port);
        if (e != 0)
            throw new ZoneException(ZoneError.Conflict, $"nics: {how.InterfaceName} on the network {network.Name}: {ErrnoText.Describe(e)}");
        return new NetworkEndpoint(network, port!, Pick(addresses, isV4: true), Pick(addresses, isV4: false));
    }

    private static InterfaceAddress? Pick(List<InterfaceAddress> addresses, bool isV4) =>
        addresses.FindIndex(one => one.Address.IsV4 == isV4) is >= 0 and var at ? addresses[at] : null;

    private static IEnumerable<InterfaceAddress> Read(ZoneNic nic, LocalNetwork network)
    {
        foreach (string gateway in nic.Gateway is null ? nic.Gateways ?? [] : [nic.Gateway, .. nic.Gateways ?? []])
        {
            if (!IpAddress.TryParse(gateway, out IpAddress way) || !network.Kernel.IsGateway(way))
                throw new ZoneException(ZoneError.Invalid, $"nics.gateway: \"{gateway}\": expected the gateway of the network {network.Name}, {network.Configuration.Gateway}");
        }

        foreach (string text in nic.StaticAddresses)
        {
            if (!NetworkText.TryParse(text, out IpAddress address, out int prefix) && !IpAddress.TryParse(text, out address))
                throw new ZoneException(ZoneError.Invalid, $"nics.ip: \"{text}\": expected an address");
            if ((address.IsV4 ? network.Kernel.V4 : network.Kernel.V6) is not { } subnet || !subnet.Contains(address) || address == subnet.Network)
            {
                string known = network.Configuration.Subnet6 is { } six ? $"{network.Configuration.Subnet} or {six}" : network.Configuration.Subnet!;
                throw new ZoneException(ZoneError.Invalid, $"nics.ip: \"{text}\": expected one of the network {network.Name}, {known}");
            }

            if ((prefix != 0 && prefix != subnet.Prefix) || (nic.Netmask is { } mask && address.IsV4 && NetworkText.PrefixOf(mask) != subnet.Prefix))
            {
                throw new ZoneException(
                    ZoneError.Invalid,
                    string.Create(CultureInfo.InvariantCulture, $"nics.netmask: \"{nic.Netmask ?? text}\": expected that of the network {network.Name}, /{subnet.Prefix}"));
            }

            yield return new InterfaceAddress(address, subnet.Prefix);
        }
    }

    private static string FreeName(Zone zone)
    {
        for (int i = 0; ; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"eth{i}");
            if (zone.Network.Interfaces.All(one => one.Name != name))
                return name;
        }
    }

    // As docker makes them: locally administered, and unique where the address is.
    private static byte[] MacOf(IpAddress v4)
    {
        byte[] mac = [0x02, 0x42, 0, 0, 0, 0];
        v4.WriteV4(mac.AsSpan(2));
        return mac;
    }

    // RFC 4291, appendix A.
    private static IpAddress InterfaceIdentity(IpAddress network, byte[] mac)
    {
        Span<byte> bytes = stackalloc byte[16];
        network.WriteV6(bytes);
        ReadOnlySpan<byte> identity = [(byte)(mac[0] ^ 2), mac[1], mac[2], 0xFF, 0xFE, mac[3], mac[4], mac[5]];
        identity.CopyTo(bytes[8..]);
        return IpAddress.ReadV6(bytes);
    }
}

using System.Globalization;
using Zonix.Kernel.Sockets;
using Zonix.Zones.Life;
using Zonix.Zones.Networks;

namespace Zonix.Zones.Configuration;

/// <summary>Checks the interfaces of a configuration as far as that can be done without looking at networks.</summary>
internal static class NicValidation
{
    private const int LongestName = 15, Most = 32;

    internal static void Check(ZoneConfiguration zone)
    {
        IReadOnlyList<ZoneNic> nics = zone.Nics ?? [];
        Require(nics.Count <= Most, "nics", nics.Count.ToString(CultureInfo.InvariantCulture), "at most 32");
        foreach (ZoneNic nic in nics)
            Check(nic);
        Require(nics.Count(static nic => nic.Primary == true) <= 1, "nics.primary", "true", "one interface at most that is primary");
        string? twice = nics.Select(static nic => nic.Interface).OfType<string>().GroupBy(static name => name).FirstOrDefault(static group => group.Count() > 1)?.Key;
        Require(twice is null, "nics.interface", twice, "another name for each");
    }

    private static void Check(ZoneNic nic)
    {
        if (nic.Interface is { } name)
            Require(IsInterfaceName(name), "nics.interface", name, "a name as eth0: at most 15 bytes without / and spaces, and not lo");
        if (nic.Mac is { } mac)
            Require(NetworkText.ParseMac(mac) is not null, "nics.mac", mac, "the address of one interface, as 02:42:0a:d2:00:02");
        Require(nic.Network is null || nic.NicTag is null || nic.Network == nic.NicTag, "nics.network", nic.Network, "nothing, as nic_tag names another network");
        if (nic.Ip is { } ip and not "dhcp")
            Require(IpAddress.TryParse(ip, out _) || NetworkText.TryParse(ip, out _, out _), "nics.ip", ip, "an address, or dhcp");
        foreach (string one in nic.Ips ?? [])
            Require(one is "dhcp" or "addrconf" || NetworkText.TryParse(one, out _, out _), "nics.ips", one, "address/bits, dhcp or addrconf");
        if (nic.Netmask is { } mask)
            Require(NetworkText.PrefixOf(mask) >= 0, "nics.netmask", mask, "a mask as 255.255.255.0");
        foreach (string one in nic.Gateway is null ? nic.Gateways ?? [] : [nic.Gateway, .. nic.Gateways ?? []])
            Require(IpAddress.TryParse(one, out _), "nics.gateway", one, "an address");
        Require(nic.Mtu is null or (>= 576 and <= 65535), "nics.mtu", nic.Mtu?.ToString(CultureInfo.InvariantCulture), "576 to 65535");
        foreach (string alias in nic.Aliases ?? [])
            Require(ZoneValidation.IsName(alias), "nics.aliases", alias, "names of letters, digits, _, . and -");
    }

    private static bool IsInterfaceName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or ".." or "lo" or "all" or "default") && name.All(static c => c is > ' ' and < (char)127 and not '/' and not ':');

    private static void Require(bool holds, string field, string? value, string expected)
    {
        if (!holds)
            throw new ZoneException(ZoneError.Invalid, $"{field}: \"{value}\": expected {expected}");
    }
}

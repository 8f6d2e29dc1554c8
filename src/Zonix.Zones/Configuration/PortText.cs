using System.Globalization;
using Zonix.Kernel.Sockets;
using Zonix.Network.Gateways;

namespace Zonix.Zones.Configuration;

/// <summary>Published ports as docker's users write them.</summary>
public static class PortText
{
    /// <summary>How one is written, for messages.</summary>
    public const string Grammar = "[[ADDRESS:]HOST[-HOST]:]ZONE[-ZONE][/tcp|/udp], with an address of IPv6 in brackets";

    /// <summary>
    /// Reads <c>80</c>, <c>8080:80</c>, <c>127.0.0.1:8080:80/udp</c>, <c>127.0.0.1::80</c>, <c>9000-9010:80-90</c>: a binding for each port.
    /// An address that is not given is 0.0.0.0 and, where the host has IPv6, :: too. False: it is none of these.
    /// </summary>
    public static bool TryParse(string text, out IReadOnlyList<PortBinding> bindings)
    {
        ArgumentNullException.ThrowIfNull(text);
        bindings = [];
        if (!TryTakeProtocol(ref text, out bool isUdp))
            return false;
        int last = text.LastIndexOf(':');
        if (!TryParseRange(text[(last + 1)..], out ushort zoneFirst, out ushort zoneLast))
            return false;
        string host = last < 0 ? "" : text[..last], address = "";
        int colon = host.LastIndexOf(':');
        if (colon >= 0)
            (address, host) = (host[..colon], host[(colon + 1)..]);
        if (last >= 0 && host.Length == 0 && address.Length == 0)
            return false;
        IpAddress at = IpAddress.AnyV4;
        if (address.Length > 0 && !IpAddress.TryParse(address.Trim('[', ']'), out at))
            return false;
        ushort hostFirst = 0, hostLast = 0;
        if (host.Length > 0 && (!TryParseRange(host, out hostFirst, out hostLast) || (hostLast - hostFirst != zoneLast - zoneFirst && zoneFirst != zoneLast)))
            return false;
        List<PortBinding> made = [];
        for (int port = zoneFirst; port <= zoneLast; port++)
            made.Add(new PortBinding(at, (ushort)(hostFirst == 0 ? 0 : hostFirst + port - zoneFirst), (ushort)port, isUdp));
        bindings = made;
        return true;
    }

    /// <summary>Reads a port of a zone: <c>80</c>, <c>53/udp</c>, <c>8000-8010</c>.</summary>
    public static bool TryParseExposed(string text, out IReadOnlyList<PortBinding> ports)
    {
        ArgumentNullException.ThrowIfNull(text);
        ports = [];
        return !text.Contains(':', StringComparison.Ordinal) && TryParse(text, out ports);
    }

    /// <summary>A binding as docker shows the zone's side: 80/tcp.</summary>
    public static string ShowZone(PortBinding binding) =>
        string.Create(CultureInfo.InvariantCulture, $"{binding.ZonePort}/{(binding.IsUdp ? "udp" : "tcp")}");

    private static bool TryTakeProtocol(ref string text, out bool isUdp)
    {
        int slash = text.LastIndexOf('/');
        string protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        if (slash >= 0)
            text = text[..slash];
        isUdp = protocol == "udp";
        return protocol is "tcp" or "udp";
    }

    private static bool TryParseRange(string text, out ushort first, out ushort last)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        last = 0;
        return TryParsePort(dash < 0 ? text : text[..dash], out first) && TryParsePort(dash < 0 ? text : text[(dash + 1)..], out last) && first <= last;
    }

    private static bool TryParsePort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port != 0;
}

using System.Globalization;

namespace Zonix.Network.Policy;

/// <summary>What a zone may reach, or may not.</summary>
/// <param name="Place">Where.</param>
/// <param name="Network">Of <see cref="RulePlace.Addresses"/>: the first address.</param>
/// <param name="Prefix">How many of its bits count.</param>
/// <param name="FirstPort">The lowest port; 0: every port, and what has none.</param>
/// <param name="LastPort">The highest port.</param>
/// <param name="Protocol">The protocol.</param>
public readonly record struct NetworkRule(
    RulePlace Place, IpAddress Network, int Prefix, ushort FirstPort, ushort LastPort, RuleProtocol Protocol)
{
    /// <summary>How a rule is written, for messages.</summary>
    public const string Grammar = "ADDRESS[/PREFIX], all, internet, private, host, network or dns, then [:PORT[-PORT]][/tcp|/udp|/icmp]; IPv6 with ports in brackets";

    /// <summary>
    /// Reads <c>10.0.0.0/8</c>, <c>1.2.3.4:80-90/tcp</c>, <c>[2001:db8::/32]:443</c>, <c>host:5432</c>, <c>internet/tcp</c>, <c>dns</c>. False: it is none.
    /// </summary>
    public static bool TryParse(string text, out NetworkRule rule)
    {
        rule = default;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        RuleProtocol protocol = TakeProtocol(ref rest);
        (ushort First, ushort Last) ports = default;
        ReadOnlySpan<char> place = rest;
        if (rest is ['[', ..])
        {
            int end = rest.IndexOf(']');
            if (end < 0 || (end + 1 < rest.Length && (rest[end + 1] != ':' || !TryParsePorts(rest[(end + 2)..], out ports))))
                return false;
            place = rest[1..end];
        }
        else if (rest.Count(':') == 1)
        {
            int colon = rest.IndexOf(':');
            if (!TryParsePorts(rest[(colon + 1)..], out ports))
                return false;
            place = rest[..colon];
        }
        if (protocol == RuleProtocol.Icmp && ports.Last != 0)
            return false;
        if (Keyword(place) is { } word)
        {
            rule = new NetworkRule(word, default, 0, ports.First, ports.Last, protocol);
            return word != RulePlace.Names || (ports.Last == 0 && protocol == RuleProtocol.Any);
        }
        if (!TryParseNetwork(place, out IpAddress network, out int prefix))
            return false;
        rule = new NetworkRule(RulePlace.Addresses, network.Mask(prefix), prefix, ports.First, ports.Last, protocol);
        return true;
    }

    /// <summary>Whether it speaks of a protocol (its number) and a port.</summary>
    internal bool Covers(int protocol, ushort port) =>
        (Protocol == RuleProtocol.Any || (int)Protocol == protocol) && (LastPort == 0 || (port >= FirstPort && port <= LastPort && protocol != (int)RuleProtocol.Icmp));

    /// <inheritdoc/>
    public override string ToString()
    {
        string place = Place switch
        {
            RulePlace.Addresses => string.Create(CultureInfo.InvariantCulture, $"{Network}/{Prefix}"),
            RulePlace.Names => "dns",
            _ => Place.ToString().ToLowerInvariant(),
        };
        if (LastPort != 0)
        {
            if (Place == RulePlace.Addresses && !Network.IsV4)
                place = $"[{place}]";
            place += string.Create(CultureInfo.InvariantCulture, $":{FirstPort}");
            if (LastPort != FirstPort)
                place += string.Create(CultureInfo.InvariantCulture, $"-{LastPort}");
        }
        return Protocol == RuleProtocol.Any ? place : $"{place}/{Protocol.ToString().ToLowerInvariant()}";
    }

    private static RulePlace? Keyword(ReadOnlySpan<char> word) => word switch
    {
        "all" or "*" => RulePlace.All,
        "host" => RulePlace.Host,
        "private" => RulePlace.Private,
        "internet" => RulePlace.Internet,
        "network" => RulePlace.Network,
        "dns" => RulePlace.Names,
        _ => null,
    };

    private static RuleProtocol TakeProtocol(ref ReadOnlySpan<char> rest)
    {
        int slash = rest.LastIndexOf('/');
        RuleProtocol found = slash < 0 ? RuleProtocol.Any : rest[(slash + 1)..] switch
        {
            "tcp" => RuleProtocol.Tcp,
            "udp" => RuleProtocol.Udp,
            "icmp" => RuleProtocol.Icmp,
            _ => RuleProtocol.Any,
        };
        if (found != RuleProtocol.Any)
            rest = rest[..slash];
        return found;
    }

    private static bool TryParsePorts(ReadOnlySpan<char> text, out (ushort First, ushort Last) ports)
    {
        int dash = text.IndexOf('-');
        ReadOnlySpan<char> first = dash < 0 ? text : text[..dash], last = dash < 0 ? text : text[(dash + 1)..];
        ports = default;
        if (!ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out ushort low) || low == 0)
            return false;
        if (!ushort.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out ushort high) || high < low)
            return false;
        ports = (low, high);
        return true;
    }

    private static bool TryParseNetwork(ReadOnlySpan<char> text, out IpAddress network, out int prefix)
    {
        int slash = text.IndexOf('/');
        prefix = 0;
        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out network))
            return false;
        int most = network.IsV4 ? 32 : 128;
        prefix = most;
        return slash < 0 || (int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= most);
    }
}

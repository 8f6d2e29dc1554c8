using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Network.Gateways;
using Zonix.Network.Policy;
using Zonix.Zones.Configuration;

namespace Zonix.Cli;

/// <summary>Options of zonix run and create that say what the host's network and the zone have to do with each other.</summary>
internal sealed class NetworkArguments
{
    private readonly List<string> ports = [], allow = [], deny = [];
    private string? rate;
    private int connectionRate, maxConnections;

    /// <summary>-P.</summary>
    public bool PublishesAll { get; set; }

    /// <summary>--expose, and the ports of -p.</summary>
    public HashSet<string> Exposed { get; } = [];

    /// <summary>What a zone may reach; null: nothing was said.</summary>
    public ZonePolicy? Policy => allow.Count + deny.Count + connectionRate + maxConnections == 0 && rate is null
        ? null
        : new ZonePolicy { Allow = allow, Deny = deny, Rate = rate, ConnectionRate = connectionRate, MaxConnections = maxConnections };

    /// <summary>-p, in docker's shape.</summary>
    public Dictionary<string, IReadOnlyList<PortBindingItem>?>? Bindings
    {
        get
        {
            var all = new Dictionary<string, IReadOnlyList<PortBindingItem>?>();
            foreach (PortBinding one in ports.SelectMany(static text => PortText.TryParse(text, out IReadOnlyList<PortBinding> found) ? found : []))
            {
                string host = one.HostPort == 0 ? "" : one.HostPort.ToString(CultureInfo.InvariantCulture);
                var item = new PortBindingItem(one.Address.IsAny && one.Address.IsV4 ? "" : one.Address.ToString(), host);
                all[PortText.ShowZone(one)] = [.. all.GetValueOrDefault(PortText.ShowZone(one)) ?? [], item];
            }

            return all.Count > 0 ? all : null;
        }
    }

    /// <summary>Whether it is one of these.</summary>
    public static bool IsKnown(string option) => option is "-p" or "--publish" or "--expose" or "--network-allow" or "--network-deny" or
        "--network-rate" or "--network-connection-rate" or "--network-max-connections";

    /// <summary>Takes an option with its value; false when it is none of these, or the value makes no sense.</summary>
    public bool TryTakeValue(string option, string value)
    {
        switch (option)
        {
            case "-p" or "--publish":
                ports.Add(value);
                return TryExpose(value, isPublished: true);
            case "--expose":
                return TryExpose(value, isPublished: false);
            case "--network-allow":
                return TryAddRules(allow, value);
            case "--network-deny":
                return TryAddRules(deny, value);
            case "--network-rate":
                rate = value;
                return Sizes.TryParse(value, out long bytes) && bytes >= 1024;
            case "--network-connection-rate":
                return TryTakeCount(value, out connectionRate);
            case "--network-max-connections":
                return TryTakeCount(value, out maxConnections);
            default:
                return false;
        }
    }

    private static bool TryTakeCount(string value, out int count) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

    // Several may stand in one value, between commas.
    private static bool TryAddRules(List<string> rules, string value)
    {
        string[] texts = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        rules.AddRange(texts);
        return texts.Length > 0 && texts.All(static text => NetworkRule.TryParse(text, out _));
    }

    private bool TryExpose(string value, bool isPublished)
    {
        bool isGood = isPublished ? PortText.TryParse(value, out IReadOnlyList<PortBinding> found) : PortText.TryParseExposed(value, out found);
        foreach (PortBinding one in found)
            Exposed.Add(PortText.ShowZone(one));
        return isGood;
    }
}

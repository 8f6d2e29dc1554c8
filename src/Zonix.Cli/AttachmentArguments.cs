using Zonix.Api.Docker;

namespace Zonix.Cli;

/// <summary>--network and what belongs to it.</summary>
internal sealed class AttachmentArguments
{
    private readonly List<(string Name, EndpointSettings Settings)> networks = [];
    private readonly List<string> aliases = [];
    private string? ip, ip6;

    /// <summary>The first network; null: that of the image's zones.</summary>
    public string? Mode => networks is [var first, ..] ? first.Name : null;

    /// <summary>--mac-address.</summary>
    public string? Mac { get; private set; }

    /// <summary>Whether it is one of these options.</summary>
    public static bool IsKnown(string option) =>
        option is "--network" or "--net" or "--ip" or "--ip6" or "--mac-address" or "--network-alias" or "--net-alias";

    /// <summary>What the API wants; null: nothing was said but perhaps a network's name.</summary>
    public NetworkingConfig? Networking
    {
        get
        {
            if (networks.Count == 0 && ip is null && ip6 is null && aliases.Count == 0)
                return null;
            var wanted = new Dictionary<string, EndpointSettings?>();
            foreach ((string name, EndpointSettings settings) in networks.Where(static one => one.Name != "none"))
                wanted[name] = settings;
            if (ip is null && ip6 is null && aliases.Count == 0)
                return wanted.Count == 0 ? null : new NetworkingConfig(wanted);
            string first = Mode ?? "default";
            EndpointSettings given = wanted.GetValueOrDefault(first) ?? new EndpointSettings();
            wanted[first] = given with
            {
                IPAMConfig = new EndpointIpamConfig(ip ?? given.IPAMConfig?.IPv4Address, ip6 ?? given.IPAMConfig?.IPv6Address),
                Aliases = [.. given.Aliases ?? [], .. aliases],
            };
            return new NetworkingConfig(wanted);
        }
    }

    /// <summary>Takes an option with its value; false when it makes no sense.</summary>
    public bool TryTakeValue(string option, string value)
    {
        switch (option)
        {
            case "--network" or "--net":
                return value.Length > 0 && TryAdd(value);
            case "--ip":
                ip = value;
                break;
            case "--ip6":
                ip6 = value;
                break;
            case "--mac-address":
                Mac = value;
                break;
            default:
                aliases.Add(value);
                break;
        }

        return value.Length > 0;
    }

    // NAME, or name=NAME,alias=A,ip=ADDRESS,ip6=ADDRESS,mac-address=ADDRESS
    private bool TryAdd(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            networks.Add((text, new EndpointSettings()));
            return true;
        }

        string? name = null, address = null, address6 = null, mac = null;
        var names = new List<string>();
        foreach (string[] part in text.Split(',').Select(static one => one.Split('=', 2)))
        {
            if (part.Length != 2)
                return false;
            switch (part[0])
            {
                case "name":
                    name = part[1];
                    break;
                case "alias":
                    names.Add(part[1]);
                    break;
                case "ip":
                    address = part[1];
                    break;
                case "ip6":
                    address6 = part[1];
                    break;
                case "mac-address":
                    mac = part[1];
                    break;
                default:
                    return false;
            }
        }

        if (name is null)
            return false;
        networks.Add((name, new EndpointSettings
        {
            Aliases = names.Count > 0 ? names : null,
            IPAMConfig = address is null && address6 is null ? null : new EndpointIpamConfig(address, address6),
            MacAddress = mac,
        }));
        return true;
    }
}

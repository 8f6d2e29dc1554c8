using System.Security.Cryptography;
using System.Text.Json;
using Zonix.Network.Fabric;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Networks;

/// <summary>The networks of a machine, by name and identity, and their files. Any thread.</summary>
public sealed class NetworkRegistry
{
    /// <summary>The network that zones of images join when they say nothing of networks.</summary>
    public const string DefaultName = "bridge";

    /// <summary>What stands for no network.</summary>
    public const string NoneName = "none";

    // Where subnets are chosen of: the first is the default network's, the others are dealt out.
    private const string DefaultSubnet = "10.209.0.0/16", DefaultSubnet6 = "fd7a:6f6e:6978::/64";
    private const int MostChosen = 256;
    private readonly Lock gate = new();
    private readonly Dictionary<string, LocalNetwork> networks = new(StringComparer.Ordinal);
    private readonly NetworkFabric fabric;
    private readonly string folder;
    private readonly Gateway? gateway;

    /// <summary>The networks whose configurations lie in a folder, and the default one.</summary>
    /// <param name="fabric">The machine's networks.</param>
    /// <param name="folder">NAME.json for each.</param>
    /// <param name="gateway">The way out of those that are not internal, and the name server of all; null: there is none.</param>
    /// <param name="log">Takes lines for the machine's administrator.</param>
    public NetworkRegistry(NetworkFabric fabric, string folder, Gateway? gateway, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        this.fabric = fabric;
        this.folder = folder;
        this.gateway = gateway;
        if (Directory.Exists(folder))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.json"))
                Load(file, log);
        }

        if (!networks.ContainsKey(DefaultName))
            Enter(Complete(new NetworkConfiguration { Name = DefaultName, Subnet = DefaultSubnet, Subnet6 = DefaultSubnet6, EnableIpv6 = true }));
    }

    /// <summary>All networks, by name.</summary>
    public IReadOnlyList<LocalNetwork> List()
    {
        lock (gate)
            return [.. networks.Values.OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>The network of a name, or of the first digits of its identity.</summary>
    /// <exception cref="ZoneException">There is none, or more than one.</exception>
    public LocalNetwork Find(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        string name = reference == "default" ? DefaultName : reference;
        lock (gate)
        {
            if (networks.TryGetValue(name, out LocalNetwork? network))
                return network;
            LocalNetwork[] found = name.Length == 0 ? [] : [.. networks.Values.Where(one => one.Configuration.Id.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
            return found.Length switch
            {
                1 => found[0],
                0 => throw new ZoneException(ZoneError.NotFound, $"network {reference} not found"),
                _ => throw new ZoneException(ZoneError.Invalid, $"network {reference} is ambiguous: {found.Length} networks have identities that begin so"),
            };
        }
    }

    /// <summary>The same; null: there is none.</summary>
    internal LocalNetwork? TryFind(string reference)
    {
        try
        {
            return Find(reference);
        }
        catch (ZoneException)
        {
            return null;
        }
    }

    /// <summary>Makes a network; what is not said of its addresses is chosen.</summary>
    /// <exception cref="ZoneException">A field is not as it must be, or the name or the addresses are in use.</exception>
    public LocalNetwork Create(NetworkConfiguration wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        Check(ZoneValidation.IsName(wanted.Name) && wanted.Name is not (NoneName or "host" or "default" or "container"), "name", wanted.Name,
            "[a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 128 characters, and not none, host, default or container");
        lock (gate)
        {
            if (networks.ContainsKey(wanted.Name))
                throw new ZoneException(ZoneError.Conflict, $"network with name {wanted.Name} already exists");
            NetworkConfiguration whole = Complete(wanted);
            LocalNetwork made = Enter(whole);
            Directory.CreateDirectory(folder);
            string path = PathOf(whole.Name), draft = path + ".new";
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(whole, NetworkJson.Default.NetworkConfiguration));
            File.Move(draft, path, overwrite: true);
            return made;
        }
    }

    /// <summary>Takes a network away that no zone is on.</summary>
    /// <exception cref="ZoneException">There is none, or it is in use.</exception>
    public void Remove(LocalNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Name == DefaultName)
            throw new ZoneException(ZoneError.Conflict, $"{DefaultName} is a pre-defined network and cannot be removed");
        lock (gate)
        {
            if (!fabric.Remove(network.Name))
                throw new ZoneException(ZoneError.Conflict, $"network {network.Name} has active endpoints; disconnect the zones that are on it first");
            networks.Remove(network.Name);
            File.Delete(PathOf(network.Name));
        }
    }

    private static void Check(bool holds, string field, string? value, string expected)
    {
        if (!holds)
            throw new ZoneException(ZoneError.Invalid, $"{field}: \"{value}\": expected {expected}");
    }

    private string PathOf(string name) => Path.Combine(folder, name + ".json");

    private NetworkConfiguration Complete(NetworkConfiguration wanted)
    {
        string subnet = wanted.Subnet ?? Choose(i => $"10.210.{i}.0/24", "subnet");
        string? subnet6 = wanted.Subnet6 ?? (wanted.EnableIpv6 ? Choose(i => $"fd7a:6f6e:6978:{i + 1:x}::/64", "subnet6") : null);
        Subnet? v4 = NetworkText.ToSubnet(subnet, wanted.Gateway);
        Check(v4 is { Network.IsV4: true }, "subnet", subnet, "a network as 10.210.0.0/24 (/8 to /30) with its gateway, if that is given, among its addresses");
        Subnet? v6 = subnet6 is null ? null : NetworkText.ToSubnet(subnet6, wanted.Gateway6);
        Check(subnet6 is null || v6 is { Network.IsV4: false }, "subnet6", subnet6, "a network as fd00:1::/64 with its gateway, if that is given, among its addresses");
        if (wanted.IpRange is { } range)
        {
            Check(NetworkText.TryParse(range, out var part, out int bits) && v4!.Value.Contains(part) && bits >= v4.Value.Prefix, "ip_range", range, $"a part of {subnet}");
        }

        Check(wanted.Mtu is >= 576 and <= 65535, "mtu", wanted.Mtu.ToString(System.Globalization.CultureInfo.InvariantCulture), "576 to 65535");
        return wanted with
        {
            Id = wanted.Id.Length > 0 ? wanted.Id : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Created = wanted.Created == default ? DateTimeOffset.UtcNow : wanted.Created,
            Subnet = v4!.Value.ToString(), Gateway = v4.Value.Gateway.ToString(),
            Subnet6 = v6?.ToString(), Gateway6 = v6?.Gateway.ToString(), EnableIpv6 = v6 is not null,
        };
    }

    private string Choose(Func<int, string> make, string field)
    {
        for (int i = 0; i < MostChosen; i++)
        {
            string text = make(i);
            if (NetworkText.ToSubnet(text, null) is { } subnet && !networks.Values.Any(one => Overlaps(one, subnet)))
                return text;
        }

        throw new ZoneException(ZoneError.Failed, $"{field}: all that are chosen of are in use; name one");
    }

    private static bool Overlaps(LocalNetwork network, in Subnet subnet) =>
        (subnet.Network.IsV4 ? network.Kernel.V4 : network.Kernel.V6) is { } other && other.Overlaps(subnet);

    private LocalNetwork Enter(NetworkConfiguration whole)
    {
        Subnet v4 = NetworkText.ToSubnet(whole.Subnet!, whole.Gateway)!.Value;
        Subnet? v6 = whole.Subnet6 is null ? null : NetworkText.ToSubnet(whole.Subnet6, whole.Gateway6);
        foreach (LocalNetwork other in networks.Values)
        {
            if (Overlaps(other, v4) || (v6 is { } six && Overlaps(other, six)))
                throw new ZoneException(ZoneError.Conflict, $"subnet: {whole.Subnet} overlaps with that of the network {other.Name}");
        }

        var made = new LocalNetwork(whole, v4, v6);
        made.Kernel.Gateway = gateway;
        networks.Add(whole.Name, made);
        fabric.Add(made.Kernel);
        return made;
    }

    private void Load(string file, Action<string> log)
    {
        try
        {
            NetworkConfiguration? read = JsonSerializer.Deserialize(File.ReadAllBytes(file), NetworkJson.Default.NetworkConfiguration);
            if (read is null || read.Name + ".json" != Path.GetFileName(file))
                throw new ZoneException(ZoneError.Invalid, "name: missing, or not that of the file's name");
            Enter(Complete(read));
        }
        catch (Exception e) when (e is IOException or JsonException or ZoneException)
        {
            log($"{file}: {e.Message}; the network is left out");
        }
    }
}

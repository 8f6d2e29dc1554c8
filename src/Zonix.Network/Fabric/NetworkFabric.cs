using System.Collections.Concurrent;

namespace Zonix.Network.Fabric;

/// <summary>The networks of a machine, by name. Any thread.</summary>
public sealed class NetworkFabric
{
    private readonly ConcurrentDictionary<string, ZoneNetwork> networks = new(StringComparer.Ordinal);

    /// <summary>All there are.</summary>
    public IReadOnlyCollection<ZoneNetwork> Networks => [.. networks.Values];

    /// <summary>A network by its name; null: there is none.</summary>
    public ZoneNetwork? Find(string name) => networks.GetValueOrDefault(name);

    /// <summary>Adds a network; false when there is one of that name.</summary>
    public bool Add(ZoneNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!networks.TryAdd(network.Name, network))
            return false;
        network.Fabric = this;
        return true;
    }

    /// <summary>Takes a network that no zone is on away; false when there is none, or it is in use.</summary>
    public bool Remove(string name) =>
        networks.TryGetValue(name, out ZoneNetwork? found) && found.Ports.Count == 0 && networks.TryRemove(name, out _);

    /// <summary>Whether an address is one of a network of the machine: those do not reach each other by their gateways.</summary>
    public bool Contains(IpAddress address)
    {
        foreach (KeyValuePair<string, ZoneNetwork> one in networks)
        {
            if (one.Value.Contains(address))
                return true;
        }
        return false;
    }
}

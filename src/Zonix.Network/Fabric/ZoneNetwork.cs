using System.Collections.Concurrent;

namespace Zonix.Network.Fabric;

/// <summary>
/// A network: the zones that are on it reach each other, and nobody else but by its gateway. It knows who has an address, as a
/// switch and ARP do elsewhere. Any thread.
/// </summary>
public sealed class ZoneNetwork(string name, Subnet? v4, Subnet? v6)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<IpAddress, NetworkPort> holders = new();
    private volatile NetworkPort[] ports = [];

    /// <summary>Its name, unique on the machine.</summary>
    public string Name => name;

    /// <summary>Its addresses of version 4; null: it has none.</summary>
    public Subnet? V4 => v4;

    /// <summary>Its addresses of version 6; null: it has none but link-local ones.</summary>
    public Subnet? V6 => v6;

    /// <summary>Nothing beyond the machine can be reached from it; its gateway answers for itself alone.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Its way out; null: nothing is beyond it.</summary>
    public Gateway? Gateway { get; set; }

    /// <summary>The machine's networks; null: it is on its own.</summary>
    public NetworkFabric? Fabric { get; internal set; }

    /// <summary>Who is on it.</summary>
    public IReadOnlyList<NetworkPort> Ports => ports;

    /// <summary>Whether an address is one of its subnets.</summary>
    public bool Contains(IpAddress address) => (address.IsV4 ? v4 : v6) is { } subnet && subnet.Contains(address);

    /// <summary>Whether an address is that of its way out.</summary>
    public bool IsGateway(IpAddress address) => !address.IsAny && (address.IsV4 ? v4 : v6) is { } subnet && subnet.Gateway == address;

    /// <summary>Who has an address; null: nobody.</summary>
    public NetworkPort? Find(IpAddress address) => holders.GetValueOrDefault(address);

    /// <summary>The addresses of all who have a name, in no order. A name server's answer; case does not matter.</summary>
    public IReadOnlyList<IpAddress> Resolve(string wanted)
    {
        List<IpAddress> found = [];
        foreach (NetworkPort port in ports)
        {
            if (!port.Names.Contains(wanted, StringComparer.OrdinalIgnoreCase))
                continue;
            foreach (InterfaceAddress own in port.Interface.Addresses)
            {
                if (!own.Address.IsLinkLocal && Find(own.Address) == port)
                    found.Add(own.Address);
            }
        }
        return found;
    }

    /// <summary>The first name of who has an address; null: nobody known.</summary>
    public string? NameOf(IpAddress address) => Find(address)?.Names is [var first, ..] ? first : null;

    internal void Add(NetworkPort port)
    {
        lock (gate)
            ports = [.. ports, port];
    }

    internal void Remove(NetworkPort port)
    {
        lock (gate)
        {
            ports = [.. ports.Where(one => one != port)];
            foreach (KeyValuePair<IpAddress, NetworkPort> one in holders)
            {
                if (one.Value == port)
                    holders.TryRemove(one);
            }
        }
    }

    /// <summary>Gives a zone an address; false when somebody has it, the gateway's included.</summary>
    internal bool Take(IpAddress address, NetworkPort port) => !IsGateway(address) && holders.GetOrAdd(address, port) == port;

    /// <summary>An address is nobody's any more.</summary>
    internal void Give(IpAddress address, NetworkPort port) => holders.TryRemove(new KeyValuePair<IpAddress, NetworkPort>(address, port));
}

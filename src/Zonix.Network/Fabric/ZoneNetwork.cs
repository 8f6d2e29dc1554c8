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

    // Addresses that the machine's administrator has given, not a zone itself.
    private readonly ConcurrentDictionary<IpAddress, NetworkPort> granted = new();
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
            foreach (KeyValuePair<IpAddress, NetworkPort> one in granted)
            {
                if (one.Value == port)
                    granted.TryRemove(one);
            }
        }
    }

    /// <summary>Those that a port's zone can reach here, its gateway first.</summary>
    internal void ListNeighbours(NetworkPort of, List<NetworkNeighbour> into)
    {
        foreach (Subnet? subnet in (ReadOnlySpan<Subnet?>)[v4, v6])
        {
            if (Gateway is not null && subnet is { Gateway: { IsAny: false } way })
                into.Add(new NetworkNeighbour(way, HardwareAddressOf(way), of.Interface.Index, true));
        }
        foreach ((IpAddress address, NetworkPort port) in holders)
        {
            if (port != of && port.IsUp)
                into.Add(new NetworkNeighbour(address, port.Interface.HardwareAddress, of.Interface.Index, false));
        }
    }

    /// <summary>
    /// Gives a zone an address that the administrator wants it to have; a zone that has taken it by itself loses it. False: it is
    /// another's by the same right, or the gateway's.
    /// </summary>
    internal bool Grant(IpAddress address, NetworkPort port)
    {
        if (IsGateway(address) || granted.GetOrAdd(address, port) != port)
            return false;
        holders[address] = port;
        return true;
    }

    /// <summary>Gives a zone an address that it wants; false when somebody has it, the gateway's included.</summary>
    internal bool Take(IpAddress address, NetworkPort port) => !IsGateway(address) && holders.GetOrAdd(address, port) == port;

    /// <summary>An address is nobody's any more.</summary>
    internal void Give(IpAddress address, NetworkPort port)
    {
        var entry = new KeyValuePair<IpAddress, NetworkPort>(address, port);
        granted.TryRemove(entry);
        holders.TryRemove(entry);
    }

    // Nobody sees packets of it: locally administered, and the same each time.
    private static byte[] HardwareAddressOf(IpAddress address)
    {
        byte[] mac = [0x02, 0x42, 0, 0, 0, 0];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(mac.AsSpan(2), (uint)address.Bits);
        return mac;
    }
}

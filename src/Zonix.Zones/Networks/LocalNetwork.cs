using Zonix.Kernel.Sockets;
using Zonix.Network.Fabric;

namespace Zonix.Zones.Networks;

/// <summary>A network of the machine: its configuration, the kernel's side of it, and which of its addresses are given.</summary>
public sealed class LocalNetwork
{
    private readonly Lock gate = new();
    private readonly Dictionary<IpAddress, Guid> reserved = [];
    private readonly Dictionary<Guid, IpAddress> last = [];

    internal LocalNetwork(NetworkConfiguration configuration, Subnet? v4, Subnet? v6)
    {
        Configuration = configuration;
        Kernel = new ZoneNetwork(configuration.Name, v4, v6) { IsInternal = configuration.Internal };
    }

    /// <summary>What it is to be.</summary>
    public NetworkConfiguration Configuration { get; }

    /// <summary>The kernel's side of it.</summary>
    public ZoneNetwork Kernel { get; }

    /// <summary>Its name.</summary>
    public string Name => Configuration.Name;

    /// <summary>Keeps an address for a zone, whether that runs or not. False: another zone has it.</summary>
    internal bool Reserve(IpAddress address, Guid zone)
    {
        lock (gate)
        {
            if (reserved.TryGetValue(address, out Guid owner))
                return owner == zone;
            if (Kernel.IsGateway(address) || (Kernel.Find(address) is not null && last.GetValueOrDefault(zone) != address))
                return false;
            reserved.Add(address, zone);
            return true;
        }
    }

    /// <summary>Keeps nothing for a zone any more.</summary>
    internal void Release(Guid zone)
    {
        lock (gate)
        {
            foreach ((IpAddress address, Guid owner) in reserved)
            {
                if (owner == zone)
                    reserved.Remove(address);
            }

            last.Remove(zone);
        }
    }

    /// <summary>An address that nobody has, the zone's last one if possible; null: all are given.</summary>
    internal IpAddress? Choose(Guid zone)
    {
        if (Kernel.V4 is not { } subnet)
            return null;
        lock (gate)
        {
            if (last.TryGetValue(zone, out IpAddress before) && Kernel.Find(before) is null && !reserved.ContainsKey(before))
                return before;
            (uint first, uint end) = Range(subnet);
            for (uint bits = first; bits < end; bits++)
            {
                var address = IpAddress.V4(bits);
                if (Kernel.IsGateway(address) || Kernel.Find(address) is not null || reserved.ContainsKey(address) || last.ContainsValue(address))
                    continue;
                last[zone] = address;
                return address;
            }

            // What a zone that does not run had may be another's now.
            for (uint bits = first; bits < end; bits++)
            {
                var address = IpAddress.V4(bits);
                if (Kernel.IsGateway(address) || Kernel.Find(address) is not null || reserved.ContainsKey(address))
                    continue;
                last[zone] = address;
                return address;
            }

            return null;
        }
    }

    // The first and the last are the network's own and everybody's.
    private (uint First, uint End) Range(in Subnet subnet)
    {
        IpAddress start = subnet.Network;
        int prefix = subnet.Prefix;
        if (Configuration.IpRange is { } range && NetworkText.TryParse(range, out IpAddress part, out int bits))
            (start, prefix) = (part, bits);
        uint size = prefix == 0 ? uint.MaxValue : 1u << (32 - prefix);
        uint lastOfAll = subnet.Network.V4Bits | (uint.MaxValue >> subnet.Prefix);
        uint first = Math.Max(start.V4Bits, subnet.Network.V4Bits + 1);
        return (first, Math.Min(start.V4Bits + size, lastOfAll));
    }
}

using Zonix.Network.Fabric;

namespace Zonix.Network;

/// <summary>What a stack is made of at one moment; it is replaced whenever something changes, and read without a lock.</summary>
internal sealed class StackTables
{
    private readonly Dictionary<IpAddress, NetworkInterface> own = [];
    private readonly HashSet<IpAddress> broadcasts = [IpAddress.Broadcast];
    private readonly NetworkInterface? loopback;

    internal StackTables(NetworkInterface[] interfaces, NetworkPort[] ports, NetworkRoute[] added)
    {
        Interfaces = interfaces;
        Ports = ports;
        Added = added;
        Routes = [.. RouteTable.Of(interfaces, added)];
        foreach (NetworkInterface one in interfaces)
        {
            if ((one.Flags & InterfaceFlags.IFF_UP) == 0)
                continue;
            if (one.IsLoopback)
                loopback = one;
            foreach (InterfaceAddress address in one.Addresses)
            {
                own.TryAdd(address.Address, one);
                if (address.Address.IsV4 && address.Prefix < 31)
                    broadcasts.Add(IpAddress.V4(address.Address.V4Bits | (uint.MaxValue >> address.Prefix)));
            }
        }
    }

    /// <summary>All interfaces, by index.</summary>
    internal NetworkInterface[] Interfaces { get; }

    /// <summary>Those of the interfaces that are on a network.</summary>
    internal NetworkPort[] Ports { get; }

    /// <summary>Routes that do not follow from addresses.</summary>
    internal NetworkRoute[] Added { get; }

    /// <summary>All routes, the closest first.</summary>
    internal NetworkRoute[] Routes { get; }

    /// <summary>Who of the interfaces has an address; null: none. The whole of 127.0.0.0/8 is the zone itself.</summary>
    internal NetworkInterface? FindOwn(IpAddress address)
    {
        if (own.TryGetValue(address, out NetworkInterface? found))
            return found;
        return address.IsV4 && address.IsLoopback && loopback is { } lo && HasVersion4(lo) ? lo : null;
    }

    /// <summary>Whether an address stands for everybody on a network.</summary>
    internal bool IsBroadcast(IpAddress address) => address.IsV4 && broadcasts.Contains(address);

    /// <summary>The place of an interface on a network; null: it has none.</summary>
    internal NetworkPort? PortOf(int index)
    {
        foreach (NetworkPort port in Ports)
        {
            if (port.Interface.Index == index)
                return port;
        }
        return null;
    }

    /// <summary>An interface by its index; null: there is none.</summary>
    internal NetworkInterface? Find(int index)
    {
        foreach (NetworkInterface one in Interfaces)
        {
            if (one.Index == index)
                return one;
        }
        return null;
    }

    private static bool HasVersion4(NetworkInterface one)
    {
        foreach (InterfaceAddress address in one.Addresses)
        {
            if (address.Address.IsV4)
                return true;
        }
        return false;
    }
}

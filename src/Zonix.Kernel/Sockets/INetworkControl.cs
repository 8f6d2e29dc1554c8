namespace Zonix.Kernel.Sockets;

/// <summary>What an administrator of a zone changes of its network. Any thread.</summary>
public interface INetworkControl
{
    /// <summary>Told what has changed, whoever changed it, with no lock held.</summary>
    Action<NetworkChange>? Changed { get; set; }

    /// <summary>Who is known to be on the zone's networks.</summary>
    IReadOnlyList<NetworkNeighbour> Neighbours { get; }

    /// <summary>
    /// Gives an interface an address. ENODEV; EEXIST: the interface has it; EADDRINUSE: somebody else of the network has it; ENOBUFS: it has
    /// too many.
    /// </summary>
    /// <param name="index">The interface.</param>
    /// <param name="address">The address.</param>
    /// <param name="hasRoute">Whether a route to its network comes with it.</param>
    Errno AddAddress(int index, in InterfaceAddress address, bool hasRoute = true);

    /// <summary>Takes an address away. ENODEV, EADDRNOTAVAIL.</summary>
    Errno RemoveAddress(int index, in InterfaceAddress address);

    /// <summary>Adds a route. ENODEV; ENETDOWN; ENETUNREACH: nobody leads to the gateway; EEXIST; ENOENT: there is none to be replaced.</summary>
    Errno AddRoute(NetworkRoute route, RouteEntry how);

    /// <summary>Removes the first route that is like one: what is null or 0 there may be anything. ESRCH.</summary>
    Errno RemoveRoute(in NetworkRoute like, bool hasKind);

    /// <summary>Changes an interface. ENODEV, EINVAL, EEXIST, EBUSY, EOPNOTSUPP.</summary>
    Errno ChangeInterface(int index, in InterfaceChange change);

    /// <summary>Makes an interface that leads nowhere. EEXIST, EINVAL, ENOBUFS.</summary>
    Errno CreateDummy(string name, in InterfaceChange change);

    /// <summary>Takes such an interface away. ENODEV; EOPNOTSUPP: it is none that was made so.</summary>
    Errno RemoveInterface(int index);
}

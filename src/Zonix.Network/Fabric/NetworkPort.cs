namespace Zonix.Network.Fabric;

/// <summary>A zone's place on a network: what a cable and the socket of a switch are elsewhere.</summary>
public sealed class NetworkPort
{
    internal NetworkPort(ZoneNetwork network, NetworkStack stack, NetworkInterface @interface, IReadOnlyList<string> names)
    {
        Network = network;
        Stack = stack;
        Interface = @interface;
        Names = names;
    }

    /// <summary>The network.</summary>
    public ZoneNetwork Network { get; }

    /// <summary>The zone's stack.</summary>
    public NetworkStack Stack { get; }

    /// <summary>The zone's interface.</summary>
    public NetworkInterface Interface { get; }

    /// <summary>What others of the network call the zone.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether packets can go in and out.</summary>
    internal bool IsUp => (Interface.Flags & InterfaceFlags.IFF_UP) != 0;
}

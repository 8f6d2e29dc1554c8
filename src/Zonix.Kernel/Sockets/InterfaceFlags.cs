namespace Zonix.Kernel.Sockets;

/// <summary>Flags of interfaces. netdevice(7).</summary>
[Flags]
public enum InterfaceFlags
{
    /// <summary>None.</summary>
    None = 0,
    IFF_UP = 0x1,
    IFF_BROADCAST = 0x2,
    IFF_LOOPBACK = 0x8,
    IFF_POINTOPOINT = 0x10,
    IFF_RUNNING = 0x40,
    IFF_NOARP = 0x80,
    IFF_PROMISC = 0x100,
    IFF_ALLMULTI = 0x200,
    IFF_MULTICAST = 0x1000,
    IFF_LOWER_UP = 0x10000,
}

namespace Zonix.Kernel.Sockets;

/// <summary>An interface of a zone. netdevice(7). Any thread.</summary>
public sealed class NetworkInterface(int index, string name, int mtu, InterfaceFlags flags, byte[] hardwareAddress)
{
    private volatile InterfaceAddress[] addresses = [];

    /// <summary>Its number, from 1.</summary>
    public int Index => index;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Bytes of its largest packet.</summary>
    public int Mtu { get; set; } = mtu;

    /// <summary>IFF_UP and its like.</summary>
    public InterfaceFlags Flags { get; set; } = flags;

    /// <summary>Its address on its wire; 6 bytes.</summary>
    public byte[] HardwareAddress => hardwareAddress;

    /// <summary>What it is the zone's end of, as a packet's type: 1 for a wire, 772 for the way back to oneself. ARPHRD_ETHER, ARPHRD_LOOPBACK.</summary>
    public ushort HardwareType => (Flags & InterfaceFlags.IFF_LOOPBACK) != 0 ? (ushort)772 : (ushort)1;

    /// <summary>Whether it is the way back to the zone itself.</summary>
    public bool IsLoopback => (Flags & InterfaceFlags.IFF_LOOPBACK) != 0;

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => addresses;

    /// <summary>What went through it.</summary>
    public InterfaceCounters Counters { get; } = new();

    /// <summary>Gives it an address; false when it has it.</summary>
    public bool Add(in InterfaceAddress address)
    {
        InterfaceAddress[] before = addresses;
        foreach (InterfaceAddress known in before)
        {
            if (known.Address == address.Address)
                return false;
        }
        addresses = [.. before, address];
        return true;
    }

    /// <summary>Takes an address away; false when it has none such.</summary>
    public bool Remove(IpAddress address, int prefix)
    {
        InterfaceAddress[] before = addresses;
        InterfaceAddress[] after = [.. before.Where(one => one.Address != address || (prefix >= 0 && one.Prefix != prefix))];
        addresses = after;
        return after.Length < before.Length;
    }
}

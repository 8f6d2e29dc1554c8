namespace Zonix.Kernel.Sockets;

/// <summary>An interface of a zone. netdevice(7). Any thread.</summary>
public sealed class NetworkInterface(int index, string name, int mtu, InterfaceFlags flags, byte[] hardwareAddress)
{
    private volatile InterfaceAddress[] addresses = [];
    private volatile string name = name;
    private volatile byte[] hardwareAddress = hardwareAddress;

    /// <summary>Its number, from 1.</summary>
    public int Index => index;

    /// <summary>Its name.</summary>
    public string Name
    {
        get => name;
        set => name = value;
    }

    /// <summary>What it is: veth, dummy; empty for lo. ip-link(8).</summary>
    public string Kind { get; init; } = "";

    /// <summary>Bytes of its largest packet.</summary>
    public int Mtu { get; set; } = mtu;

    /// <summary>How many packets may wait, which is only shown: none do.</summary>
    public int QueueLength { get; set; } = 1000;

    /// <summary>IFF_UP and its like.</summary>
    public InterfaceFlags Flags { get; set; } = flags;

    /// <summary>Whether it is switched on.</summary>
    public bool IsUp => (Flags & InterfaceFlags.IFF_UP) != 0;

    /// <summary>Its address on its wire; 6 bytes.</summary>
    public byte[] HardwareAddress
    {
        get => hardwareAddress;
        set => hardwareAddress = value;
    }

    /// <summary>What it is the zone's end of, as a packet's type: 1 for a wire, 772 for the way back to oneself. ARPHRD_ETHER, ARPHRD_LOOPBACK.</summary>
    public ushort HardwareType => IsLoopback ? (ushort)772 : (ushort)1;

    /// <summary>Whether it is the way back to the zone itself.</summary>
    public bool IsLoopback => (Flags & InterfaceFlags.IFF_LOOPBACK) != 0;

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => addresses;

    /// <summary>What went through it.</summary>
    public InterfaceCounters Counters { get; } = new();

    /// <summary>Gives it an address; false when it has it. One thread at a time.</summary>
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

    /// <summary>Takes an address away; false when it has none such. One thread at a time.</summary>
    public bool Remove(IpAddress address, int prefix)
    {
        InterfaceAddress[] before = addresses;
        InterfaceAddress[] after = [.. before.Where(one => one.Address != address || (prefix >= 0 && one.Prefix != prefix))];
        addresses = after;
        return after.Length < before.Length;
    }
}

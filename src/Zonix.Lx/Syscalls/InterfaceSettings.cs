using System.Buffers.Binary;
using System.Text;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Requests to sockets that change interfaces and routes. netdevice(7), route(8). Who may not is refused before.</summary>
internal static class InterfaceSettings
{
    private const uint SIOCADDRT = 0x890B, SIOCDELRT = 0x890C, SIOCSIFFLAGS = 0x8914, SIOCSIFADDR = 0x8916, SIOCSIFBRDADDR = 0x891a, SIOCSIFNETMASK = 0x891c;
    private const uint SIOCSIFMTU = 0x8922, SIOCSIFNAME = 0x8923, SIOCSIFHWADDR = 0x8924, SIOCSIFTXQLEN = 0x8943;
    private const int NameSize = 16, AF_INET = 2, LargestRoute = 96;
    private const ushort RTF_GATEWAY = 2, RTF_HOST = 4, RTF_REJECT = 0x200;

    /// <summary>Changes what struct ifreq says. EOPNOTSUPP: that cannot be changed.</summary>
    internal static Errno Set(INetworkStack network, uint request, NetworkInterface one, ReadOnlySpan<byte> value)
    {
        switch (request)
        {
            case SIOCSIFFLAGS:
                // The lower half of the flags.
                return network.ChangeInterface(one.Index, new InterfaceChange { Flags = (InterfaceFlags)BinaryPrimitives.ReadUInt16LittleEndian(value), Mask = (InterfaceFlags)0xFFFF });
            case SIOCSIFMTU:
                return network.ChangeInterface(one.Index, new InterfaceChange { Mtu = BinaryPrimitives.ReadInt32LittleEndian(value) });
            case SIOCSIFTXQLEN:
                return network.ChangeInterface(one.Index, new InterfaceChange { QueueLength = BinaryPrimitives.ReadInt32LittleEndian(value) });
            case SIOCSIFNAME:
                ReadOnlySpan<byte> name = value[..NameSize];
                int end = name.IndexOf((byte)0);
                return network.ChangeInterface(one.Index, new InterfaceChange { Name = Encoding.ASCII.GetString(end < 0 ? name : name[..end]) });
            case SIOCSIFHWADDR:
                return BinaryPrimitives.ReadUInt16LittleEndian(value) == one.HardwareType
                    ? network.ChangeInterface(one.Index, new InterfaceChange { HardwareAddress = value.Slice(2, 6).ToArray() })
                    : Errno.EINVAL;
            case SIOCSIFADDR:
                return SetAddress(network, one, value);
            case SIOCSIFNETMASK:
                return SetMask(network, one, value);
            case SIOCSIFBRDADDR:
                // It follows from address and mask.
                return 0;
            default:
                return Errno.EOPNOTSUPP;
        }
    }

    /// <summary>Adds or removes a route of version 4: struct rtentry.</summary>
    internal static SysResult ChangeRoute(KernelTask task, INetworkStack network, uint request, UserAddress argument)
    {
        // A word, three names, two short numbers; then what nobody reads, the metric and the device's name.
        int word = GuestWord.SizeOf(task.CallAbi), destination = word, way = word + 16, net = word + 32, bits = word + 48;
        int cost = ((word + 52 + word - 1) & -word) + (2 * word), place = cost + word;
        Span<byte> text = stackalloc byte[LargestRoute];
        text = text[..(place + word)];
        if (!task.Memory.TryCopyIn(argument, text))
            return Errno.EFAULT;
        if (request is not (SIOCADDRT or SIOCDELRT))
            return Errno.EINVAL;
        if (BinaryPrimitives.ReadUInt16LittleEndian(text[destination..]) != AF_INET)
            return Errno.EAFNOSUPPORT;
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(text[bits..]);
        uint mask = BinaryPrimitives.ReadUInt32BigEndian(text[(net + 4)..]);
        int prefix = (flags & RTF_HOST) != 0 ? 32 : System.Numerics.BitOperations.PopCount(mask);
        var to = IpAddress.ReadV4(text[(destination + 4)..]);
        if (to.Mask(prefix) != to && !(prefix == 0 && to.IsAny))
            return Errno.EINVAL;
        int index = 0;
        ulong name = word == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(text[place..]) : BinaryPrimitives.ReadUInt64LittleEndian(text[place..]);
        if (name != 0)
        {
            Span<byte> device = stackalloc byte[NameSize];
            if (!task.Memory.TryCopyIn(new UserAddress(name), device))
                return Errno.EFAULT;
            string wanted = Encoding.ASCII.GetString(device.IndexOf((byte)0) is >= 0 and var end ? device[..end] : device);
            if (network.Interfaces.FirstOrDefault(one => one.Name == wanted) is not { } found)
                return Errno.ENODEV;
            index = found.Index;
        }
        IpAddress? gateway = (flags & RTF_GATEWAY) != 0 ? IpAddress.ReadV4(text[(way + 4)..]) : null;
        int metric = Math.Max(0, BinaryPrimitives.ReadInt16LittleEndian(text[cost..]) - 1);
        var route = new NetworkRoute(to, prefix, gateway, index, null, (flags & RTF_REJECT) != 0 ? RouteKind.Unreachable : RouteKind.Unicast, metric) { Protocol = 3 };
        return request == SIOCADDRT ? network.AddRoute(route, RouteEntry.Create | RouteEntry.Exclusive) : network.RemoveRoute(route, hasKind: false);
    }

    // The first address is another one, or none; its mask is the class's until it is told.
    private static Errno SetAddress(INetworkStack network, NetworkInterface one, ReadOnlySpan<byte> value)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(value) != AF_INET)
            return Errno.EINVAL;
        var wanted = IpAddress.ReadV4(value[4..]);
        InterfaceAddress[] before = [.. one.Addresses.Where(static own => own.Address.IsV4)];
        if (before is [var first, ..] && network.RemoveAddress(one.Index, first) is var e and not 0)
            return e;
        if (wanted.IsAny)
            return 0;
        uint top = wanted.V4Bits >> 24;
        e = network.AddAddress(one.Index, new InterfaceAddress(wanted, top < 128 ? 8 : top < 192 ? 16 : 24));
        return e != 0 || one.IsUp ? e : network.ChangeInterface(one.Index, new InterfaceChange { Flags = InterfaceFlags.IFF_UP, Mask = InterfaceFlags.IFF_UP });
    }

    private static Errno SetMask(INetworkStack network, NetworkInterface one, ReadOnlySpan<byte> value)
    {
        uint mask = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        int prefix = System.Numerics.BitOperations.PopCount(mask);
        if (mask != (prefix == 0 ? 0 : uint.MaxValue << (32 - prefix)))
            return Errno.EINVAL;
        if (one.Addresses.Where(static own => own.Address.IsV4).ToArray() is not [var first, ..])
            return Errno.EADDRNOTAVAIL;
        if (first.Prefix == prefix)
            return 0;
        Errno e = network.RemoveAddress(one.Index, first);
        return e != 0 ? e : network.AddAddress(one.Index, first with { Prefix = prefix });
    }
}

using System.Buffers.Binary;
using System.Text;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Requests to sockets about interfaces. netdevice(7). Nothing can be changed yet.</summary>
internal static class InterfaceRequests
{
    private const uint SIOCGIFNAME = 0x8910, SIOCGIFCONF = 0x8912, SIOCGIFFLAGS = 0x8913, SIOCGIFADDR = 0x8915, SIOCGIFDSTADDR = 0x8917;
    private const uint SIOCGIFBRDADDR = 0x8919, SIOCGIFNETMASK = 0x891b, SIOCGIFMETRIC = 0x891d, SIOCGIFMTU = 0x8921, SIOCGIFHWADDR = 0x8927;
    private const uint SIOCGIFINDEX = 0x8933, SIOCGIFTXQLEN = 0x8942, SIOCETHTOOL = 0x8946, SIOCGIFMAP = 0x8970;
    private const uint FirstInterfaceRequest = 0x8910, LastInterfaceRequest = 0x8971, FirstRouteRequest = 0x890B, LastRouteRequest = 0x890D;
    private const int NameSize = 16, AF_INET = 2, CAP_NET_ADMIN = 12;

    /// <summary>Whether a request is one of these.</summary>
    internal static bool Knows(uint request) =>
        request is (>= FirstInterfaceRequest and <= LastInterfaceRequest) or (>= FirstRouteRequest and <= LastRouteRequest);

    /// <summary>Carries it out. ENODEV, EADDRNOTAVAIL, EPERM, EOPNOTSUPP.</summary>
    internal static SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        IReadOnlyList<NetworkInterface> all = LxBrand.Of(task).Network?.Interfaces ?? [];
        if (request == SIOCGIFCONF)
            return List(task, all, argument);
        Span<byte> text = stackalloc byte[InterfaceRequest.SizeOf(task.CallAbi)];
        if (!task.Memory.TryCopyIn(argument, text))
            return Errno.EFAULT;
        ReadOnlySpan<byte> given = text[..NameSize];
        int end = given.IndexOf((byte)0);
        string name = Encoding.ASCII.GetString(end < 0 ? given : given[..end]);
        NetworkInterface? found = request == SIOCGIFNAME
            ? all.FirstOrDefault(OfIndex(BinaryPrimitives.ReadInt32LittleEndian(text[NameSize..])))
            : all.FirstOrDefault(one => one.Name == name);
        if (!IsQuestion(request))
            return task.Credentials.Has(CAP_NET_ADMIN) ? Errno.EOPNOTSUPP : Errno.EPERM;
        if (found is null)
            return Errno.ENODEV;
        Errno e = Answer(request, found, text);
        return e != 0 ? e : task.Memory.TryCopyOut(argument, text) ? 0 : Errno.EFAULT;
    }

    private static Func<NetworkInterface, bool> OfIndex(int index) => one => one.Index == index;

    private static bool IsQuestion(uint request) => request is SIOCGIFNAME or SIOCGIFFLAGS or SIOCGIFADDR or SIOCGIFDSTADDR or SIOCGIFBRDADDR or
        SIOCGIFNETMASK or SIOCGIFMETRIC or SIOCGIFMTU or SIOCGIFHWADDR or SIOCGIFINDEX or SIOCGIFTXQLEN or SIOCETHTOOL or SIOCGIFMAP;

    private static Errno Answer(uint request, NetworkInterface one, Span<byte> text)
    {
        Span<byte> value = text[NameSize..];
        if (request == SIOCETHTOOL)
            return Errno.EOPNOTSUPP;
        if (request != SIOCGIFNAME)
            value.Clear();
        switch (request)
        {
            case SIOCGIFNAME:
                text[..NameSize].Clear();
                Encoding.ASCII.GetBytes(one.Name, text);
                return 0;
            case SIOCGIFFLAGS:
                BinaryPrimitives.WriteUInt16LittleEndian(value, (ushort)one.Flags);
                return 0;
            case SIOCGIFMTU:
                BinaryPrimitives.WriteInt32LittleEndian(value, one.Mtu);
                return 0;
            case SIOCGIFINDEX:
                BinaryPrimitives.WriteInt32LittleEndian(value, one.Index);
                return 0;
            case SIOCGIFTXQLEN:
                BinaryPrimitives.WriteInt32LittleEndian(value, 1000);
                return 0;
            case SIOCGIFHWADDR:
                BinaryPrimitives.WriteUInt16LittleEndian(value, one.HardwareType);
                one.HardwareAddress.CopyTo(value[2..]);
                return 0;
            case SIOCGIFMETRIC or SIOCGIFMAP:
                return 0;
            default:
                return Address(request, one, value);
        }
    }

    private static Errno Address(uint request, NetworkInterface one, Span<byte> value)
    {
        foreach (InterfaceAddress own in one.Addresses)
        {
            if (!own.Address.IsV4)
                continue;
            uint mask = own.Prefix == 0 ? 0 : uint.MaxValue << (32 - own.Prefix);
            uint bits = request switch
            {
                SIOCGIFNETMASK => mask,
                SIOCGIFBRDADDR => one.IsLoopback ? 0 : own.Address.V4Bits | ~mask,
                _ => own.Address.V4Bits,
            };
            BinaryPrimitives.WriteUInt16LittleEndian(value, AF_INET);
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], bits);
            return 0;
        }
        return Errno.EADDRNOTAVAIL;
    }

    // struct ifconf: a length and a pointer to struct ifreq; interfaces with an address of version 4.
    private static SysResult List(KernelTask task, IReadOnlyList<NetworkInterface> all, UserAddress argument)
    {
        if (!task.TryRead(argument, out InterfaceList given))
            return Errno.EFAULT;
        (int room, ulong at) = (given.Length, given.Place);
        int used = 0;
        Span<byte> entry = stackalloc byte[InterfaceRequest.SizeOf(task.CallAbi)];
        foreach (NetworkInterface one in all)
        {
            foreach (InterfaceAddress own in one.Addresses)
            {
                if (!own.Address.IsV4 || (at != 0 && room - used < entry.Length))
                    continue;
                entry.Clear();
                Encoding.ASCII.GetBytes(one.Name, entry);
                BinaryPrimitives.WriteUInt16LittleEndian(entry[NameSize..], AF_INET);
                own.Address.WriteV4(entry[(NameSize + 4)..]);
                if (at != 0 && !task.Memory.TryCopyOut(new UserAddress(at + (ulong)used), entry))
                    return Errno.EFAULT;
                used += entry.Length;
            }
        }
        return task.Memory.TryWrite(argument, used) ? 0 : Errno.EFAULT;
    }
}

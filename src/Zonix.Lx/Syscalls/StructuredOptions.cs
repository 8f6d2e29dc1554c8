using System.Buffers.Binary;
using System.Text;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Netlink;
using static Zonix.Lx.Syscalls.SocketOptionNumbers;

namespace Zonix.Lx.Syscalls;

/// <summary>Options whose values are structures or texts: multicast groups, TCP_INFO, names of interfaces. ip(7), ipv6(7), tcp(7).</summary>
internal static class StructuredOptions
{
    /// <summary>Bytes of the largest value.</summary>
    internal const int Largest = 256;

    private const int IP_OPTIONS = 4, IP_MULTICAST_IF = 32, IP_ADD_MEMBERSHIP = 35, IP_DROP_MEMBERSHIP = 36, MCAST_JOIN_GROUP = 42;
    private const int MCAST_LEAVE_GROUP = 45, IPV6_ADD_MEMBERSHIP = 20, IPV6_DROP_MEMBERSHIP = 21;
    private const int TCP_INFO = 11, TCP_CONGESTION = 13, TCP_ULP = 31;
    private const int NETLINK_ADD_MEMBERSHIP = 1, NETLINK_DROP_MEMBERSHIP = 2, NETLINK_LIST_MEMBERSHIPS = 9;
    private const int LargestName = 16, CAP_NET_RAW = 13;

    /// <summary>Sets one; null: it is none of these.</summary>
    internal static SysResult? Set(KernelTask task, ISocket socket, int level, int option, UserAddress value, int length)
    {
        switch (level, option)
        {
            case (SOL_IP, IP_ADD_MEMBERSHIP or IP_DROP_MEMBERSHIP) when socket is IInetSocket inet:
                return SetMembership(task, inet, value, length, option == IP_ADD_MEMBERSHIP);
            case (SOL_IP or SOL_IPV6, MCAST_JOIN_GROUP or MCAST_LEAVE_GROUP) when socket is IInetSocket inet:
                return SetGroup(task, inet, value, length, option == MCAST_JOIN_GROUP);
            case (SOL_IPV6, IPV6_ADD_MEMBERSHIP or IPV6_DROP_MEMBERSHIP) when socket is IInetSocket { Family: SocketFamily.Inet6 } inet:
                return SetMembershipV6(task, inet, value, length, option == IPV6_ADD_MEMBERSHIP);
            case (SOL_IP, IP_MULTICAST_IF) when socket is IInetSocket:
                return SetMulticastInterface(task, socket, value, length);
            case (SOL_IP, IP_OPTIONS) when socket is IInetSocket:
                return length == 0 ? 0 : Errno.EOPNOTSUPP;
            case (SOL_TCP, TCP_CONGESTION) when socket is ITcpSocket:
                return SetCongestion(task, value, length);
            case (SOL_TCP, TCP_ULP) when socket is ITcpSocket:
                return Errno.ENOENT;
            case (SOL_NETLINK, NETLINK_ADD_MEMBERSHIP or NETLINK_DROP_MEMBERSHIP) when socket is NetlinkSocket netlink:
                if (length < sizeof(int))
                    return Errno.EINVAL;
                return task.Memory.TryRead(value, out int group) ? netlink.SetMembership(group, option == NETLINK_ADD_MEMBERSHIP) : Errno.EFAULT;
            default:
                return null;
        }
    }

    /// <summary>Tells one; null: it is none of these.</summary>
    internal static SysResult? Get(KernelTask task, ISocket socket, int level, int option, Span<byte> text, int room)
    {
        switch (level, option)
        {
            case (SOL_IP, IP_MULTICAST_IF) when socket is IInetSocket:
                IpAddress.V4((uint)socket.Settings[SocketOption.MulticastInterface]).WriteV4(text);
                return 4;
            case (SOL_IP, IP_OPTIONS) when socket is IInetSocket:
                return 0;
            case (SOL_TCP, TCP_INFO) when socket is ITcpSocket tcp:
                return TcpInfoText.Write(tcp, text);
            case (SOL_TCP, TCP_CONGESTION) when socket is ITcpSocket:
                "reno"u8.CopyTo(text);
                return LargestName;
            case (SOL_TCP, TCP_ULP) when socket is ITcpSocket:
                return 0;
            case (SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS) when socket is NetlinkSocket netlink:
                BinaryPrimitives.WriteUInt64LittleEndian(text, netlink.Memberships);
                return 8;
            default:
                return null;
        }
    }

    /// <summary>SO_BINDTODEVICE.</summary>
    internal static SysResult SetDevice(KernelTask task, ISocket socket, UserAddress value, int length)
    {
        Span<byte> name = stackalloc byte[LargestName];
        name = name[..Math.Min(length, LargestName - 1)];
        if (!task.Memory.TryCopyIn(value, name))
            return Errno.EFAULT;
        if (socket is not IInetSocket inet)
            return 0;
        int end = name.IndexOf((byte)0);
        string wanted = Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
        if (inet.Device.Length > 0 && !task.Credentials.Has(CAP_NET_RAW))
            return Errno.EPERM;
        return inet.BindToDevice(wanted);
    }

    // struct ip_mreqn, ip_mreq.
    private static SysResult SetMembership(KernelTask task, IInetSocket socket, UserAddress value, int length, bool joins)
    {
        if (length < 8)
            return Errno.EINVAL;
        Span<byte> request = stackalloc byte[12];
        request.Clear();
        if (!task.Memory.TryCopyIn(value, request[..Math.Min(length, 12)]))
            return Errno.EFAULT;
        IpAddress group = IpAddress.ReadV4(request), at = IpAddress.ReadV4(request[4..]);
        int index = BinaryPrimitives.ReadInt32LittleEndian(request[8..]);
        if (!group.IsMulticast)
            return joins ? Errno.EINVAL : Errno.EADDRNOTAVAIL;
        return joins ? socket.Join(group, index, at) : socket.Leave(group, index, at);
    }

    // struct ipv6_mreq.
    private static SysResult SetMembershipV6(KernelTask task, IInetSocket socket, UserAddress value, int length, bool joins)
    {
        Span<byte> request = stackalloc byte[20];
        if (length < request.Length)
            return Errno.EINVAL;
        if (!task.Memory.TryCopyIn(value, request))
            return Errno.EFAULT;
        IpAddress group = IpAddress.ReadV6(request);
        int index = BinaryPrimitives.ReadInt32LittleEndian(request[16..]);
        if (!group.IsMulticast)
            return Errno.EINVAL;
        return joins ? socket.Join(group, index, default) : socket.Leave(group, index, default);
    }

    // struct group_req: an interface and a sockaddr_storage.
    private static SysResult SetGroup(KernelTask task, IInetSocket socket, UserAddress value, int length, bool joins)
    {
        // The name is aligned as a long is.
        ulong nameAt = task.CallAbi == GuestAbi.X64 ? 8u : 4u;
        if (length < (int)nameAt + SocketAddresses.Largest)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(value, out int index))
            return Errno.EFAULT;
        Errno e = SocketAddresses.Read(task, socket.Family, value + nameAt, SocketAddresses.Largest, out SocketName name);
        if (e != 0)
            return e;
        if (!name.Address.IsMulticast)
            return Errno.EINVAL;
        return joins ? socket.Join(name.Address, index, default) : socket.Leave(name.Address, index, default);
    }

    private static SysResult SetMulticastInterface(KernelTask task, ISocket socket, UserAddress value, int length)
    {
        if (length < 4)
            return Errno.EINVAL;
        Span<byte> request = stackalloc byte[12];
        request.Clear();
        if (!task.Memory.TryCopyIn(value, request[..Math.Min(length, 12)]))
            return Errno.EFAULT;
        // struct ip_mreqn has a group in front.
        IpAddress at = IpAddress.ReadV4(length >= 8 ? request[4..] : request);
        socket.Settings[SocketOption.MulticastInterface] = (int)at.V4Bits;
        return 0;
    }

    private static SysResult SetCongestion(KernelTask task, UserAddress value, int length)
    {
        if (length < 1)
            return Errno.EINVAL;
        Span<byte> name = stackalloc byte[LargestName];
        name = name[..Math.Min(length, LargestName - 1)];
        if (!task.Memory.TryCopyIn(value, name))
            return Errno.EFAULT;
        int end = name.IndexOf((byte)0);
        return (end < 0 ? name : name[..end]).SequenceEqual("reno"u8) ? 0 : Errno.ENOENT;
    }
}

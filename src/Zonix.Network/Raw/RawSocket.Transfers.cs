using System.Buffers.Binary;
using Zonix.Kernel.Tasks;

namespace Zonix.Network.Raw;

/// <content>Sending and receiving.</content>
internal sealed partial class RawSocket
{
    private const int LargestPacket = 65535, ChecksumInIcmp = 2;

    /// <inheritdoc/>
    public override Errno Address(KernelTask task, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        if (message.To.Family == SocketFamily.Unspecified)
            return isConnected ? 0 : Errno.EDESTADDRREQ;
        if (message.To.Family != Family)
            return Errno.EAFNOSUPPORT;
        return Family == SocketFamily.Inet6 && message.To.Port != 0 && message.To.Port != Protocol ? Errno.EINVAL : 0;
    }

    /// <inheritdoc/>
    public override SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        Errno e = CheckSend();
        if (e != 0)
            return e;
        bool isNamed = message.To.Family != SocketFamily.Unspecified;
        if (!isNamed && !isConnected)
            return Errno.EDESTADDRREQ;
        e = Find(isNamed ? message.To : SocketName.OfInet(Family, Remote, 0), out IpAddress to, out Route route);
        if (e != 0)
            return e;
        if (source.Remaining > LargestPacket || (IsHeaderIncluded && source.Remaining > (ulong)route.Interface.Mtu))
            return Errno.EMSGSIZE;
        if (Stack.IsBroadcast(to) && !Settings.IsOn(SocketOption.Broadcast))
            return Errno.EACCES;
        int length = (int)source.Remaining;
        IpAddress from = message.From is { } wanted && !wanted.Local.IsAny ? wanted.Local : Local.IsAny || Local.IsMulticast ? route.Source : Local;
        IpPacket? packet;
        if (IsHeaderIncluded)
        {
            e = MakeWhole(ref source, length, from, out packet);
        }
        else
        {
            int hops = message.HopLimit ?? HopsTo(to);
            int trafficClass = message.TrafficClass ?? (to.IsV4 ? Settings[SocketOption.TypeOfService] & 0xFF : Math.Max(0, Settings[SocketOption.TrafficClass]));
            e = Make(ref source, length, new IpHead(from, to, (byte)Protocol, hops < 0 ? 64 : hops, trafficClass), out packet);
        }
        if (e == 0)
            e = Stack.SendPacket(packet!, to, route);
        return e != 0 ? e : length;
    }

    private int HopsTo(IpAddress to)
    {
        bool isGroup = to.IsMulticast;
        if (to.IsV4)
            return Settings[isGroup ? SocketOption.MulticastTimeToLive : SocketOption.TimeToLive];
        return Settings[isGroup ? SocketOption.MulticastHops : SocketOption.UnicastHops];
    }

    private Errno Make(ref UserBuffer source, int length, in IpHead head, out IpPacket? packet)
    {
        packet = null;
        if (IpHead.SizeFor(head.To) + length > LargestPacket)
            return Errno.EMSGSIZE;
        packet = IpPacket.Make(head, length, Stack.NextIdentification(), out Span<byte> carried);
        if (source.CopyIn(carried) < length)
            return Errno.EFAULT;
        int at = Settings[SocketOption.V6CheckSum];
        if (head.To.IsV4 || at < 0)
            return 0;
        if (at + sizeof(ushort) > length)
            return Errno.EINVAL;
        carried[at..(at + sizeof(ushort))].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(carried[at..], InternetChecksum.Of(carried, head.From, head.To, head.Protocol));
        return 0;
    }

    // raw(7): the checksum and the total length are always filled in, the source and the identification when they are zero.
    private Errno MakeWhole(ref UserBuffer source, int length, IpAddress from, out IpPacket? packet)
    {
        packet = null;
        if (length < IpHead.SizeFor(from))
            return Errno.EINVAL;
        packet = new IpPacket(length) { Protocol = from.IsV4 ? IpPacket.EthernetV4 : IpPacket.EthernetV6 };
        Span<byte> bytes = packet.Bytes;
        if (source.CopyIn(bytes) < length)
            return Errno.EFAULT;
        if (!from.IsV4)
            return 0;
        int size = (bytes[0] & 0xF) * 4;
        if (size < IpHead.V4Size || size > length)
            return Errno.EINVAL;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)length);
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) == 0)
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], Stack.NextIdentification());
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) == 0)
            from.WriteV4(bytes[12..]);
        IpHead.WriteChecksum(bytes[..size]);
        return 0;
    }

    private Errno Find(in SocketName to, out IpAddress address, out Route route)
    {
        route = default;
        address = to.Address;
        if (to.Family != Family)
            return Errno.EAFNOSUPPORT;
        if (address.IsV4 != (Family == SocketFamily.Inet) && !address.IsAny)
            return Errno.ENETUNREACH;
        if (address.IsAny)
            address = Family == SocketFamily.Inet ? IpAddress.Loopback : IpAddress.LoopbackV6;
        return Stack.FindRoute(address, out route, DeviceIndex != 0 ? DeviceIndex : (int)to.Interface);
    }
}

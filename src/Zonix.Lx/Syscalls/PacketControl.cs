using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Syscalls;

/// <summary>What the receiver of a packet is told, as its socket's options ask. ip(7), ipv6(7), socket(7), netlink(7).</summary>
internal static class PacketControl
{
    private const int SOL_IP = 0, SOL_SOCKET = 1, SOL_IPV6 = 41, SOL_NETLINK = 270;
    private const int SCM_TIMESTAMP = 29, SCM_TIMESTAMPNS = 35, SCM_TIMESTAMPING = 37, NETLINK_PKTINFO = 3;
    private const int IP_TOS = 1, IP_TTL = 2, IP_PKTINFO = 8, IP_RECVERR = 11;
    private const int IPV6_RECVERR = 25, IPV6_PKTINFO = 50, IPV6_HOPLIMIT = 52, IPV6_TCLASS = 67;
    private const long NsPerSecond = 1_000_000_000;

    internal static void Write(ref ControlWriter writer, ISocket socket, in ReceivedMessage message)
    {
        SocketSettings settings = socket.Settings;
        if (message.TimeNs != 0)
            WriteTimes(ref writer, message.TimeNs, settings);
        if (message.From.Link is not null)
        {
            if (settings.IsOn(SocketOption.PacketAuxiliaryData))
                WriteAuxiliaryData(ref writer, socket.Kind, message);
            return;
        }
        if (socket.Family == SocketFamily.Netlink)
        {
            if (settings.IsOn(SocketOption.NetlinkPacketInfo))
                writer.Put(SOL_NETLINK, NETLINK_PKTINFO, (int)message.Group);
            return;
        }
        if (message.Place is { } place)
        {
            if (place.Destination.IsV4)
                WriteV4(ref writer, settings, place, message);
            if (socket.Family == SocketFamily.Inet6)
                WriteV6(ref writer, settings, place, message);
        }
        if (message.Error is { } error)
            WriteError(ref writer, socket.Family, error);
    }

    private static void WriteTimes(ref ControlWriter writer, long ns, SocketSettings settings)
    {
        const int SOF_TIMESTAMPING_SOFTWARE = 16;
        if (settings.IsOn(SocketOption.Timestamp) || settings.IsOn(SocketOption.TimestampNs))
            WriteTime(ref writer, ns, settings.IsOn(SocketOption.TimestampNs));
        if ((settings[SocketOption.Timestamping] & SOF_TIMESTAMPING_SOFTWARE) == 0)
            return;
        // struct scm_timestamping: by software, unused, by hardware.
        Span<byte> data = stackalloc byte[48];
        data.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(data, ns / NsPerSecond);
        BinaryPrimitives.WriteInt64LittleEndian(data[8..], ns % NsPerSecond);
        writer.Put(SOL_SOCKET, SCM_TIMESTAMPING, data);
    }

    private static void WriteV4(ref ControlWriter writer, SocketSettings settings, in PacketPlace place, in ReceivedMessage message)
    {
        Span<byte> data = stackalloc byte[16];
        data.Clear();
        if (settings.IsOn(SocketOption.PacketInfo))
        {
            BinaryPrimitives.WriteInt32LittleEndian(data, place.Interface);
            place.Local.WriteV4(data[4..]);
            place.Destination.WriteV4(data[8..]);
            writer.Put(SOL_IP, IP_PKTINFO, data[..12]);
        }
        if (settings.IsOn(SocketOption.ReceiveTimeToLive))
            writer.Put(SOL_IP, IP_TTL, message.HopLimit);
        if (settings.IsOn(SocketOption.ReceiveTypeOfService))
        {
            data[0] = (byte)message.TrafficClass;
            writer.Put(SOL_IP, IP_TOS, data[..1]);
        }
    }

    private static void WriteV6(ref ControlWriter writer, SocketSettings settings, in PacketPlace place, in ReceivedMessage message)
    {
        if (settings.IsOn(SocketOption.V6PacketInfo))
        {
            Span<byte> data = stackalloc byte[20];
            place.Destination.WriteV6(data);
            BinaryPrimitives.WriteInt32LittleEndian(data[16..], place.Interface);
            writer.Put(SOL_IPV6, IPV6_PKTINFO, data);
        }
        if (settings.IsOn(SocketOption.V6ReceiveHopLimit))
            writer.Put(SOL_IPV6, IPV6_HOPLIMIT, message.HopLimit);
        if (settings.IsOn(SocketOption.V6ReceiveTrafficClass))
            writer.Put(SOL_IPV6, IPV6_TCLASS, message.TrafficClass);
    }

    // struct tpacket_auxdata.
    private static void WriteAuxiliaryData(ref ControlWriter writer, SocketKind kind, in ReceivedMessage message)
    {
        const int SOL_PACKET = 263, PACKET_AUXDATA = 8, LinkSize = 14;
        const uint TP_STATUS_USER = 1, TP_STATUS_CSUM_VALID = 128;
        Span<byte> data = stackalloc byte[20];
        data.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(data, TP_STATUS_USER | TP_STATUS_CSUM_VALID);
        BinaryPrimitives.WriteInt32LittleEndian(data[4..], message.OriginalLength);
        BinaryPrimitives.WriteInt32LittleEndian(data[8..], message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(data[14..], kind == SocketKind.Raw ? (ushort)LinkSize : (ushort)0);
        writer.Put(SOL_PACKET, PACKET_AUXDATA, data);
    }

    private static void WriteTime(ref ControlWriter writer, long ns, bool isExact)
    {
        Span<byte> data = stackalloc byte[Timespec.SizeOf(writer.Abi)];
        Timespec.Write(new Timespec(ns / NsPerSecond, isExact ? ns % NsPerSecond : ns % NsPerSecond / 1000), writer.Abi, data);
        writer.Put(SOL_SOCKET, isExact ? SCM_TIMESTAMPNS : SCM_TIMESTAMP, data);
    }

    // struct sock_extended_err and the name of who reported it.
    private static void WriteError(ref ControlWriter writer, SocketFamily family, in PacketError error)
    {
        Span<byte> data = stackalloc byte[16 + SocketAddresses.Largest];
        data.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(data, (int)error.Error);
        data[4] = error.Origin;
        data[5] = error.Type;
        data[6] = error.Code;
        var offender = SocketName.OfInet(family, error.Offender, 0);
        int length = 16 + SocketAddresses.Format(offender, data[16..]);
        bool isV6 = family == SocketFamily.Inet6;
        writer.Put(isV6 ? SOL_IPV6 : SOL_IP, isV6 ? IPV6_RECVERR : IP_RECVERR, data[..length]);
    }
}

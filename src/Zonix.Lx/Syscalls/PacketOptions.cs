using System.Buffers.Binary;
using Zonix.Kernel.Bpf;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Options of packet and raw sockets whose values are structures, and filters. packet(7), raw(7), socket(7).</summary>
internal static class PacketOptions
{
    internal const int SOL_RAW = 255, SOL_ICMPV6 = 58, SOL_PACKET = 263;
    private const int ICMP_FILTER = 1, ICMP6_FILTER = 1, Icmp6FilterSize = 32;
    private const int PACKET_ADD_MEMBERSHIP = 1, PACKET_DROP_MEMBERSHIP = 2, PACKET_RX_RING = 5, PACKET_STATISTICS = 6, PACKET_HDRLEN = 11;
    private const int PACKET_TX_RING = 13, PACKET_FANOUT = 18;
    private const int TPACKET_V2 = 1, TPACKET_V3 = 2, Version2HeadSize = 32, Version3HeadSize = 48;

    /// <summary>Sets one; null: it is none of these.</summary>
    internal static SysResult? Set(KernelTask task, ISocket socket, int level, int option, UserAddress value, int length)
    {
        switch (level, option)
        {
            case (SOL_RAW, ICMP_FILTER) when socket is IRawSocket { Family: SocketFamily.Inet } raw:
                return SetIcmpFilter(task, raw, value, length);
            case (SOL_ICMPV6, ICMP6_FILTER) when socket is IRawSocket { Family: SocketFamily.Inet6, Protocol: SOL_ICMPV6 } raw:
                var bits = new byte[Icmp6FilterSize];
                if (!task.Memory.TryCopyIn(value, bits.AsSpan(0, Math.Min(length, bits.Length))))
                    return Errno.EFAULT;
                raw.Icmp6Filter = bits;
                return 0;
            case (SOL_PACKET, PACKET_ADD_MEMBERSHIP or PACKET_DROP_MEMBERSHIP) when socket is IPacketSocket packets:
                // struct packet_mreq: an interface and a type.
                if (length < 16)
                    return Errno.EINVAL;
                if (!task.Memory.TryRead(value, out int index) || !task.Memory.TryRead(value + 4, out ushort type))
                    return Errno.EFAULT;
                return packets.SetMembership(index, type, option == PACKET_ADD_MEMBERSHIP);
            case (SOL_PACKET, PACKET_RX_RING) when socket is IPacketSocket packets:
                return SetRing(task, packets, value, length);
            case (SOL_PACKET, PACKET_TX_RING) when socket is IPacketSocket:
                return Errno.EINVAL;
            case (SOL_PACKET, PACKET_FANOUT) when socket is IPacketSocket:
                return Errno.ENOPROTOOPT;
            default:
                return null;
        }
    }

    /// <summary>Tells one; null: it is none of these.</summary>
    internal static SysResult? Get(KernelTask task, ISocket socket, int level, int option, UserAddress value, Span<byte> text)
    {
        switch (level, option)
        {
            case (SOL_RAW, ICMP_FILTER) when socket is IRawSocket { Family: SocketFamily.Inet } raw:
                BinaryPrimitives.WriteUInt32LittleEndian(text, raw.IcmpFilter);
                return raw.Protocol == 1 ? 4 : Errno.EOPNOTSUPP;
            case (SOL_ICMPV6, ICMP6_FILTER) when socket is IRawSocket { Family: SocketFamily.Inet6, Protocol: SOL_ICMPV6 } raw:
                raw.Icmp6Filter?.CopyTo(text);
                return Icmp6FilterSize;
            case (SOL_PACKET, PACKET_STATISTICS) when socket is IPacketSocket packets:
                (uint heard, uint dropped, uint freezes) = packets.TakeStatistics();
                BinaryPrimitives.WriteUInt32LittleEndian(text, heard);
                BinaryPrimitives.WriteUInt32LittleEndian(text[4..], dropped);
                BinaryPrimitives.WriteUInt32LittleEndian(text[8..], freezes);
                return packets.GetOption(SocketOption.PacketVersion) == TPACKET_V3 ? 12 : 8;
            case (SOL_PACKET, PACKET_HDRLEN) when socket is IPacketSocket:
                // What version is asked for stands where the answer goes.
                if (!task.Memory.TryRead(value, out int version))
                    return Errno.EFAULT;
                BinaryPrimitives.WriteInt32LittleEndian(text, version == TPACKET_V3 ? Version3HeadSize : Version2HeadSize);
                return version is TPACKET_V2 or TPACKET_V3 ? 4 : Errno.EINVAL;
            default:
                return null;
        }
    }

    /// <summary>SO_ATTACH_FILTER. EINVAL, EPERM: it is locked.</summary>
    internal static SysResult SetFilter(KernelTask task, ISocket socket, UserAddress value, int length)
    {
        const int Size = 16;
        if (length != Size)
            return Errno.EINVAL;
        Errno e = FilterPrograms.Read(task, value, out BpfInstruction[] instructions);
        if (e != 0)
            return e;
        if (BpfProgram.Create(instructions, BpfUse.Packets) is not { } program)
            return Errno.EINVAL;
        if (socket.Settings.IsOn(SocketOption.LockFilter))
            return Errno.EPERM;
        socket.Settings.Filter = program;
        return 0;
    }

    /// <summary>SO_DETACH_FILTER. ENOENT: there is none; EPERM: it is locked.</summary>
    internal static SysResult RemoveFilter(ISocket socket)
    {
        if (socket.Settings.IsOn(SocketOption.LockFilter))
            return Errno.EPERM;
        if (socket.Settings.Filter is null)
            return Errno.ENOENT;
        socket.Settings.Filter = null;
        return 0;
    }

    /// <summary>SO_GET_FILTER: its instructions, and their number, which is what lengths are counted in here.</summary>
    internal static SysResult GetFilter(KernelTask task, ISocket socket, UserAddress value, UserPointer<int> length, int room)
    {
        if (socket.Settings.Filter is not { } filter)
            return task.Memory.TryWrite(length, 0) ? 0 : Errno.EFAULT;
        if (room != 0)
        {
            if (room < filter.Length)
                return Errno.EINVAL;
            for (int i = 0; i < filter.Length; i++)
            {
                if (!task.Memory.TryWrite(value + (ulong)(i * 8), filter.Instructions[i]))
                    return Errno.EFAULT;
            }
        }
        return task.Memory.TryWrite(length, filter.Length) ? 0 : Errno.EFAULT;
    }

    private static SysResult SetIcmpFilter(KernelTask task, IRawSocket raw, UserAddress value, int length)
    {
        if (raw.Protocol != 1)
            return Errno.EOPNOTSUPP;
        Span<byte> bits = stackalloc byte[4];
        bits.Clear();
        if (!task.Memory.TryCopyIn(value, bits[..Math.Min(length, 4)]))
            return Errno.EFAULT;
        raw.IcmpFilter = BinaryPrimitives.ReadUInt32LittleEndian(bits);
        return 0;
    }

    // struct tpacket_req, or tpacket_req3.
    private static SysResult SetRing(KernelTask task, IPacketSocket socket, UserAddress value, int length)
    {
        Span<byte> all = stackalloc byte[28];
        Span<byte> text = socket.GetOption(SocketOption.PacketVersion) == TPACKET_V3 ? all : all[..16];
        all.Clear();
        if (length < text.Length)
            return Errno.EINVAL;
        if (!task.Memory.TryCopyIn(value, text))
            return Errno.EFAULT;
        return socket.SetRing(new PacketRingLayout(
            BinaryPrimitives.ReadInt32LittleEndian(text), BinaryPrimitives.ReadInt32LittleEndian(text[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(text[8..]), BinaryPrimitives.ReadInt32LittleEndian(text[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(all[16..]), BinaryPrimitives.ReadInt32LittleEndian(all[20..])));
    }
}

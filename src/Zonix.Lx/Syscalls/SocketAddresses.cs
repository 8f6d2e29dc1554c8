using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Names of sockets in struct sockaddr_un, sockaddr_in, sockaddr_in6, sockaddr_nl. unix(7), ip(7), ipv6(7), netlink(7).</summary>
internal static class SocketAddresses
{
    /// <summary>Bytes of the longest structure, sockaddr_storage.</summary>
    internal const int Largest = 128;

    private const int FamilySize = 2, LocalSize = 110, InetSize = 16, Inet6Size = 28, Inet6OldSize = 24, NetlinkSize = 12;

    /// <summary>
    /// Reads a name, for a socket of family <paramref name="of"/>. A local one is a path without its terminating zero, an abstract name with its zero in front, or empty. EINVAL, EFAULT.
    /// </summary>
    internal static Errno Read(KernelTask task, SocketFamily of, UserAddress address, int length, out SocketName name)
    {
        name = default;
        if (length is < 0 or > Largest)
            return Errno.EINVAL;
        Span<byte> text = stackalloc byte[Largest];
        text = text[..length];
        if (!task.Memory.TryCopyIn(address, text))
            return Errno.EFAULT;
        return Parse(of, text, out name);
    }

    /// <summary>The same, for bind(2): as on Linux, who binds a socket of version 4 to nothing in particular need not name a family.</summary>
    internal static Errno ReadToBind(KernelTask task, SocketFamily of, UserAddress address, int length, out SocketName name)
    {
        Errno e = Read(task, of, address, length, out name);
        if (e != 0 || name.Family != SocketFamily.Unspecified || of != SocketFamily.Inet || length < InetSize)
            return e;
        if (!task.Memory.TryRead(address + 2, out ushort port) || !task.Memory.TryRead(address + 4, out uint wildcard))
            return Errno.EFAULT;
        name = wildcard == 0 ? SocketName.OfInet(of, IpAddress.AnyV4, BinaryPrimitives.ReverseEndianness(port)) : default;
        return wildcard == 0 ? 0 : Errno.EAFNOSUPPORT;
    }

    private static Errno Parse(SocketFamily of, ReadOnlySpan<byte> text, out SocketName name)
    {
        name = default;
        if (text.Length < FamilySize)
            return Errno.EINVAL;
        var family = (SocketFamily)BinaryPrimitives.ReadUInt16LittleEndian(text);
        switch (family)
        {
            case SocketFamily.Unspecified:
                return 0;
            case SocketFamily.Local:
                if (text.Length > LocalSize)
                    return Errno.EINVAL;
                ReadOnlySpan<byte> rest = text[FamilySize..];
                if (rest.Length > 0 && rest[0] != 0)
                {
                    int end = rest.IndexOf((byte)0);
                    rest = end < 0 ? rest : rest[..end];
                }
                name = SocketName.OfLocal(rest.ToArray());
                return 0;
            case SocketFamily.Inet:
                if (text.Length < InetSize)
                    return Errno.EINVAL;
                name = SocketName.OfInet(family, IpAddress.ReadV4(text[4..]), BinaryPrimitives.ReadUInt16BigEndian(text[2..]));
                return 0;
            case SocketFamily.Inet6:
                if (text.Length < Inet6OldSize)
                    return of == SocketFamily.Inet && text.Length >= InetSize ? Errno.EAFNOSUPPORT : Errno.EINVAL;
                uint scope = text.Length >= Inet6Size ? BinaryPrimitives.ReadUInt32LittleEndian(text[24..]) : 0;
                name = SocketName.OfInet(
                    family, IpAddress.ReadV6(text[8..]), BinaryPrimitives.ReadUInt16BigEndian(text[2..]), scope,
                    BinaryPrimitives.ReadUInt32LittleEndian(text[4..]));
                return 0;
            case SocketFamily.Netlink:
                if (text.Length < NetlinkSize)
                    return Errno.EINVAL;
                name = SocketName.OfNetlink(BinaryPrimitives.ReadUInt32LittleEndian(text[4..]), BinaryPrimitives.ReadUInt32LittleEndian(text[8..]));
                return 0;
            case SocketFamily.Packet:
                if (LinkName.Read(text) is not { } link)
                    return Errno.EINVAL;
                name = SocketName.OfLink(link);
                return 0;
            default:
                return Errno.EAFNOSUPPORT;
        }
    }

    /// <summary>Writes a name as much as there is room for, and its whole length.</summary>
    internal static Errno Write(KernelTask task, UserAddress address, UserAddress lengthAt, in SocketName name)
    {
        if (!task.Memory.TryRead(lengthAt, out int room))
            return Errno.EFAULT;
        if (room < 0)
            return Errno.EINVAL;
        Span<byte> text = stackalloc byte[Largest];
        int length = Format(name, text);
        return task.Memory.TryCopyOut(address, text[..Math.Min(room, length)]) && task.Memory.TryWrite(lengthAt, length) ? 0 : Errno.EFAULT;
    }

    /// <summary>The form of a name; answers its length, 0 where there is no name. A path ends with a zero.</summary>
    internal static int Format(in SocketName name, Span<byte> text)
    {
        text[..Largest].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(text, (ushort)name.Family);
        switch (name.Family)
        {
            case SocketFamily.Local:
                name.Local?.CopyTo(text[FamilySize..]);
                int length = FamilySize + (name.Local?.Length ?? 0);
                return name.Local is [not 0, ..] ? length + 1 : length;
            case SocketFamily.Inet:
                BinaryPrimitives.WriteUInt16BigEndian(text[2..], name.Port);
                name.Address.WriteV4(text[4..]);
                return InetSize;
            case SocketFamily.Inet6:
                BinaryPrimitives.WriteUInt16BigEndian(text[2..], name.Port);
                BinaryPrimitives.WriteUInt32LittleEndian(text[4..], name.FlowInfo);
                name.Address.WriteV6(text[8..]);
                BinaryPrimitives.WriteUInt32LittleEndian(text[24..], name.Interface);
                return Inet6Size;
            case SocketFamily.Netlink:
                BinaryPrimitives.WriteUInt32LittleEndian(text[4..], name.Number);
                BinaryPrimitives.WriteUInt32LittleEndian(text[8..], name.Groups);
                return NetlinkSize;
            case SocketFamily.Packet when name.Link is { } link:
                link.Write(text);
                return LinkName.Size;
            default:
                return 0;
        }
    }
}

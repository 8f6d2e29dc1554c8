using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using static Zonix.Lx.Syscalls.SocketOptionNumbers;

namespace Zonix.Lx.Syscalls;

/// <summary>Names and options of sockets. getsockname(2), getsockopt(2), socket(7).</summary>
internal static class SocketOptions
{
    private const string Missing = "socket filters, SO_ZEROCOPY, SO_TIMESTAMPING, IP options";
    private const int SO_TYPE = 3, SO_ERROR = 4, SO_LINGER = 13, SO_PEERCRED = 17, SO_SNDLOWAT = 19, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21;
    private const int SO_BINDTODEVICE = 25, SO_ACCEPTCONN = 30, SO_PROTOCOL = 38, SO_DOMAIN = 39, SO_BUSY_POLL = 46, SO_COOKIE = 57;
    private const int SO_SNDBUFFORCE = 32, SO_RCVBUFFORCE = 33, SO_MARK = 36, SO_PRIORITY = 12, SO_DEBUG = 1, SO_BSDCOMPAT = 14;
    private const int SO_ATTACH_FILTER = 26, SO_DETACH_FILTER = 27;
    private const int SO_RCVTIMEO_NEW = 66, SO_SNDTIMEO_NEW = 67, SO_PEERGROUPS = 59, SO_PEERPIDFD = 77;
    // SOF_TIMESTAMPING_RX_HARDWARE, RX_SOFTWARE, SOFTWARE, SYS_HARDWARE, RAW_HARDWARE, OPT_CMSG.
    private const int SO_TIMESTAMPING = 37, ReceiveStamps = 4 | 8 | 16 | 32 | 64 | 1024;
    private const int CAP_NET_ADMIN = 12;
    private const long MostSeconds = int.MaxValue;

    /// <summary>The name of a socket. getsockname(2).</summary>
    [Syscall(X64 = 51, I386 = 367, Name = "getsockname")]
    internal static SysResult GetSockName(KernelTask task, Fd fd, UserAddress address, UserPointer<int> length) =>
        task.Files[fd] is { File: ISocket socket }
            ? SocketAddresses.Write(task, address, length.Address, socket.Name)
            : SocketCalls.NotASocket(task, fd);

    /// <summary>The name of the other end. getpeername(2).</summary>
    [Syscall(X64 = 52, I386 = 368, Name = "getpeername")]
    internal static SysResult GetPeerName(KernelTask task, Fd fd, UserAddress address, UserPointer<int> length)
    {
        if (task.Files[fd] is not { File: ISocket socket })
            return SocketCalls.NotASocket(task, fd);
        return socket.PeerName is { } name ? SocketAddresses.Write(task, address, length.Address, name) : Errno.ENOTCONN;
    }

    /// <summary>Sets an option. setsockopt(2).</summary>
    [Syscall(X64 = 54, I386 = 366, Support = Support.Partial, Missing = Missing, Name = "setsockopt")]
    internal static SysResult SetSockOpt(KernelTask task, Fd fd, int level, int option, UserAddress value, int length)
    {
        if (task.Files[fd] is not { File: ISocket socket })
            return SocketCalls.NotASocket(task, fd);
        if (length < 0)
            return Errno.EINVAL;
        if (level == SOL_SOCKET)
            return SetOfSocket(task, socket, option, value, length);
        if (socket.Family == SocketFamily.Local)
            return Errno.EOPNOTSUPP;
        if ((PacketOptions.Set(task, socket, level, option, value, length) ?? StructuredOptions.Set(task, socket, level, option, value, length)) is { } answer)
            return answer;
        SocketOption known = Find(level, option);
        if (known == SocketOption.None || !socket.Knows(known))
            return Errno.ENOPROTOOPT;
        int number = 0;
        // Options of IP take a byte, too.
        if (level == SOL_IP && length is > 0 and < sizeof(int))
        {
            if (!task.Memory.TryRead(value, out byte small))
                return Errno.EFAULT;
            number = small;
        }
        else if (length < sizeof(int) && !(level == SOL_IP && length == 0))
        {
            return Errno.EINVAL;
        }
        else if (length >= sizeof(int) && !task.Memory.TryRead(value, out number))
        {
            return Errno.EFAULT;
        }
        return socket.SetOption(known, number);
    }

    /// <summary>Tells an option. getsockopt(2).</summary>
    [Syscall(X64 = 55, I386 = 365, Support = Support.Partial, Missing = Missing, Name = "getsockopt")]
    internal static SysResult GetSockOpt(KernelTask task, Fd fd, int level, int option, UserAddress value, UserPointer<int> length)
    {
        if (task.Files[fd] is not { File: ISocket socket })
            return SocketCalls.NotASocket(task, fd);
        if (!task.Memory.TryRead(length, out int room))
            return Errno.EFAULT;
        if (room < 0)
            return Errno.EINVAL;
        if (level == SOL_SOCKET && option == SO_ATTACH_FILTER)
            return PacketOptions.GetFilter(task, socket, value, length, room);
        if (level == SOL_SOCKET && option == SO_PEERGROUPS)
            return GetPeerGroups(task, socket, value, length, room);
        Span<byte> text = stackalloc byte[StructuredOptions.Largest];
        text.Clear();
        SysResult found = level == SOL_SOCKET
            ? GetOfSocket(task, socket, option, text)
            : socket.Family == SocketFamily.Local ? Errno.EOPNOTSUPP : GetOther(task, socket, level, option, value, text, room);
        if (found.IsError)
            return found;
        int size = Math.Min((int)found.Value, room);
        // As on Linux, who has room for a byte only gets a byte of IP's options.
        if (level == SOL_IP && room is > 0 and < sizeof(int) && found.Value == sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(text) is >= 0 and <= 255)
            size = 1;
        return task.Memory.TryCopyOut(value, text[..size]) && task.Memory.TryWrite(length, size) ? 0 : Errno.EFAULT;
    }

    private static SysResult GetPeerGroups(KernelTask task, ISocket socket, UserAddress value, UserPointer<int> length, int room)
    {
        if (socket.PeerCredentials is not { Groups: { } groups })
            return Errno.ENODATA;
        int size = groups.Count * sizeof(uint);
        if (!task.Memory.TryWrite(length, size))
            return Errno.EFAULT;
        if (room < size)
            return Errno.ERANGE;
        for (int i = 0; i < groups.Count; i++)
        {
            if (!task.Memory.TryWrite(value + (ulong)(i * sizeof(uint)), groups[i]))
                return Errno.EFAULT;
        }
        return 0;
    }

    private static SysResult GetOther(KernelTask task, ISocket socket, int level, int option, UserAddress value, Span<byte> text, int room)
    {
        if ((PacketOptions.Get(task, socket, level, option, value, text) ?? StructuredOptions.Get(task, socket, level, option, text, room)) is { } answer)
            return answer;
        // As on Linux a level that version 4 does not know is told apart from an option that it does not.
        if (socket.Family == SocketFamily.Inet && level != SOL_IP && level != socket.Protocol)
            return Errno.EOPNOTSUPP;
        SocketOption known = Find(level, option);
        if (known == SocketOption.None || !socket.Knows(known))
            return Errno.ENOPROTOOPT;
        BinaryPrimitives.WriteInt32LittleEndian(text, socket.GetOption(known));
        return sizeof(int);
    }

    private static SysResult GetOfSocket(KernelTask task, ISocket socket, int option, Span<byte> text)
    {
        switch (option)
        {
            case SO_PEERCRED:
                MessageSender peer = socket.PeerCredentials ?? new MessageSender(0, uint.MaxValue, uint.MaxValue);
                BinaryPrimitives.WriteInt32LittleEndian(text, peer.Pid);
                BinaryPrimitives.WriteUInt32LittleEndian(text[4..], peer.Uid);
                BinaryPrimitives.WriteUInt32LittleEndian(text[8..], peer.Gid);
                return 12;
            case SO_RCVTIMEO or SO_SNDTIMEO or SO_RCVTIMEO_NEW or SO_SNDTIMEO_NEW:
                var time = Timeval.FromNs(option is SO_RCVTIMEO or SO_RCVTIMEO_NEW ? socket.Settings.ReceiveTimeoutNs : socket.Settings.SendTimeoutNs);
                GuestAbi abi = TimeAbi(task, option);
                Timeval.Write(time, abi, text);
                return Timeval.SizeOf(abi);
            case SO_LINGER:
                BinaryPrimitives.WriteInt32LittleEndian(text, socket.Settings[SocketOption.LingerOn]);
                BinaryPrimitives.WriteInt32LittleEndian(text[4..], socket.Settings[SocketOption.LingerSeconds]);
                return 8;
            case SO_BINDTODEVICE:
                string device = (socket as IInetSocket)?.Device ?? "";
                return device.Length == 0 ? 0 : System.Text.Encoding.ASCII.GetBytes(device, text) + 1;
            case SO_COOKIE:
                socket.Inode.GetAttributes(out Kernel.Vfs.InodeAttributes attributes);
                BinaryPrimitives.WriteUInt64LittleEndian(text, attributes.Inode);
                return 8;
            case SO_PEERPIDFD:
                if (socket.PeerCredentials is not { Process: { } process })
                    return Errno.ENODATA;
                SysResult made = process.IsReaped ? Errno.ESRCH : PidFdCalls.Install(task, process, 0);
                BinaryPrimitives.WriteInt32LittleEndian(text, (int)made.Value);
                return made.IsError ? made : sizeof(int);
        }
        int? number = Number(socket, option);
        if (number is null)
            return Errno.ENOPROTOOPT;
        BinaryPrimitives.WriteInt32LittleEndian(text, number.Value);
        return sizeof(int);
    }

    private static int? Number(ISocket socket, int option)
    {
        switch (option)
        {
            case SO_TYPE:
                return (int)socket.Kind;
            case SO_ERROR:
                return (int)socket.TakeError();
            case SO_ACCEPTCONN:
                return socket.IsListening ? 1 : 0;
            case SO_PROTOCOL:
                return socket.Protocol;
            case SO_DOMAIN:
                return (int)socket.Family;
            case SO_SNDLOWAT:
                return 1;
            case SO_DEBUG or SO_BSDCOMPAT:
                return 0;
            default:
                SocketOption known = Find(SOL_SOCKET, option);
                return known == SocketOption.None || !socket.Knows(known) ? null : socket.GetOption(known);
        }
    }

    private static SysResult SetOfSocket(KernelTask task, ISocket socket, int option, UserAddress value, int length)
    {
        if (option is SO_RCVTIMEO or SO_SNDTIMEO or SO_RCVTIMEO_NEW or SO_SNDTIMEO_NEW)
            return SetTimeout(task, socket, TimeAbi(task, option), option is SO_RCVTIMEO or SO_RCVTIMEO_NEW, value, length);
        if (option == SO_ATTACH_FILTER)
            return PacketOptions.SetFilter(task, socket, value, length);
        if (option == SO_BINDTODEVICE)
            return StructuredOptions.SetDevice(task, socket, value, length);
        if (length < sizeof(int))
            return Errno.EINVAL;
        if (!task.Memory.TryRead(value, out int number))
            return Errno.EFAULT;
        bool isAdmin = task.Credentials.Has(CAP_NET_ADMIN);
        switch (option)
        {
            case SO_LINGER:
                return SetLinger(task, socket, value, length, number);
            case SO_SNDBUFFORCE or SO_RCVBUFFORCE or SO_MARK when !isAdmin:
                return Errno.EPERM;
            case SO_TIMESTAMPING when (number & ~ReceiveStamps) != 0:
                return Errno.EINVAL;
            case SO_PRIORITY when number is < 0 or > 6 && !isAdmin:
                return Errno.EPERM;
            case SO_BUSY_POLL when number < 0:
                return Errno.EINVAL;
            case SO_DEBUG:
                return number != 0 && !isAdmin ? Errno.EACCES : 0;
            case SO_BSDCOMPAT:
                return 0;
            case SO_DETACH_FILTER:
                return PacketOptions.RemoveFilter(socket);
            case SO_TYPE or SO_ERROR or SO_PROTOCOL or SO_DOMAIN or SO_ACCEPTCONN or SO_SNDLOWAT:
                return Errno.ENOPROTOOPT;
        }
        SocketOption known = Find(SOL_SOCKET, option);
        return known == SocketOption.None || !socket.Knows(known) ? Errno.ENOPROTOOPT : socket.SetOption(known, number);
    }

    private static SysResult SetLinger(KernelTask task, ISocket socket, UserAddress value, int length, int isOn)
    {
        if (length < 8)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(value + 4, out int seconds))
            return Errno.EFAULT;
        socket.Settings[SocketOption.LingerOn] = isOn != 0 ? 1 : 0;
        if (isOn != 0)
            socket.Settings[SocketOption.LingerSeconds] = seconds;
        return 0;
    }

    // The first ones have the system's timeval, their successors one of 64 bits.
    private static GuestAbi TimeAbi(KernelTask task, int option) => option is SO_RCVTIMEO or SO_SNDTIMEO ? task.CallAbi : GuestAbi.X64;

    private static SysResult SetTimeout(KernelTask task, ISocket socket, GuestAbi abi, bool ofReceive, UserAddress value, int length)
    {
        if (length < Timeval.SizeOf(abi))
            return Errno.EINVAL;
        if (!task.TryRead(value, abi, out Timeval time))
            return Errno.EFAULT;
        if ((ulong)time.Microseconds >= 1_000_000)
            return Errno.EDOM;
        // As on Linux a time before now is one that has just passed.
        long ns = time.Seconds < 0 ? 1 : time.Seconds > MostSeconds ? 0 : time.ToNs();
        if (ofReceive)
            socket.Settings.ReceiveTimeoutNs = ns;
        else
            socket.Settings.SendTimeoutNs = ns;
        return 0;
    }
}

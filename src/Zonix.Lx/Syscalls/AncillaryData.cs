using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>What is sent along with messages: open files, credentials, where a packet goes. cmsg(3), unix(7), ip(7), ipv6(7), udp(7).</summary>
internal static class AncillaryData
{
    private const int SOL_IP = 0, SOL_SOCKET = 1, SOL_UDP = 17, SOL_IPV6 = 41;
    private const int SCM_RIGHTS = 1, SCM_CREDENTIALS = 2, SCM_PIDFD = 4, SCM_MAX_FD = 253;
    private const int IP_TOS = 1, IP_TTL = 2, IP_PKTINFO = 8, UDP_SEGMENT = 103;
    private const int IPV6_PKTINFO = 50, IPV6_HOPLIMIT = 52, IPV6_TCLASS = 67;
    private const int CredentialsSize = 12;
    private const ulong LargestControl = 131072;
    private const int CAP_SETGID = 6, CAP_SETUID = 7, CAP_SYS_ADMIN = 21;

    /// <summary>Reads what a sender gives along. The files carry references: EBADF, EINVAL, EPERM, ENOBUFS, EFAULT.</summary>
    internal static Errno Read(KernelTask task, ISocket socket, in MessageHeader header, ref OutgoingMessage message)
    {
        if (header.Control == 0 || header.ControlLength < (ulong)ControlHeader.SizeOf(task.CallAbi))
            return 0;
        if (header.ControlLength > LargestControl)
            return Errno.ENOBUFS;
        var control = new byte[header.ControlLength];
        if ((int)task.Memory.CopyIn(new UserAddress(header.Control), control) < control.Length)
            return Errno.EFAULT;
        List<OpenFileDescription> found = [];
        Errno e = Read(task, socket, control, found, ref message);
        if (e == 0)
        {
            message.Files = found.Count > 0 ? [.. found] : null;
            message.FilesUser = task.Credentials.Uid;
            return 0;
        }
        found.ForEach(static file => file.Release());
        return e;
    }

    /// <summary>Gives a receiver what came along; what finds no room is dropped and told by MSG_CTRUNC.</summary>
    internal static Errno Write(KernelTask task, ref MessageHeader header, ISocket socket, ref ReceivedMessage message, bool cloexec)
    {
        ulong room = header.Control == 0 ? 0 : header.ControlLength;
        var writer = new ControlWriter(task, header.Control, room);
        if (socket.Family == SocketFamily.Local)
        {
            if (socket.Settings.IsOn(SocketOption.PassCredentials))
            {
                Span<byte> data = stackalloc byte[CredentialsSize];
                BinaryPrimitives.WriteInt32LittleEndian(data, message.Sender.Pid);
                BinaryPrimitives.WriteUInt32LittleEndian(data[4..], message.Sender.Uid);
                BinaryPrimitives.WriteUInt32LittleEndian(data[8..], message.Sender.Gid);
                writer.Put(SOL_SOCKET, SCM_CREDENTIALS, data);
            }
            if (message.Files is { } files && !writer.Faulted)
                WriteFiles(task, ref writer, files, cloexec);
            if (socket.Settings.IsOn(SocketOption.PassPidFd) && !writer.Faulted)
                WritePidFd(task, ref writer, message.Sender.Process);
            message.ReleaseFiles();
        }
        else
        {
            PacketControl.Write(ref writer, socket, message);
        }
        if (writer.IsCut)
            header.Flags |= (int)MessageFlags.MSG_CTRUNC;
        header.ControlLength = writer.Used;
        return writer.Faulted ? Errno.EFAULT : 0;
    }

    // A process that is gone is told by the errno in place of a descriptor.
    private static void WritePidFd(KernelTask task, ref ControlWriter writer, Process? sender)
    {
        if (writer.Left < (ulong)ControlHeader.SizeOf(task.CallAbi) + 4)
        {
            writer.IsCut = true;
            return;
        }
        SysResult fd = sender is null or { IsReaped: true } ? Errno.ESRCH : PidFdCalls.Install(task, sender, 0);
        writer.Put(SOL_SOCKET, SCM_PIDFD, (int)fd.Raw);
    }

    private static void WriteFiles(KernelTask task, ref ControlWriter writer, OpenFileDescription[] files, bool cloexec)
    {
        ulong header = (ulong)ControlHeader.SizeOf(task.CallAbi);
        int fits = writer.Left < header + 4 ? 0 : (int)Math.Min((writer.Left - header) / 4, (ulong)files.Length);
        var numbers = new byte[fits * 4];
        int made = 0;
        for (; made < fits; made++)
        {
            SysResult fd = DescriptorCalls.Install(task, files[made].AddReference(), cloexec);
            if (fd.IsError)
                break;
            BinaryPrimitives.WriteInt32LittleEndian(numbers.AsSpan(made * 4), (int)fd.Value);
        }
        if (made > 0)
            writer.Put(SOL_SOCKET, SCM_RIGHTS, numbers.AsSpan(0, made * 4));
        writer.IsCut |= made < files.Length;
    }

    private static Errno Read(KernelTask task, ISocket socket, byte[] control, List<OpenFileDescription> files, ref OutgoingMessage message)
    {
        int at = 0;
        int headerSize = ControlHeader.SizeOf(task.CallAbi);
        while (control.Length - at >= headerSize)
        {
            ControlHeader header = ControlHeader.Read(task.CallAbi, control.AsSpan(at));
            ulong length = header.Length;
            if (length < (ulong)headerSize || length > (ulong)(control.Length - at))
                return Errno.EINVAL;
            ReadOnlySpan<byte> data = control.AsSpan(at + headerSize, (int)length - headerSize);
            int level = header.Level, type = header.Type;
            Errno e = socket.Family == SocketFamily.Local
                ? level == SOL_SOCKET ? ReadLocal(task, type, data, files, ref message) : 0
                : ReadPacket(socket, level, type, data, ref message);
            if (e != 0)
                return e;
            at += (int)ControlHeader.Align(length, task.CallAbi);
        }
        return 0;
    }

    private static Errno ReadLocal(KernelTask task, int type, ReadOnlySpan<byte> data, List<OpenFileDescription> files, ref OutgoingMessage message) =>
        type switch
        {
            SCM_RIGHTS => ReadFiles(task, data, files),
            SCM_CREDENTIALS => ReadCredentials(task, data, ref message),
            _ => Errno.EINVAL,
        };

    private static Errno ReadFiles(KernelTask task, ReadOnlySpan<byte> data, List<OpenFileDescription> files)
    {
        int count = data.Length / 4;
        Errno e = LxBrand.Of(task).LocalNames.InFlight.Check(task);
        if (e != 0)
            return e;
        if (files.Count + count > SCM_MAX_FD)
            return Errno.EINVAL;
        for (int i = 0; i < count; i++)
        {
            if (task.Files.Acquire(new Fd(BitConverter.ToInt32(data[(i * 4)..]))) is not { } file)
                return Errno.EBADF;
            files.Add(file);
        }
        return 0;
    }

    private static Errno ReadCredentials(KernelTask task, ReadOnlySpan<byte> data, ref OutgoingMessage message)
    {
        if (data.Length != CredentialsSize)
            return Errno.EINVAL;
        var given = new MessageSender(BitConverter.ToInt32(data), BitConverter.ToUInt32(data[4..]), BitConverter.ToUInt32(data[8..]));
        Credentials own = task.Credentials;
        bool pid = given.Pid == task.Process.Pid.Value || own.Has(CAP_SYS_ADMIN);
        bool uid = given.Uid == own.Uid || given.Uid == own.EffectiveUid || given.Uid == own.SavedUid || own.Has(CAP_SETUID);
        bool gid = given.Gid == own.Gid || given.Gid == own.EffectiveGid || given.Gid == own.SavedGid || own.Has(CAP_SETGID);
        if (!pid || !uid || !gid)
            return Errno.EPERM;
        Process? named = given.Pid == task.Process.Pid.Value ? task.Process : task.Process.Pids.Processes[new Pid(given.Pid)];
        if (named is null)
            return Errno.ESRCH;
        message.Sender = given with { Process = named };
        return 0;
    }

    // Of levels that are not the socket's own nothing is read, as on Linux.
    private static Errno ReadPacket(ISocket socket, int level, int type, ReadOnlySpan<byte> data, ref OutgoingMessage message)
    {
        switch (level, type)
        {
            case (SOL_IP, IP_PKTINFO) when socket.Family == SocketFamily.Inet && data.Length == 12:
                message.From = new PacketPlace(BinaryPrimitives.ReadInt32LittleEndian(data), IpAddress.ReadV4(data[4..]), default);
                return 0;
            case (SOL_IP, IP_TTL) when socket.Family == SocketFamily.Inet && data.Length == 4:
                int hops = BinaryPrimitives.ReadInt32LittleEndian(data);
                message.HopLimit = hops;
                return hops is < 1 or > 255 ? Errno.EINVAL : 0;
            case (SOL_IP, IP_TOS) when socket.Family == SocketFamily.Inet && data.Length is 4 or 1:
                int tos = data.Length == 1 ? data[0] : BinaryPrimitives.ReadInt32LittleEndian(data);
                message.TrafficClass = tos;
                return tos is < 0 or > 255 ? Errno.EINVAL : 0;
            case (SOL_IPV6, IPV6_PKTINFO) when socket.Family == SocketFamily.Inet6 && data.Length >= 20:
                message.From = new PacketPlace(BinaryPrimitives.ReadInt32LittleEndian(data[16..]), IpAddress.ReadV6(data), default);
                return 0;
            case (SOL_IPV6, IPV6_HOPLIMIT) when socket.Family == SocketFamily.Inet6 && data.Length == 4:
                hops = BinaryPrimitives.ReadInt32LittleEndian(data);
                message.HopLimit = hops == -1 ? null : hops;
                return hops is < -1 or > 255 ? Errno.EINVAL : 0;
            case (SOL_IPV6, IPV6_TCLASS) when socket.Family == SocketFamily.Inet6 && data.Length == 4:
                tos = BinaryPrimitives.ReadInt32LittleEndian(data);
                message.TrafficClass = tos == -1 ? null : tos;
                return tos is < -1 or > 255 ? Errno.EINVAL : 0;
            case (SOL_UDP, UDP_SEGMENT) when socket.Kind == SocketKind.Datagram:
                if (data.Length != 2)
                    return Errno.EINVAL;
                message.SegmentSize = BinaryPrimitives.ReadUInt16LittleEndian(data);
                return 0;
            case (SOL_IP, _) when socket.Family == SocketFamily.Inet:
            case (SOL_IPV6, _) when socket.Family == SocketFamily.Inet6:
                return socket.Kind == SocketKind.Stream ? 0 : Errno.EINVAL;
            case (SOL_SOCKET, not SCM_RIGHTS and not SCM_CREDENTIALS):
                return Errno.EINVAL;
            default:
                return 0;
        }
    }
}

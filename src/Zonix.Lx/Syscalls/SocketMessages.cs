using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Sending to and receiving from sockets. send(2), recv(2).</summary>
internal static class SocketMessages
{
    private const string Missing = "only AF_UNIX; MSG_OOB";
    private const ulong IOV_MAX = 1024;

    /// <summary>Sends on a connected socket. sendto(2).</summary>
    [Syscall(X64 = 44, Support = Support.Partial, Missing = Missing, Name = "sendto")]
    internal static SysResult SendTo(
        KernelTask task, Fd fd, UserAddress buffer, nuint count, int flags, UserAddress address, int addressLength)
    {
        return task.Files[fd] is { File: LocalSocket } file
            ? Send(task, file, buffer, count, flags, address, addressLength)
            : SocketCalls.NotASocket(task, fd);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Send(
        KernelTask task, OpenFileDescription file, UserAddress buffer, nuint count, int flags, UserAddress address, int addressLength)
    {
        if (file.File is not LocalSocket socket)
            return Errno.ENOTSOCK;
        Errno e = Check(task, socket, (MessageFlags)flags, address, addressLength, out LocalSocket? to);
        if (e != 0)
            return e;
        var source = new UserBuffer(task.Memory, buffer, Math.Min(count, int.MaxValue));
        return new SendOperation(file, source, (MessageFlags)flags, null, Sender(task), to).Start(task);
    }

    /// <summary>Receives on a connected socket. recvfrom(2).</summary>
    [Syscall(X64 = 45, Support = Support.Partial, Missing = Missing, Name = "recvfrom")]
    internal static SysResult RecvFrom(
        KernelTask task, Fd fd, UserAddress buffer, nuint count, int flags, UserAddress address, UserPointer<int> addressLength)
    {
        if (task.Files[fd] is not { File: LocalSocket } file)
            return SocketCalls.NotASocket(task, fd);
        if (((MessageFlags)flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        return Receive(task, file, buffer, count, flags, address, addressLength.Address);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Receive(
        KernelTask task, OpenFileDescription file, UserAddress buffer, nuint count, int flags, UserAddress nameAt = default, UserAddress nameLengthAt = default)
    {
        if (file.File is not LocalSocket)
            return Errno.ENOTSOCK;
        if (((MessageFlags)flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        var target = new UserBuffer(task.Memory, buffer, Math.Min(count, int.MaxValue));
        return new ReceiveOperation(file, target, (MessageFlags)flags, default, default)
        {
            NameAt = nameAt, NameLengthAt = nameLengthAt,
        }.Start(task);
    }

    /// <summary>Sends several buffers, with files or credentials. sendmsg(2).</summary>
    [Syscall(X64 = 46, Support = Support.Partial, Missing = Missing, Name = "sendmsg")]
    internal static SysResult SendMsg(KernelTask task, Fd fd, UserPointer<MessageHeader> message, int flags)
    {
        return task.Files[fd] is { File: LocalSocket } file ? SendMsg(task, file, message, flags) : SocketCalls.NotASocket(task, fd);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult SendMsg(KernelTask task, OpenFileDescription file, UserPointer<MessageHeader> message, int flags)
    {
        if (file.File is not LocalSocket socket)
            return Errno.ENOTSOCK;
        LocalSocket? to = null;
        Errno e = ReadHeader(task, message, out MessageHeader header, out UserBuffer buffer);
        if (e == 0)
            e = Check(task, socket, (MessageFlags)flags, new UserAddress(header.Name), header.NameLength, out to);
        if (e != 0)
            return e;
        MessageSender sender = Sender(task);
        e = AncillaryData.Read(task, header, out OpenFileDescription[]? files, ref sender);
        return e != 0 ? e : new SendOperation(file, buffer, (MessageFlags)flags, files, sender, to).Start(task);
    }

    /// <summary>Receives into several buffers, with files or credentials. recvmsg(2).</summary>
    [Syscall(X64 = 47, Support = Support.Partial, Missing = Missing, Name = "recvmsg")]
    internal static SysResult RecvMsg(KernelTask task, Fd fd, UserPointer<MessageHeader> message, int flags)
    {
        return task.Files[fd] is { File: LocalSocket } file ? RecvMsg(task, file, message, flags) : SocketCalls.NotASocket(task, fd);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult RecvMsg(KernelTask task, OpenFileDescription file, UserPointer<MessageHeader> message, int flags)
    {
        if (file.File is not LocalSocket)
            return Errno.ENOTSOCK;
        Errno e = ReadHeader(task, message, out MessageHeader header, out UserBuffer buffer);
        if (e != 0)
            return e;
        if (((MessageFlags)flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        return new ReceiveOperation(file, buffer, (MessageFlags)flags, message.Address, header).Start(task);
    }

    private static Errno ReadHeader(KernelTask task, UserPointer<MessageHeader> message, out MessageHeader header, out UserBuffer buffer)
    {
        buffer = default;
        if (!task.Memory.TryRead(message, out header))
            return Errno.EFAULT;
        if (header.NameLength < 0)
            return Errno.EINVAL;
        if (header.VectorLength > IOV_MAX)
            return Errno.EMSGSIZE;
        return TransferCalls.Gather(task, new UserPointer<IoVector>(header.Vector), (int)header.VectorLength, out buffer);
    }

    // Where a message goes that names its receiver; a connection has but one.
    private static Errno Check(KernelTask task, LocalSocket socket, MessageFlags flags, UserAddress address, int length, out LocalSocket? to)
    {
        to = null;
        if ((flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        if (address.IsNull || length == 0)
            return 0;
        if (socket.Kind == SocketKind.Stream)
            return socket.IsConnected ? Errno.EISCONN : Errno.EOPNOTSUPP;
        if (socket.Kind != SocketKind.Datagram)
            return 0;
        Errno e = SocketAddresses.Read(task, address, length, out byte[] name);
        if (e == 0)
            e = SocketAddresses.Find(task, name, out to);
        return e == 0 && to!.Kind != socket.Kind ? Errno.EPROTOTYPE : e;
    }

    private static MessageSender Sender(KernelTask task) => new(task.Process.Pid.Value, task.Credentials.Uid, task.Credentials.Gid);
}

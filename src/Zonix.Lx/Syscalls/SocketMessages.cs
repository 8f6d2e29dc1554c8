using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Sending to and receiving from sockets. send(2), recv(2).</summary>
internal static class SocketMessages
{
    private const ulong IOV_MAX = 1024;

    /// <summary>Sends, to the other end or a given name. sendto(2).</summary>
    [Syscall(X64 = 44, I386 = 369, Name = "sendto")]
    internal static SysResult SendTo(
        KernelTask task, Fd fd, UserAddress buffer, nuint count, int flags, UserAddress address, int addressLength)
    {
        return task.Files[fd] is { File: ISocket } file
            ? Send(task, file, buffer, count, flags, address, addressLength)
            : SocketCalls.NotASocket(task, fd);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Send(
        KernelTask task, OpenFileDescription file, UserAddress buffer, nuint count, int flags, UserAddress address, int addressLength)
    {
        if (file.File is not ISocket socket)
            return Errno.ENOTSOCK;
        var message = new OutgoingMessage { Flags = (MessageFlags)flags, Sender = MessageSender.Of(task) };
        Errno e = ReadName(task, socket, address, addressLength, ref message);
        if (e == 0)
            e = socket.Address(task, ref message);
        if (e != 0)
            return e;
        var source = new UserBuffer(task.Memory, buffer, Math.Min(count, int.MaxValue));
        return new SendOperation(file, source, message).Start(task);
    }

    /// <summary>Receives, and tells who sent. recvfrom(2).</summary>
    [Syscall(X64 = 45, I386 = 371, Name = "recvfrom")]
    internal static SysResult RecvFrom(
        KernelTask task, Fd fd, UserAddress buffer, nuint count, int flags, UserAddress address, UserPointer<int> addressLength)
    {
        return task.Files[fd] is { File: ISocket } file
            ? Receive(task, file, buffer, count, flags, address, addressLength.Address)
            : SocketCalls.NotASocket(task, fd);
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Receive(
        KernelTask task, OpenFileDescription file, UserAddress buffer, nuint count, int flags, UserAddress nameAt = default, UserAddress nameLengthAt = default)
    {
        if (file.File is not ISocket)
            return Errno.ENOTSOCK;
        var target = new UserBuffer(task.Memory, buffer, Math.Min(count, int.MaxValue));
        return new ReceiveOperation(file, target, (MessageFlags)flags, default, default)
        {
            NameAt = nameAt, NameLengthAt = nameLengthAt,
        }.Start(task);
    }

    /// <summary>Sends several buffers, with what goes along. sendmsg(2).</summary>
    [Syscall(X64 = 46, I386 = 370, Name = "sendmsg")]
    internal static SysResult SendMsg(KernelTask task, Fd fd, UserPointer<MessageHeader> message, int flags) =>
        task.Files[fd] is { File: ISocket } file ? SendMsg(task, file, message, flags) : SocketCalls.NotASocket(task, fd);

    /// <summary>The same, of a description.</summary>
    internal static SysResult SendMsg(KernelTask task, OpenFileDescription file, UserPointer<MessageHeader> message, int flags)
    {
        if (file.File is not ISocket socket)
            return Errno.ENOTSOCK;
        Errno e = Prepare(task, socket, message, flags, out UserBuffer buffer, out OutgoingMessage outgoing);
        return e != 0 ? e : new SendOperation(file, buffer, outgoing).Start(task);
    }

    /// <summary>Reads all that a msghdr says of what is to be sent. The files carry references.</summary>
    internal static Errno Prepare(
        KernelTask task, ISocket socket, UserPointer<MessageHeader> message, int flags, out UserBuffer buffer, out OutgoingMessage outgoing)
    {
        outgoing = new OutgoingMessage { Flags = (MessageFlags)flags, Sender = MessageSender.Of(task) };
        Errno e = ReadHeader(task, message, out MessageHeader header, out buffer);
        if (e == 0)
            e = ReadName(task, socket, new UserAddress(header.Name), Math.Min(header.NameLength, SocketAddresses.Largest), ref outgoing);
        if (e == 0)
            e = socket.Address(task, ref outgoing);
        return e != 0 ? e : AncillaryData.Read(task, socket, header, ref outgoing);
    }

    /// <summary>Receives into several buffers, with what came along. recvmsg(2).</summary>
    [Syscall(X64 = 47, I386 = 372, Name = "recvmsg")]
    internal static SysResult RecvMsg(KernelTask task, Fd fd, UserPointer<MessageHeader> message, int flags) =>
        task.Files[fd] is { File: ISocket } file ? RecvMsg(task, file, message, flags) : SocketCalls.NotASocket(task, fd);

    /// <summary>The same, of a description.</summary>
    internal static SysResult RecvMsg(KernelTask task, OpenFileDescription file, UserPointer<MessageHeader> message, int flags)
    {
        if (file.File is not ISocket)
            return Errno.ENOTSOCK;
        Errno e = ReadHeader(task, message, out MessageHeader header, out UserBuffer buffer);
        return e != 0 ? e : new ReceiveOperation(file, buffer, (MessageFlags)flags, message.Address, header).Start(task);
    }

    /// <summary>Reads a msghdr and its buffers. EFAULT, EINVAL, EMSGSIZE.</summary>
    internal static Errno ReadHeader(KernelTask task, UserPointer<MessageHeader> message, out MessageHeader header, out UserBuffer buffer)
    {
        buffer = default;
        if (!task.TryRead(message, out header))
            return Errno.EFAULT;
        if (header.NameLength < 0)
            return Errno.EINVAL;
        if (header.VectorLength > IOV_MAX)
            return Errno.EMSGSIZE;
        return TransferCalls.Gather(task, new UserPointer<IoVector>(header.Vector), (int)header.VectorLength, out buffer);
    }

    private static Errno ReadName(KernelTask task, ISocket socket, UserAddress address, int length, ref OutgoingMessage message)
    {
        if (address.IsNull || length == 0)
            return 0;
        Errno e = SocketAddresses.Read(task, socket.Family, address, length, out SocketName name);
        message.To = name;
        return e;
    }
}

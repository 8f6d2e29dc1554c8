using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A receive that waits until there is something, or with MSG_WAITALL until the buffer is full. recv(2).</summary>
/// <param name="header">Where recvmsg(2) wants to know more; null for recv(2).</param>
internal sealed class ReceiveOperation(OpenFileDescription file, UserBuffer buffer, MessageFlags flags, UserAddress header, MessageHeader known)
    : ITimedOperation, IInterruptibleOperation
{
    private readonly ISocket socket = (ISocket)file.File;
    private bool mayNotWait = (flags & (MessageFlags.MSG_DONTWAIT | MessageFlags.MSG_ERRQUEUE)) != 0 || file.NonBlocking;
    private UserBuffer buffer = buffer;
    private long done;

    /// <summary>Where recvfrom(2) wants the sender's name; null: nowhere.</summary>
    internal UserAddress NameAt { get; init; }

    /// <summary>The room there, and where the name's length goes.</summary>
    internal UserAddress NameLengthAt { get; init; }

    /// <summary>Receives, waiting if that is allowed.</summary>
    internal SysResult Start(KernelTask task)
    {
        if (task.IsCapturing)
            mayNotWait = (flags & (MessageFlags.MSG_DONTWAIT | MessageFlags.MSG_ERRQUEUE)) != 0;
        if (mayNotWait)
            return TryOnce(task);
        long limit = socket.Settings.ReceiveTimeoutNs;
        return limit == 0
            ? task.Block(socket.ReadQueue, this)
            : task.Block(socket.ReadQueue, this, Deadlines.After(task, limit), Restart.Never);
    }

    /// <summary>Receives without waiting; EAGAIN when there is nothing.</summary>
    internal SysResult TryOnce(KernelTask task) => Try(task, out SysResult result) ? result : Partly(task, Errno.EAGAIN);

    public bool Try(KernelTask task, out SysResult result)
    {
        bool peek = (flags & MessageFlags.MSG_PEEK) != 0;
        bool isStream = socket.Kind == SocketKind.Stream && !peek;
        bool all = isStream && (flags & MessageFlags.MSG_WAITALL) != 0;
        // socket(7), SO_RCVLOWAT: who may wait waits for so many bytes.
        long least = isStream && !mayNotWait ? socket.Settings[SocketOption.ReceiveLowWater] : 1;
        MessageFlags how = mayNotWait ? flags | MessageFlags.MSG_DONTWAIT : flags;
        while (true)
        {
            SysResult received = socket.Receive(ref buffer, how, out ReceivedMessage message);
            if (received.IsError)
            {
                message.ReleaseFiles();
                result = received.Error == Errno.EAGAIN ? default : Partly(task, received);
                return received.Error != Errno.EAGAIN;
            }
            done += received.Value;
            if ((all || done < least) && received.Value > 0 && buffer.Remaining > 0 && message.Files is null && (message.Flags & MessageFlags.MSG_OOB) == 0)
                continue;
            bool whole = (flags & MessageFlags.MSG_TRUNC) != 0 && message.IsTruncated;
            result = Deliver(task, ref message, whole ? message.Length : done);
            return true;
        }
    }

    public SysResult TimedOut(KernelTask task) => Partly(task, Errno.EAGAIN);

    public SysResult Interrupted(KernelTask task, SysResult result) => Partly(task, result);

    private SysResult Partly(KernelTask task, SysResult result)
    {
        var nothing = default(ReceivedMessage);
        return done > 0 ? Deliver(task, ref nothing, done) : result;
    }

    private SysResult Deliver(KernelTask task, ref ReceivedMessage message, long answer)
    {
        if (header.IsNull)
        {
            message.ReleaseFiles();
            Errno named = NameAt.IsNull ? 0 : WriteName(task, message.From);
            return named != 0 ? named : answer;
        }
        MessageHeader told = known;
        told.Flags = (int)((flags & MessageFlags.MSG_CMSG_CLOEXEC) | message.Flags);
        Errno e = AncillaryData.Write(task, ref told, socket, ref message, (flags & MessageFlags.MSG_CMSG_CLOEXEC) != 0);
        Span<byte> name = stackalloc byte[SocketAddresses.Largest];
        int length = SocketAddresses.Format(message.From, name);
        // The rest of the header is not written.
        GuestAbi abi = task.CallAbi;
        bool well = (told.Name == 0 || (task.Memory.TryCopyOut(new UserAddress(told.Name), name[..Math.Min(length, told.NameLength)]) &&
            task.Memory.TryWrite(header + MessageHeader.OffsetOfNameLength(abi), length))) &&
            task.Memory.TryWrite(header + MessageHeader.OffsetOfFlags(abi), told.Flags) &&
            task.TryWrite(header + MessageHeader.OffsetOfControlLength(abi), new GuestWord(told.ControlLength));
        return e != 0 ? e : well ? answer : Errno.EFAULT;
    }

    // Who has no name is told of by a length of 0.
    private Errno WriteName(KernelTask task, in SocketName name)
    {
        if (name.Family != SocketFamily.Unspecified)
            return SocketAddresses.Write(task, NameAt, NameLengthAt, name);
        if (!task.Memory.TryRead(NameLengthAt, out int room))
            return Errno.EFAULT;
        if (room < 0)
            return Errno.EINVAL;
        return task.Memory.TryWrite(NameLengthAt, 0) ? 0 : Errno.EFAULT;
    }
}

using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>Several messages in one call. recvmmsg(2), sendmmsg(2).</summary>
internal static class MultipleMessages
{
    private const int UIO_MAXIOV = 1024;

    /// <summary>Receives several messages. recvmmsg(2).</summary>
    [Syscall(X64 = 299, I386 = 337, Name = "recvmmsg")]
    [Syscall(I386 = 417, Name = "recvmmsg_time64", Wide = true)]
    internal static SysResult RecvMmsg(KernelTask task, Fd fd, UserPointer<MultipleMessageHeader> vector, uint count, int flags, UserPointer<Timespec> timeout)
    {
        long deadline = long.MaxValue;
        if (!timeout.IsNull)
        {
            if (!task.TryRead(timeout, out Timespec limit))
                return Errno.EFAULT;
            if (limit.Seconds < 0 || (ulong)limit.Nanoseconds >= 1_000_000_000)
                return Errno.EINVAL;
            deadline = Deadlines.After(task, limit.ToNs());
        }
        if (task.Files[fd] is not { File: ISocket socket } file)
            return SocketCalls.NotASocket(task, fd);
        Errno waiting = socket.TakeError();
        return waiting != 0 ? waiting : new ReceiveSeveral(file, vector, Math.Min(count, UIO_MAXIOV), (MessageFlags)flags, deadline).Start(task);
    }

    /// <summary>Sends several messages. sendmmsg(2).</summary>
    [Syscall(X64 = 307, I386 = 345, Name = "sendmmsg")]
    internal static SysResult SendMmsg(KernelTask task, Fd fd, UserPointer<MultipleMessageHeader> vector, uint count, int flags) =>
        task.Files[fd] is { File: ISocket } file
            ? new SendSeveral(file, vector, Math.Min(count, UIO_MAXIOV), flags).Start(task)
            : SocketCalls.NotASocket(task, fd);

    private static ulong LengthAt(KernelTask task) => MultipleMessageHeader.OffsetOfLength(task.CallAbi);

    private sealed class ReceiveSeveral(OpenFileDescription file, UserPointer<MultipleMessageHeader> vector, uint count, MessageFlags flags, long deadline)
        : ITimedOperation, IInterruptibleOperation
    {
        private readonly ISocket socket = (ISocket)file.File;
        private uint done;

        internal SysResult Start(KernelTask task)
        {
            if ((flags & MessageFlags.MSG_DONTWAIT) != 0 || (file.NonBlocking && !task.IsCapturing))
                return Try(task, out SysResult result) ? result : Answer(Errno.EAGAIN);
            long limit = socket.Settings.ReceiveTimeoutNs;
            return limit == 0
                ? task.Block(socket.ReadQueue, this)
                : task.Block(socket.ReadQueue, this, Deadlines.After(task, limit), Restart.Never);
        }

        public bool Try(KernelTask task, out SysResult result)
        {
            while (done < count)
            {
                UserAddress at = task.Element(vector, (int)done).Address;
                Errno e = SocketMessages.ReadHeader(task, new UserPointer<MessageHeader>(at.Value), out MessageHeader header, out UserBuffer buffer);
                MessageFlags how = (flags & ~MessageFlags.MSG_WAITFORONE) | MessageFlags.MSG_DONTWAIT;
                SysResult received = e != 0 ? e : new ReceiveOperation(file, buffer, how, at, header).TryOnce(task);
                if (received.Raw == -(long)Errno.EAGAIN)
                {
                    result = Answer(received);
                    // The time limit is looked at between messages alone. recvmmsg(2), "BUGS".
                    return done > 0 && (flags & MessageFlags.MSG_WAITFORONE) != 0;
                }
                if (received.IsError || !task.Memory.TryWrite(at + LengthAt(task), (int)received.Value))
                {
                    result = Answer(received.IsError ? received : Errno.EFAULT);
                    return true;
                }
                done++;
                if (deadline != long.MaxValue && task.Machine.Clock.MonotonicNs >= deadline)
                    break;
            }
            result = done;
            return true;
        }

        public SysResult TimedOut(KernelTask task) => Answer(Errno.EAGAIN);

        public SysResult Interrupted(KernelTask task, SysResult result) => Answer(result);

        private SysResult Answer(SysResult result) => done > 0 ? done : result;
    }

    private sealed class SendSeveral(OpenFileDescription file, UserPointer<MultipleMessageHeader> vector, uint count, int flags) : IInterruptibleOperation, ITimedOperation
    {
        private readonly ISocket socket = (ISocket)file.File;
        private SendOperation? current;
        private uint done;

        internal SysResult Start(KernelTask task)
        {
            if (((MessageFlags)flags & MessageFlags.MSG_DONTWAIT) != 0 || (file.NonBlocking && !task.IsCapturing))
                return Try(task, out SysResult result) ? result : Interrupted(task, Errno.EAGAIN);
            long limit = socket.Settings.SendTimeoutNs;
            return limit == 0
                ? task.Block(socket.WriteQueue, this)
                : task.Block(socket.WriteQueue, this, Deadlines.After(task, limit), Restart.Never);
        }

        public bool Try(KernelTask task, out SysResult result)
        {
            while (done < count)
            {
                UserAddress at = task.Element(vector, (int)done).Address;
                if (current is null)
                {
                    Errno e = SocketMessages.Prepare(
                        task, socket, new UserPointer<MessageHeader>(at.Value), flags, out UserBuffer buffer, out OutgoingMessage message);
                    if (e != 0)
                    {
                        result = Answer(e);
                        return true;
                    }
                    current = new SendOperation(file, buffer, message);
                }
                if (!current.Try(task, out SysResult sent))
                {
                    result = default;
                    return false;
                }
                current = null;
                if (sent.IsError || !task.Memory.TryWrite(at + LengthAt(task), (int)sent.Value))
                {
                    result = Answer(sent.IsError ? sent : Errno.EFAULT);
                    return true;
                }
                done++;
            }
            result = done;
            return true;
        }

        public SysResult TimedOut(KernelTask task) => Interrupted(task, Errno.EAGAIN);

        public SysResult Interrupted(KernelTask task, SysResult result)
        {
            SysResult partly = current?.Interrupted(task, result) ?? result;
            current = null;
            return done > 0 ? done : partly;
        }

        private SysResult Answer(SysResult result) => done > 0 ? done : result;
    }
}

using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>System V message queues. msgget(2), msgop(2), msgctl(2).</summary>
internal static class MessageQueueCalls
{
    private const int MSGPOOL = 512_000, MSGMNB = 16384, MSGSSZ = 16;
    private const ushort MSGSEG = 0xFFFF;

    /// <summary>Finds or makes a queue. msgget(2).</summary>
    [Syscall(X64 = 68, I386 = 399)]
    internal static SysResult Msgget(KernelTask task, int key, int flags) => IpcCalls.Of(task).Messages.Get(task, key, flags);

    /// <summary>Sends a message. msgsnd(2).</summary>
    [Syscall(X64 = 69, I386 = 400)]
    internal static SysResult Msgsnd(KernelTask task, int id, UserAddress message, nuint size, MsgFlags flags)
    {
        if (!task.TryRead(message, out GuestWord word))
            return Errno.EFAULT;
        // A long: its sign counts.
        long type = task.CallAbi == GuestAbi.X64 ? (long)word.Value : (int)word.Value;
        MessageQueues queues = IpcCalls.Of(task).Messages;
        if (size > (nuint)queues.MaxSize || id < 0 || type < 1)
            return Errno.EINVAL;
        var text = new byte[size];
        return task.Memory.TryCopyIn(message + (ulong)GuestWord.SizeOf(task.CallAbi), text)
            ? queues.Send(task, id, new Message(type, text), (flags & MsgFlags.IPC_NOWAIT) == 0)
            : Errno.EFAULT;
    }

    /// <summary>Receives a message. msgrcv(2).</summary>
    [Syscall(X64 = 70, I386 = 401)]
    internal static SysResult Msgrcv(KernelTask task, int id, UserAddress message, nuint size, nint type, MsgFlags flags)
    {
        if (id < 0 || (long)size < 0)
            return Errno.EINVAL;
        if ((flags & MsgFlags.MSG_COPY) != 0 && ((flags & MsgFlags.MSG_EXCEPT) != 0 || (flags & MsgFlags.IPC_NOWAIT) == 0))
            return Errno.EINVAL;
        return IpcCalls.Of(task).Messages.Receive(task, id, message, size, type, flags);
    }

    /// <summary>Controls a queue. msgctl(2).</summary>
    [Syscall(X64 = 71, I386 = 402)]
    internal static SysResult Msgctl(KernelTask task, int id, MsgCommand command, UserAddress buffer)
    {
        MessageQueues queues = IpcCalls.Of(task).Messages;
        if (id < 0 || command < 0)
            return Errno.EINVAL;
        switch (command)
        {
            case MsgCommand.IPC_INFO or MsgCommand.MSG_INFO:
                return Info(task, queues, buffer, used: command == MsgCommand.MSG_INFO);
            case MsgCommand.IPC_STAT or MsgCommand.MSG_STAT or MsgCommand.MSG_STAT_ANY:
                SysResult found = FindStatus(task, id, command, out Msqid64 status);
                return found.IsError ? found : IpcCalls.Put(task, buffer, status, found);
            case MsgCommand.IPC_SET:
                return task.TryRead(buffer, out Msqid64 to) ? queues.Change(task, id, to) : Errno.EFAULT;
            case MsgCommand.IPC_RMID:
                return queues.Remove(task, id);
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>The status of a queue, by its number or, for MSG_STAT, its index. msgctl(2).</summary>
    internal static SysResult FindStatus(KernelTask task, int id, MsgCommand command, out Msqid64 status)
    {
        MessageQueues queues = IpcCalls.Of(task).Messages;
        if (command != MsgCommand.IPC_STAT)
            return StatusAt(task, queues, id, command == MsgCommand.MSG_STAT_ANY, out status);
        Msqid64 found = default;
        SysResult result = queues.Inspect(task, id, queue => Status(queue, 0, out found));
        status = found;
        return result;
    }

    private static SysResult Status(MessageQueue queue, SysResult result, out Msqid64 status)
    {
        status = new Msqid64
        {
            Permissions = queue.Permissions, SendTime = queue.SendTime, ReceiveTime = queue.ReceiveTime, ChangeTime = queue.ChangeTime,
            Bytes = queue.Bytes, Count = (ulong)queue.Count, MaxBytes = queue.MaxBytes,
            LastSender = queue.LastSender, LastReceiver = queue.LastReceiver,
        };
        return result;
    }

    private static SysResult StatusAt(KernelTask task, MessageQueues queues, int index, bool any, out Msqid64 status)
    {
        status = default;
        lock (queues.Table.Gate)
        {
            if (queues.Table.At(index) is not { } queue)
                return Errno.EINVAL;
            if (!any && !queue.Allows(task.Credentials, 0x124))
                return Errno.EACCES;
            return Status(queue, queue.Id, out status);
        }
    }

    private static SysResult Info(KernelTask task, MessageQueues queues, UserAddress place, bool used)
    {
        var info = new MsgInfo
        {
            Pool = MSGPOOL, Map = MSGMNB, MaxSize = queues.MaxSize, MaxBytes = queues.MaxBytes, MaxQueues = queues.MaxQueues,
            SegmentSize = MSGSSZ, Total = MSGMNB, Segments = MSGSEG,
        };
        SysResult highest;
        lock (queues.Table.Gate)
        {
            highest = queues.Table.HighestIndex;
            if (used)
            {
                info.Pool = queues.Table.Count;
                info.Map = info.Total = 0;
                foreach (MessageQueue queue in queues.Table.All)
                {
                    info.Map += queue.Count;
                    info.Total += (int)queue.Bytes;
                }
            }
        }
        return IpcCalls.Put(task, place, info, highest);
    }
}

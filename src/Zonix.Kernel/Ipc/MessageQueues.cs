using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Ipc;

/// <summary>The System V message queues of a namespace. msgget(2), msgop(2), msgctl(2).</summary>
public sealed class MessageQueues
{
    private const int CAP_SYS_RESOURCE = 24;
    private const uint Read = 0x124;

    /// <summary>The queues.</summary>
    public IpcTable<MessageQueue> Table { get; } = new();

    /// <summary>The longest message. /proc/sys/kernel/msgmax.</summary>
    public int MaxSize { get; set; } = 8192;

    /// <summary>Bytes a new queue may hold. /proc/sys/kernel/msgmnb.</summary>
    public int MaxBytes { get; set; } = 16384;

    /// <summary>Most queues. /proc/sys/kernel/msgmni.</summary>
    public int MaxQueues { get; set; } = 32000;

    /// <summary>msgget(2).</summary>
    public SysResult Get(KernelTask task, int key, int flags)
    {
        lock (Table.Gate)
        {
            return Table.Get(task.Credentials, key, flags, static _ => 0, () => Table.Add(
                new MessageQueue(key, (uint)flags, task.Credentials, (ulong)MaxBytes) { ChangeTime = IpcNamespace.Now(task) }, MaxQueues));
        }
    }

    /// <summary>msgsnd(2); size and type have been checked.</summary>
    public SysResult Send(KernelTask task, int id, Message message, bool waits)
    {
        MessageQueue? queue;
        lock (Table.Gate)
            queue = Table.Find(id);
        return queue is null
            ? Errno.EINVAL
            : task.Block([], new MessageSend(task, Table.Gate, queue, message, waits), restart: Restart.IfNoHandler);
    }

    /// <summary>msgrcv(2); the flags have been checked.</summary>
    public SysResult Receive(KernelTask task, int id, UserAddress buffer, ulong size, long type, MsgFlags flags)
    {
        MessageQueue? queue;
        lock (Table.Gate)
            queue = Table.Find(id);
        if (queue is null)
            return Errno.EINVAL;
        var wait = new MessageReceive(task, Table.Gate, queue, new MessageSearch(type, flags), buffer, size, flags);
        return task.Block([], wait, restart: Restart.IfNoHandler);
    }

    /// <summary>IPC_RMID.</summary>
    public SysResult Remove(KernelTask task, int id)
    {
        lock (Table.Gate)
        {
            if (Table.Find(id) is not { } queue)
                return Errno.EINVAL;
            if (!queue.IsOwnedBy(task.Credentials))
                return Errno.EPERM;
            Table.Remove(queue);
            foreach (MessageReceive wait in queue.Receivers)
                wait.Complete(Errno.EIDRM);
            foreach (MessageSend wait in queue.Senders)
                wait.Complete(Errno.EIDRM);
            return 0;
        }
    }

    /// <summary>IPC_SET: owner, permissions, capacity. Waiters look again, since permissions and room may have changed.</summary>
    public SysResult Change(KernelTask task, int id, in Msqid64 to)
    {
        lock (Table.Gate)
        {
            if (Table.Find(id) is not { } queue)
                return Errno.EINVAL;
            if (!queue.IsOwnedBy(task.Credentials) || (to.MaxBytes > (ulong)MaxBytes && !task.Credentials.Has(CAP_SYS_RESOURCE)))
                return Errno.EPERM;
            queue.MaxBytes = to.MaxBytes;
            queue.SetPermissions(to.Permissions, IpcNamespace.Now(task));
            foreach (MessageReceive wait in queue.Receivers)
                wait.Retry();
            queue.Receivers.Clear();
            foreach (MessageSend wait in queue.Senders)
                wait.Retry();
            queue.Senders.Clear();
            return 0;
        }
    }

    /// <summary>A queue that the caller may read, through <paramref name="read"/>, which runs under the gate.</summary>
    public SysResult Inspect(KernelTask task, int id, Func<MessageQueue, SysResult> read)
    {
        lock (Table.Gate)
        {
            return Table.Find(id) is not { } queue ? Errno.EINVAL : queue.Allows(task.Credentials, Read) ? read(queue) : Errno.EACCES;
        }
    }
}

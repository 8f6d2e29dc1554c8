using System.Text;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Ipc;

/// <summary>A POSIX message queue: messages by priority, each priority in order. mq_overview(7).</summary>
public sealed class PosixQueue
{
    private readonly SortedList<uint, Queue<byte[]>> byPriority = [];
    private readonly LinkedList<PosixSend> senders = new();
    private readonly LinkedList<PosixReceive> receivers = new();
    private PosixNotification? notification;
    private long bytes;

    internal PosixQueue(Func<PosixQueue, IInode> inode, int maxMessages, int messageSize, uint owner)
    {
        Inode = inode(this);
        MaxMessages = maxMessages;
        MessageSize = messageSize;
        Owner = owner;
    }

    /// <summary>Its attributes and permissions.</summary>
    public IInode Inode { get; }

    /// <summary>Messages it holds at most.</summary>
    public int MaxMessages { get; }

    /// <summary>The longest message.</summary>
    public int MessageSize { get; }

    /// <summary>Messages it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Woken when a message has come.</summary>
    public WaitQueue ReadQueue { get; } = new();

    /// <summary>Woken when there is room again.</summary>
    public WaitQueue WriteQueue { get; } = new();

    /// <summary>What it counts against its owner's RLIMIT_MSGQUEUE.</summary>
    internal ulong Charge => ChargeFor(MaxMessages, MessageSize);

    /// <summary>Whose limit it counts against.</summary>
    internal uint Owner { get; }

    /// <summary>Open descriptions, and one while it has a name. Under the gate of the namespace's queues.</summary>
    internal int References { get; set; } = 1;

    /// <summary>Whether it can still be opened by name.</summary>
    internal bool HasName { get; set; } = true;

    internal Lock Gate { get; } = new();

    /// <summary>Linux's size of a queue: its messages, and the tree that orders them.</summary>
    internal static ulong ChargeFor(long maxMessages, long messageSize)
    {
        const ulong MessageHead = 48, TreeNode = 48;
        const long MaxPriorities = 32768;
        return ((ulong)maxMessages * MessageHead) + ((ulong)Math.Min(maxMessages, MaxPriorities) * TreeNode) +
            ((ulong)maxMessages * (ulong)messageSize);
    }

    /// <summary>mq_timedsend(2); length and priority have been checked.</summary>
    public SysResult Send(KernelTask task, byte[] text, uint priority, bool waits, long deadlineNs)
    {
        if (waits)
            return task.Block([], new PosixSend(task, this, text, priority), deadlineNs);
        lock (Gate)
        {
            if (Count >= MaxMessages)
                return Errno.EAGAIN;
            Put(task, text, priority);
            return 0;
        }
    }

    /// <summary>mq_timedreceive(2); the length has been checked.</summary>
    public SysResult Receive(KernelTask task, UserAddress buffer, UserPointer<uint> priority, bool waits, long deadlineNs)
    {
        var receive = new PosixReceive(task, this, buffer, priority, waits);
        return task.Block([], receive, deadlineNs);
    }

    /// <summary>mq_notify(2): asks to be told of the next message that comes to an empty queue. EBUSY.</summary>
    public Errno Notify(PosixNotification wanted)
    {
        lock (Gate)
        {
            if (notification is { } other && !other.Owner.IsExiting)
                return Errno.EBUSY;
            notification = wanted;
            return 0;
        }
    }

    /// <summary>A process no longer wants to be told, or closes the queue.</summary>
    public void CancelNotification(Process owner)
    {
        lock (Gate)
        {
            if (ReferenceEquals(notification?.Owner, owner))
                notification = null;
        }
    }

    /// <summary>The text that a read of the queue's file gives.</summary>
    public byte[] Describe()
    {
        lock (Gate)
        {
            PosixNotification? n = notification;
            string size = bytes.ToString("D", null).PadRight(10), kind = (n?.Kind ?? 0).ToString("D", null).PadRight(5);
            string signal = (n is { Kind: PosixNotification.SIGEV_SIGNAL } ? n.Signal : 0).ToString("D", null).PadRight(5);
            string pid = (n?.Owner.Pid.Value ?? 0).ToString("D", null).PadRight(6);
            return Encoding.ASCII.GetBytes($"QSIZE:{size} NOTIFY:{kind} SIGNO:{signal} NOTIFY_PID:{pid}\n");
        }
    }

    /// <summary>What it is ready for.</summary>
    public PollEvents Poll()
    {
        lock (Gate)
        {
            return (Count > 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0) |
                (Count < MaxMessages ? PollEvents.POLLOUT | PollEvents.POLLWRNORM : 0);
        }
    }

    /// <summary>Sends or enrols. Under the gate.</summary>
    internal bool TrySend(PosixSend send)
    {
        if (Count >= MaxMessages)
        {
            senders.AddLast(send);
            return false;
        }
        Put(send.Task, send.Text, send.Priority);
        return true;
    }

    internal void Leave(PosixSend send) => senders.Remove(send);

    internal void Leave(PosixReceive receive) => receivers.Remove(receive);

    /// <summary>Receives or enrols. Under the gate.</summary>
    internal bool TryReceive(PosixReceive receive)
    {
        if (Count == 0)
        {
            if (receive.Waits)
                receivers.AddLast(receive);
            return false;
        }
        uint priority = byPriority.Keys[^1];
        Queue<byte[]> waiting = byPriority.Values[^1];
        receive.Take(waiting.Dequeue(), priority);
        if (waiting.Count == 0)
            byPriority.RemoveAt(byPriority.Count - 1);
        Count--;
        bytes -= receive.Length;
        if (senders.First is { } sender)
        {
            senders.RemoveFirst();
            Insert(sender.Value.Text, sender.Value.Priority);
            sender.Value.Complete(0);
        }
        else
        {
            WriteQueue.WakeAll();
        }
        return true;
    }

    private void Put(KernelTask sender, byte[] text, uint priority)
    {
        if (receivers.First is { } receiver)
        {
            receivers.RemoveFirst();
            receiver.Value.Take(text, priority);
            receiver.Value.Complete(text.Length);
            return;
        }
        Insert(text, priority);
        if (Count == 1 && notification is { } told)
        {
            notification = null;
            told.Send(sender);
        }
    }

    private void Insert(byte[] text, uint priority)
    {
        if (!byPriority.TryGetValue(priority, out Queue<byte[]>? waiting))
            byPriority.Add(priority, waiting = new Queue<byte[]>());
        waiting.Enqueue(text);
        Count++;
        bytes += text.Length;
        ReadQueue.WakeAll();
    }
}

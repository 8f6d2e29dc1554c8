using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>A System V message queue. msgget(2). Guarded by the gate of its table.</summary>
public sealed class MessageQueue : IpcObject
{
    internal MessageQueue(int key, uint mode, Credentials creator, ulong maxBytes)
        : base(key, mode, creator) => MaxBytes = maxBytes;

    /// <summary>Bytes it may hold, and messages: an empty one counts too.</summary>
    public ulong MaxBytes { get; internal set; }

    /// <summary>Bytes it holds.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Messages it holds.</summary>
    public int Count => Messages.Count;

    /// <summary>When a message was last sent and received, seconds.</summary>
    public long SendTime { get; private set; }

    /// <summary>When a message was last received, seconds.</summary>
    public long ReceiveTime { get; private set; }

    /// <summary>Who sent last.</summary>
    public int LastSender { get; private set; }

    /// <summary>Who received last.</summary>
    public int LastReceiver { get; private set; }

    internal LinkedList<Message> Messages { get; } = new();

    internal LinkedList<MessageReceive> Receivers { get; } = new();

    internal LinkedList<MessageSend> Senders { get; } = new();

    /// <summary>Hands a message to a waiting receiver or keeps it; false: there is no room.</summary>
    internal bool Put(Message message, int sender, long now)
    {
        ulong size = (ulong)message.Text.Length;
        bool fits = size + Bytes <= MaxBytes && 1 + (ulong)Count <= MaxBytes;
        if (!fits)
            return false;
        LastSender = sender;
        SendTime = now;
        for (LinkedListNode<MessageReceive>? node = Receivers.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (!node.Value.Takes(message))
                continue;
            Receivers.Remove(node);
            if (!node.Value.Accept(message))
                continue;
            LastReceiver = node.Value.Task.Process.Pid.Value;
            ReceiveTime = now;
            return true;
        }
        Messages.AddLast(message);
        Bytes += size;
        return true;
    }

    /// <summary>Takes a message out, and lets those in who waited for the room.</summary>
    internal void Take(LinkedListNode<Message> node, int receiver, long now)
    {
        Messages.Remove(node);
        Bytes -= (ulong)node.Value.Text.Length;
        LastReceiver = receiver;
        ReceiveTime = now;
        AdmitSenders(now);
    }

    /// <summary>Carries out the sends that fit, oldest first.</summary>
    internal void AdmitSenders(long now)
    {
        for (LinkedListNode<MessageSend>? node = Senders.First, next; node is not null; node = next)
        {
            next = node.Next;
            if (!Put(node.Value.Message, node.Value.Task.Process.Pid.Value, now))
                continue;
            Senders.Remove(node);
            node.Value.Complete(0);
        }
    }
}

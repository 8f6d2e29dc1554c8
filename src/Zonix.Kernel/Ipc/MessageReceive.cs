using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The wait of msgrcv(2).</summary>
internal sealed class MessageReceive(
    KernelTask task, Lock gate, MessageQueue queue, MessageSearch search, UserAddress buffer, ulong size, MsgFlags flags) : IpcWait(task, gate)
{
    private const uint Read = 0x124;
    private Message? received;

    public bool Takes(Message message) => search.Takes(message);

    /// <summary>A message for the waiting receiver; false when it is too long for it, which ends the wait with E2BIG.</summary>
    public bool Accept(Message message)
    {
        bool fits = Fits(message);
        received = fits ? message : null;
        Complete(fits ? Length(message) : Errno.E2BIG);
        return fits;
    }

    protected override bool Attempt(out SysResult result)
    {
        result = queue.IsRemoved ? Errno.EIDRM : !queue.Allows(Task.Credentials, Read) ? Errno.EACCES : 0;
        if (result.IsError)
            return true;
        if (search.Find(queue.Messages) is { } node)
        {
            result = TakeOut(node);
            return true;
        }
        result = Errno.ENOMSG;
        if ((flags & MsgFlags.IPC_NOWAIT) != 0)
            return true;
        queue.Receivers.AddLast(this);
        return false;
    }

    protected override void Leave() => queue.Receivers.Remove(this);

    protected override SysResult Deliver(SysResult result)
    {
        // The message is lost when it cannot be delivered, as on Linux.
        bool delivered = Task.TryWrite(buffer, new GuestWord((ulong)received!.Type)) &&
            Task.Memory.TryCopyOut(buffer + (ulong)GuestWord.SizeOf(Task.CallAbi), received.Text.AsSpan(0, (int)result.Value));
        return delivered ? result : Errno.EFAULT;
    }

    private SysResult TakeOut(LinkedListNode<Message> node)
    {
        if (!Fits(node.Value))
            return Errno.E2BIG;
        received = node.Value;
        if ((flags & MsgFlags.MSG_COPY) == 0)
            queue.Take(node, Task.Process.Pid.Value, IpcNamespace.Now(Task));
        else if ((ulong)received.Text.Length > size)
            return Errno.EINVAL;
        return Length(received);
    }

    private bool Fits(Message message) => (ulong)message.Text.Length <= size || (flags & MsgFlags.MSG_NOERROR) != 0;

    private long Length(Message message) => (long)Math.Min((ulong)message.Text.Length, size);
}

using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The wait of msgsnd(2).</summary>
internal sealed class MessageSend(KernelTask task, Lock gate, MessageQueue queue, Message message, bool waits) : IpcWait(task, gate)
{
    private const uint Write = 0x92;

    public Message Message => message;

    protected override bool Attempt(out SysResult result)
    {
        result = queue.IsRemoved ? Errno.EIDRM : !queue.Allows(Task.Credentials, Write) ? Errno.EACCES : 0;
        if (result.IsError)
            return true;
        if (queue.Put(message, Task.Process.Pid.Value, IpcNamespace.Now(Task)))
            return true;
        result = Errno.EAGAIN;
        if (waits)
            queue.Senders.AddLast(this);
        return !waits;
    }

    protected override void Leave() => queue.Senders.Remove(this);
}

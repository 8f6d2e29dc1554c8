using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The wait of mq_timedsend(2).</summary>
internal sealed class PosixSend(KernelTask task, PosixQueue queue, byte[] text, uint priority) : IpcWait(task, queue.Gate)
{
    public byte[] Text => text;

    public uint Priority => priority;

    protected override Errno TimeoutError => Errno.ETIMEDOUT;

    protected override bool Attempt(out SysResult result)
    {
        result = 0;
        return queue.TrySend(this);
    }

    protected override void Leave() => queue.Leave(this);
}

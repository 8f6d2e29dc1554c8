using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The wait of mq_timedreceive(2).</summary>
internal sealed class PosixReceive(KernelTask task, PosixQueue queue, UserAddress buffer, UserPointer<uint> place, bool waits)
    : IpcWait(task, queue.Gate)
{
    private byte[] text = [];
    private uint priority;

    public bool Waits => waits;

    public int Length => text.Length;

    protected override Errno TimeoutError => Errno.ETIMEDOUT;

    public void Take(byte[] message, uint with) => (text, priority) = (message, with);

    protected override bool Attempt(out SysResult result)
    {
        bool received = queue.TryReceive(this);
        result = received ? text.Length : Errno.EAGAIN;
        return received || !waits;
    }

    protected override void Leave() => queue.Leave(this);

    protected override SysResult Deliver(SysResult result) =>
        Task.Memory.TryCopyOut(buffer, text) && (place.IsNull || Task.Memory.TryWrite(place, priority)) ? result : Errno.EFAULT;
}

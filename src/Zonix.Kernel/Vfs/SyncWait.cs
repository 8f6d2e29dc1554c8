using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>Waits until one or several things have been written back. Any thread.</summary>
public sealed class SyncWait(int count = 1) : IOperation
{
    private int left = count;
    private int error;

    /// <summary>Woken when all is done.</summary>
    public WaitQueue Queue { get; } = new();

    /// <summary>One of them is done; the first error is what the call answers.</summary>
    public void Complete(Errno e)
    {
        if (e != 0)
            Interlocked.CompareExchange(ref error, (int)e, 0);
        if (Interlocked.Decrement(ref left) > 0)
            return;
        Queue.WakeAll();
        lock (this)
            Monitor.PulseAll(this);
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        result = (Errno)Volatile.Read(ref error);
        return Volatile.Read(ref left) <= 0;
    }

    /// <summary>Waits on the thread that calls.</summary>
    public Errno WaitHere()
    {
        lock (this)
        {
            while (Volatile.Read(ref left) > 0)
                Monitor.Wait(this);
            return (Errno)error;
        }
    }
}

using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A call that a lease is in the way of: it is made again whenever leases change, until it no longer answers EAGAIN.</summary>
internal sealed class LeaseWait : ITimedOperation
{
    private readonly Func<KernelTask, SysResult> call;

    private LeaseWait(Func<KernelTask, SysResult> call) => this.call = call;

    /// <summary>Waits no longer than holders are given.</summary>
    internal static SysResult Block(KernelTask task, Func<KernelTask, SysResult> call)
    {
        FileLeases leases = task.FileSystem.Vfs.Locks.Leases;
        return task.Block(leases.Changed, new LeaseWait(call), leases.Deadline);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        result = call(task);
        return result != Errno.EAGAIN;
    }

    /// <summary>The holders' time is over: their leases are gone when the call looks.</summary>
    public SysResult TimedOut(KernelTask task) => call(task);
}

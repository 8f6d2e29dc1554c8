using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Tasks;

/// <summary>The futex waits of a task, made when first needed and used again and again: waiting allocates nothing.</summary>
internal sealed class FutexWaits(KernelTask task)
{
    private PiWait? pi;
    private RequeueWait? requeue;
    private FutexVector? vector;

    internal Syscalls.FutexWaitCall Plain { get; } = new(task);

    internal PiWait Pi => pi ??= new(task);

    internal RequeueWait Requeue => requeue ??= new(task);

    internal FutexVector Vector => vector ??= new(task);
}

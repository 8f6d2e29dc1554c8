using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Scheduling;

/// <summary>Runnable tasks of one worker, first come first served. Linked through the tasks: no allocation.</summary>
internal sealed class RunQueue
{
    private SpinGate gate;
    private KernelTask? first;
    private KernelTask? last;

    internal bool IsEmpty => Volatile.Read(ref first) is null;

    internal void Push(KernelTask task)
    {
        gate.Enter();
        task.NextRunnable = null;
        if (last is null)
        {
            Volatile.Write(ref first, task);
        }
        else
        {
            last.NextRunnable = task;
        }

        last = task;
        gate.Exit();
    }

    /// <summary>Takes the oldest task that may run on CPU <paramref name="cpu"/>.</summary>
    internal KernelTask? Pop(int cpu)
    {
        if (IsEmpty)
        {
            return null;
        }

        gate.Enter();
        KernelTask? previous = null;
        var task = first;
        while (task is not null && !task.MayRunOn(cpu))
        {
            previous = task;
            task = task.NextRunnable;
        }

        if (task is not null)
        {
            Unlink(task, previous);
        }

        gate.Exit();
        return task;
    }

    private void Unlink(KernelTask task, KernelTask? previous)
    {
        if (previous is null)
        {
            Volatile.Write(ref first, task.NextRunnable);
        }
        else
        {
            previous.NextRunnable = task.NextRunnable;
        }

        if (ReferenceEquals(last, task))
        {
            last = previous;
        }

        task.NextRunnable = null;
    }
}

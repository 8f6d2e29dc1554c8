using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// Runnable tasks of one worker. Those with real-time priority come first, in order of priority and arrival; the others by
/// virtual time, which passes the slower the more weight a task has, so that each gets its share. No allocation but for
/// growth.
/// </summary>
internal sealed class RunQueue
{
    // How far behind a task that has slept may start: it goes first, but cannot save up for ever.
    private const long SleeperCreditNs = Scheduler.SliceNs;

    private SpinGate gate;
    private KernelTask? realtime;
    private KernelTask[] heap = new KernelTask[16];
    private int count;
    private int total;
    private int topPriority;
    private long floorNs;
    private long minimumNs = long.MaxValue;
    private ulong arrivals;

    internal bool IsEmpty => Volatile.Read(ref total) == 0;

    /// <summary>How many tasks are queued.</summary>
    internal int Count => Volatile.Read(ref total);

    /// <summary>The highest real-time priority that is queued; 0: none.</summary>
    internal int TopPriority => Volatile.Read(ref topPriority);

    /// <summary>The least virtual time of the tasks without real-time priority; <see cref="long.MaxValue"/>: there are none.</summary>
    internal long MinimumNs => Volatile.Read(ref minimumNs);

    /// <summary>Adds a task; <paramref name="first"/>: before others of its real-time priority, as it was interrupted.</summary>
    internal void Push(KernelTask task, bool first = false)
    {
        gate.Enter();
        task.QueuedPriority = task.EffectivePriority;
        if (task.QueuedPriority > 0)
        {
            PushRealtime(task, first);
        }
        else
        {
            task.LimitVirtualTime(floorNs, SleeperCreditNs);
            PushFair(task);
        }

        Volatile.Write(ref total, total + 1);
        gate.Exit();
    }

    /// <summary>A task that comes past the queue (it was just woken) may not have saved up more than others.</summary>
    internal bool IsTurnOf(KernelTask task)
    {
        if (task.EffectivePriority > 0 || Volatile.Read(ref count) == 0)
        {
            return TopPriority <= task.EffectivePriority;
        }

        task.LimitCredit(Volatile.Read(ref floorNs), SleeperCreditNs);
        return TopPriority == 0 && task.VirtualTimeNs <= MinimumNs + Scheduler.SliceNs;
    }

    /// <summary>Takes the task whose turn it is among those that may run on CPU <paramref name="cpu"/>.</summary>
    internal KernelTask? Pop(int cpu)
    {
        if (IsEmpty)
        {
            return null;
        }

        gate.Enter();
        var task = PopRealtime(cpu) ?? PopFair(cpu);
        if (task is not null)
        {
            Volatile.Write(ref total, total - 1);
        }

        gate.Exit();
        return task;
    }

    /// <summary>Takes out a task whose place has changed; false: it is not here.</summary>
    internal bool TryRemove(KernelTask task)
    {
        if (IsEmpty)
        {
            return false;
        }

        gate.Enter();
        var found = TryUnlink(task);
        if (!found && task.HeapIndex < count && ReferenceEquals(heap[task.HeapIndex], task))
        {
            RemoveAt(task.HeapIndex);
            found = true;
        }

        if (found)
        {
            Volatile.Write(ref total, total - 1);
        }

        gate.Exit();
        return found;
    }

    /// <summary>Puts a task that yields behind the one whose turn it is.</summary>
    internal void LetOthersGo(KernelTask task)
    {
        var least = MinimumNs;
        if (least != long.MaxValue)
        {
            task.VirtualTimeNs = Math.Max(task.VirtualTimeNs, least + 1);
        }
    }

    /// <summary>Adds the weights of queued tasks to their groups.</summary>
    internal void SumWeights()
    {
        gate.Enter();
        for (var i = 0; i < count; i++)
        {
            heap[i].Group.RunnableWeight += heap[i].Weight;
        }

        gate.Exit();
    }

    private void PushRealtime(KernelTask task, bool first)
    {
        KernelTask? before = null;
        var next = realtime;
        while (next is not null && (next.QueuedPriority > task.QueuedPriority || (!first && next.QueuedPriority == task.QueuedPriority)))
        {
            before = next;
            next = next.NextRunnable;
        }

        task.NextRunnable = next;
        Link(before, task);
    }

    private KernelTask? PopRealtime(int cpu)
    {
        KernelTask? before = null;
        for (var task = realtime; task is not null; before = task, task = task.NextRunnable)
        {
            if (task.MayRunOn(cpu))
            {
                Link(before, task.NextRunnable);
                task.NextRunnable = null;
                return task;
            }
        }

        return null;
    }

    private void Link(KernelTask? before, KernelTask? task)
    {
        if (before is null)
        {
            realtime = task;
            Volatile.Write(ref topPriority, task?.QueuedPriority ?? 0);
        }
        else
        {
            before.NextRunnable = task;
        }
    }

    private void PushFair(KernelTask task)
    {
        if (count == heap.Length)
        {
            Array.Resize(ref heap, count * 2);
        }

        task.Arrival = arrivals++;
        Volatile.Write(ref count, count + 1);
        SiftUp(task, count - 1);
        Volatile.Write(ref minimumNs, heap[0].VirtualTimeNs);
    }

    private KernelTask? PopFair(int cpu)
    {
        var best = -1;
        for (var i = 0; i < count; i++)
        {
            if (heap[i].MayRunOn(cpu) && (best < 0 || IsBefore(heap[i], heap[best])))
            {
                best = i;
                if (i == 0)
                {
                    break;
                }
            }
        }

        if (best < 0)
        {
            return null;
        }

        var task = heap[best];
        RemoveAt(best);
        floorNs = Math.Max(floorNs, task.VirtualTimeNs);
        return task;
    }

    private void RemoveAt(int index)
    {
        var task = heap[index];
        Volatile.Write(ref count, count - 1);
        var moved = heap[count];
        heap[count] = null!;
        if (!ReferenceEquals(moved, task))
        {
            SiftUp(moved, index);
            SiftDown(moved.HeapIndex);
        }

        Volatile.Write(ref minimumNs, count == 0 ? long.MaxValue : heap[0].VirtualTimeNs);
    }

    private bool TryUnlink(KernelTask wanted)
    {
        KernelTask? before = null;
        for (var task = realtime; task is not null; before = task, task = task.NextRunnable)
        {
            if (ReferenceEquals(task, wanted))
            {
                Link(before, task.NextRunnable);
                task.NextRunnable = null;
                return true;
            }
        }

        return false;
    }

    private static bool IsBefore(KernelTask a, KernelTask b) =>
        a.VirtualTimeNs < b.VirtualTimeNs || (a.VirtualTimeNs == b.VirtualTimeNs && a.Arrival < b.Arrival);

    private void SiftUp(KernelTask task, int index)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (!IsBefore(task, heap[parent]))
            {
                break;
            }

            Place(heap[parent], index);
            index = parent;
        }

        Place(task, index);
    }

    private void SiftDown(int index)
    {
        var task = heap[index];
        for (var child = (index * 2) + 1; child < count; child = (index * 2) + 1)
        {
            if (child + 1 < count && IsBefore(heap[child + 1], heap[child]))
            {
                child++;
            }

            if (!IsBefore(heap[child], task))
            {
                break;
            }

            Place(heap[child], index);
            index = child;
        }

        Place(task, index);
    }

    private void Place(KernelTask task, int index)
    {
        heap[index] = task;
        task.HeapIndex = index;
    }
}

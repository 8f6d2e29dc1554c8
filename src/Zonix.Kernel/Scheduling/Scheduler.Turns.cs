using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Scheduling;

/// <content>Whose turn it is.</content>
public sealed partial class Scheduler
{
    private const long OuterUnit = 1024;

    private CpuGroup[] groups;
    private int ticksSinceSum;

    /// <summary>The group of tasks that were put into no other.</summary>
    public CpuGroup RootGroup { get; }

    /// <summary>Makes a group with the default weight and no limit, in another one or beside the outermost. Any thread.</summary>
    public CpuGroup CreateGroup(CpuGroup? parent = null, bool competes = true)
    {
        gate.Enter();
        var group = new CpuGroup(this, parent, competes);
        // A group comes behind the one that it lies in.
        Volatile.Write(ref groups, [.. groups, group]);
        parent?.Add(group);
        gate.Exit();
        return group;
    }

    /// <summary>Forgets a group whose tasks have ended, or are in another one. Any thread.</summary>
    public void RemoveGroup(CpuGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        gate.Enter();
        Volatile.Write(ref groups, Array.FindAll(groups, other => !ReferenceEquals(other, group)));
        group.Parent?.Remove(group);
        gate.Exit();
        group.LetGo();
    }

    /// <summary>How many tasks run or are queued. Any thread.</summary>
    public int CountRunnable()
    {
        var total = 0;
        for (var i = 0; i < workers.Length; i++)
        {
            if (Volatile.Read(ref workers[i]) is { } worker)
            {
                total += worker.Queue.Count + (worker.HasNext ? 1 : 0) + (worker.Running is not null ? 1 : 0);
            }
        }

        return total;
    }

    /// <summary>A task's priority has changed: it is queued anew, or gives way if it runs and others come first now. Any thread.</summary>
    public void Reposition(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        for (var i = 0; i < workers.Length; i++)
        {
            if (Volatile.Read(ref workers[i]) is not { } worker)
            {
                continue;
            }

            if (worker.Queue.TryRemove(task))
            {
                Place(task);
                return;
            }

            if (ReferenceEquals(worker.Running, task) && worker.Queue.TopPriority > task.EffectivePriority)
            {
                worker.RequestYield();
                return;
            }
        }
    }

    /// <summary>Sees to it that the clock thread ticks: there is a limit to watch.</summary>
    internal void KeepTicking() => NoteBacklog();

    /// <summary>A group has got a limit, or has lost it.</summary>
    internal void NoteBounds(CpuGroup group)
    {
        gate.Enter();
        group.NoteBounds();
        gate.Exit();
    }

    /// <summary>On the clock thread, while tasks are queued or limits are watched: feeds idle workers, ends slices.</summary>
    internal void Tick(long nowNs)
    {
        var queued = WatchLimits(nowNs);
        var waiting = false;
        var delayed = false;
        for (var i = 0; i < workers.Length; i++)
        {
            if (Volatile.Read(ref workers[i]) is { } worker && (!worker.Queue.IsEmpty || worker.HasNext))
            {
                waiting = true;
                delayed |= !worker.Queue.IsEmpty;
                Spill(worker);
            }
        }

        Pressure.Sample(nowNs, delayed);

        for (var i = 0; waiting && i < workers.Length; i++)
        {
            if (Volatile.Read(ref workers[i]) is { } worker && IsTurnOver(worker, nowNs))
            {
                worker.RequestYield();
            }
        }

        if (waiting && groups.Length > 1 && ++ticksSinceSum >= TicksBetweenSums)
        {
            ticksSinceSum = 0;
            SumWeights();
        }

        queued |= waiting;
        if (queued || Interlocked.Exchange(ref backlog, 0) != 0)
        {
            quietTicks = 0;
        }
        else if (++quietTicks > QuietTicksBeforeRest)
        {
            quietTicks = 0;
            Volatile.Write(ref ticking, 0);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref backlog) != 0)
            {
                Volatile.Write(ref ticking, 1);
            }
        }
    }

    private static bool IsTurnOver(Worker worker, long nowNs)
    {
        if (worker.Running is not { EffectivePriority: > 0 } realtime)
        {
            return worker.SliceExpired(nowNs);
        }

        var queued = worker.Queue.TopPriority;
        return queued > realtime.EffectivePriority
            || (queued == realtime.EffectivePriority && realtime.Scheduling.Policy == SchedRoundRobin
                && nowNs - worker.RunStartNs >= worker.Scheduler.RoundRobinSliceNs);
    }

    /// <summary>Whether a group with a limit is active, so that ticks must go on.</summary>
    private bool WatchLimits(long nowNs)
    {
        var active = false;
        foreach (var group in Volatile.Read(ref groups))
        {
            if (!group.HasLimit)
            {
                continue;
            }

            var runningNs = 0L;
            var runs = false;
            for (var i = 0; i < workers.Length; i++)
            {
                if (Volatile.Read(ref workers[i]) is { } worker && worker.Running is { } task && task.Group.IsWithin(group))
                {
                    runs = true;
                    runningNs += Math.Max(0, nowNs - worker.RunStartNs);
                }
            }

            var isOver = group.Tick(nowNs, runningNs);
            active |= runs || isOver;
            for (var i = 0; isOver && i < workers.Length; i++)
            {
                if (Volatile.Read(ref workers[i]) is { } worker && worker.Running is { } task && task.Group.IsWithin(group))
                {
                    worker.RequestYield();
                }
            }
        }

        return active;
    }

    /// <summary>How fast virtual time passes in each group follows from how many of its tasks want to run.</summary>
    private void SumWeights()
    {
        var all = Volatile.Read(ref groups);
        foreach (var group in all)
        {
            group.RunnableWeight = 0;
        }

        for (var i = 0; i < workers.Length; i++)
        {
            if (Volatile.Read(ref workers[i]) is { } worker)
            {
                worker.Queue.SumWeights();
                if (worker.Running is { } task)
                {
                    task.Group.RunnableWeight += task.Weight;
                }
            }
        }

        // From the innermost out: what competes in each group.
        for (var i = all.Length - 1; i >= 0; i--)
        {
            var group = all[i];
            if (group.Parent is { } parent && group.RunnableWeight > 0)
            {
                parent.RunnableWeight += group.Competes ? group.EffectiveWeight : group.RunnableWeight;
            }
        }

        // From the outermost in: its part of the outer one's weight.
        foreach (var group in all)
        {
            if (group.Parent is { } parent && !group.Competes)
            {
                group.OuterWeight = parent.OuterWeight;
                group.RunnableWeight = parent.RunnableWeight;
            }
            else
            {
                group.OuterWeight = group.Parent is { } outer
                    ? Math.Max(1, outer.OuterWeight * group.EffectiveWeight / Math.Max(outer.RunnableWeight, 1))
                    : (long)group.EffectiveWeight * OuterUnit;
            }

            var sum = Math.Max(group.RunnableWeight, 1);
            group.VirtualRate = Math.Max(1, SchedulingWeights.Default * OuterUnit * sum / group.OuterWeight);
        }
    }

    private void Enqueue(Worker worker, KernelTask task, bool first = false)
    {
        task.QueuedSinceNs = Clock.MonotonicNs;
        worker.Queue.Push(task, first);
    }

    private KernelTask? Find(Worker worker)
    {
        while (FindAny(worker) is { } task)
        {
            if (task.Group.IsBounded)
            {
                NoteBacklog();
            }

            if (!task.Group.TryHold(task))
            {
                return task;
            }
        }

        return null;
    }

    private KernelTask? FindAny(Worker worker)
    {
        // A woken task goes first while it is its turn: two that wake each other do not keep the queue waiting for ever.
        if (worker.TakeNext() is { } handed)
        {
            if (!handed.MayRunOn(worker.Index))
            {
                Place(handed);
            }
            else if (worker.Queue.IsEmpty || worker.Queue.IsTurnOf(handed))
            {
                return handed;
            }
            else
            {
                Enqueue(worker, handed);
            }
        }

        // A neighbour whose tasks are behind gives one away, so that shares hold across CPUs.
        var neighbour = Volatile.Read(ref workers[(worker.Index + 1) % workers.Length]);
        if (neighbour is not null && !ReferenceEquals(neighbour, worker) && IsBehind(neighbour.Queue, worker.Queue)
            && neighbour.Queue.Pop(worker.Index) is { } behind)
        {
            return behind;
        }

        if (worker.Queue.Pop(worker.Index) is { } own)
        {
            return own;
        }

        for (var i = 1; i < workers.Length; i++)
        {
            var other = Volatile.Read(ref workers[(worker.Index + i) % workers.Length]);
            if (other?.Queue.Pop(worker.Index) is { } stolen)
            {
                return stolen;
            }
        }

        return null;
    }

    private static bool IsBehind(RunQueue other, RunQueue own)
    {
        if (other.TopPriority != own.TopPriority)
        {
            return other.TopPriority > own.TopPriority;
        }

        var theirs = other.MinimumNs;
        var ours = own.MinimumNs;
        return theirs != long.MaxValue && ours != long.MaxValue && theirs + SliceNs < ours;
    }

    /// <summary>A real-time task goes to a CPU that is idle, or to the one whose task has the least priority, if less than its own.</summary>
    private void PlaceRealtime(KernelTask task)
    {
        Worker? target = null;
        var least = task.EffectivePriority;
        var unstarted = -1;
        for (var i = 0; i < workers.Length; i++)
        {
            if (!task.MayRunOn(i))
            {
                continue;
            }

            if (Volatile.Read(ref workers[i]) is not { } worker)
            {
                unstarted = unstarted < 0 ? i : unstarted;
                continue;
            }

            var priority = worker.Running is { } running ? running.EffectivePriority : -1;
            if (target is null || priority < least)
            {
                target = worker;
                least = priority;
            }
        }

        if (least >= 0 && unstarted >= 0)
        {
            target = StartWorker(unstarted);
            least = -1;
        }

        target ??= TargetFor(task);
        Enqueue(target, task);
        if (least >= 0 && least < task.EffectivePriority)
        {
            target.RequestYield();
        }
        else
        {
            WakeIdle(task);
        }

        NoteBacklog();
    }
}

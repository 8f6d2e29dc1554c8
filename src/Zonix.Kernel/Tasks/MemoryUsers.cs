using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Tasks;

/// <summary>
/// The processes that share one address space: one, but for vfork(2) and clone(2) with CLONE_VM. Holds their tasks while the
/// address space moves to another window, and ends it with the last of them. Any thread.
/// </summary>
public sealed class MemoryUsers : IWindowUser
{
    private readonly Lock gate = new();
    private Process[] processes;
    private int visitors;
    private ManualResetEventSlim? moved;

    /// <summary>The users of an address space that has none yet.</summary>
    internal MemoryUsers(AddressSpace memory, Process first)
    {
        Memory = memory;
        processes = [first];
        memory.User = this;
    }

    /// <summary>The address space.</summary>
    public AddressSpace Memory { get; }

    /// <summary>Whether more than one process uses it.</summary>
    public bool IsShared => Volatile.Read(ref processes).Length > 1;

    /// <inheritdoc/>
    public bool HasManyTasks
    {
        get
        {
            int count = 0;
            foreach (var process in Volatile.Read(ref processes))
            {
                count += process.Tasks.Count;
            }

            return count > 1;
        }
    }

    /// <inheritdoc/>
    public bool IsIdle
    {
        get
        {
            foreach (var process in Volatile.Read(ref processes))
            {
                foreach (var task in process.Tasks)
                {
                    if (!task.IsParked)
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    /// <summary>Whether a move is under way.</summary>
    internal bool IsMoving => Volatile.Read(ref moved) is not null;

    /// <summary>Holds a task, between two calls, while another moves the address space. Blocks the worker: a move takes less than a millisecond.</summary>
    public void WaitForMove(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        ManualResetEventSlim? move;
        do
        {
            task.IsHeld = true;
            task.Clear(TaskAttention.Move);
            Volatile.Read(ref moved)?.Wait();

            // Whoever begins to move now sees that the task is not held, or is seen here.
            task.IsHeld = false;
            Interlocked.MemoryBarrier();
            move = Volatile.Read(ref moved);
        }
        while (move is not null);
    }

    /// <summary>One more process.</summary>
    internal void Add(Process process)
    {
        lock (gate)
        {
            processes = [.. processes, process];
        }
    }

    /// <summary>One less; the last one unmaps everything.</summary>
    internal void Remove(Process process)
    {
        bool last;
        lock (gate)
        {
            processes = Array.FindAll(processes, other => !ReferenceEquals(other, process));
            last = processes.Length == 0 && visitors == 0;
        }

        if (last)
        {
            Memory.Retire();
        }
    }

    /// <summary>Keeps the memory from being unmapped while somebody else looks into it; false when it is gone already.</summary>
    public bool TryVisit()
    {
        lock (gate)
        {
            if (processes.Length == 0)
            {
                return false;
            }

            visitors++;
            return true;
        }
    }

    /// <summary>Ends a visit.</summary>
    public void EndVisit()
    {
        bool last;
        lock (gate)
        {
            visitors--;
            last = processes.Length == 0 && visitors == 0;
        }

        if (last)
        {
            Memory.Retire();
        }
    }

    void IWindowUser.ReplaceWindow(Action replace)
    {
        var caller = Worker.Current?.Running;
        var done = new ManualResetEventSlim();
        while (Interlocked.CompareExchange(ref moved, done, null) is not null)
        {
            if (caller is not null)
            {
                WaitForMove(caller);
            }
        }

        HoldOthers(caller);
        replace();
        foreach (var process in Volatile.Read(ref processes))
        {
            foreach (var task in process.Tasks)
            {
                task.Cpu.Window = Memory.Window;
            }
        }

        Volatile.Write(ref moved, null);
        done.Set();
    }

    private void HoldOthers(KernelTask? caller)
    {
        // Tasks that are not on a worker find the flag when they come to one.
        foreach (var process in Volatile.Read(ref processes))
        {
            foreach (var task in process.Tasks)
            {
                if (!ReferenceEquals(task, caller))
                {
                    task.Flag(TaskAttention.Move);
                }
            }
        }

        var spin = new SpinWait();
        while (IsAnyRunning(caller))
        {
            spin.SpinOnce();
        }
    }

    private bool IsAnyRunning(KernelTask? caller)
    {
        foreach (var process in Volatile.Read(ref processes))
        {
            foreach (var task in process.Tasks)
            {
                if (!ReferenceEquals(task, caller) && !task.IsHeld && task.IsOnWorker)
                {
                    return true;
                }
            }
        }

        return false;
    }
}

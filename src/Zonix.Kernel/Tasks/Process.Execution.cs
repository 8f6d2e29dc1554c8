using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <content>What execve(2) and a move of the window ask of the other tasks of the process.</content>
public sealed partial class Process
{
    private KernelTask? executing;
    private ManualResetEventSlim? moved;

    /// <summary>Woken when a task ends while others live on.</summary>
    public WaitQueue TaskEnded { get; } = new();

    /// <summary>
    /// Asks all tasks but one to end; they do when they next come out of guest code. False: another task has asked before,
    /// and this one is to end too.
    /// </summary>
    public bool EndOtherTasks(KernelTask survivor)
    {
        if (Interlocked.CompareExchange(ref executing, survivor, null) is { } other && !ReferenceEquals(other, survivor))
        {
            return false;
        }

        foreach (var task in Tasks)
        {
            if (!ReferenceEquals(task, survivor))
            {
                task.Post(TaskAttention.Kill);
            }
        }

        return true;
    }

    /// <summary>The last task takes the process's number. Called by the task itself.</summary>
    public void TakeLeadership(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        Volatile.Write(ref executing, null);
        if (task.Tid.Value == Pid.Value)
        {
            return;
        }

        Machine.Tasks.Remove(task.Tid);
        task.Tid = new Tid(Pid.Value);
        Machine.Tasks.Add(task.Tid, task);
    }

    /// <summary>
    /// Holds a task, between two calls, while another moves the address space. Blocks the worker: a move takes less than a
    /// millisecond.
    /// </summary>
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
        foreach (var task in Tasks)
        {
            task.Cpu.Window = Memory.Window;
        }

        Volatile.Write(ref moved, null);
        done.Set();
    }

    private void HoldOthers(KernelTask? caller)
    {
        // Tasks that are not on a worker find the flag when they come to one.
        foreach (var task in Tasks)
        {
            if (!ReferenceEquals(task, caller))
            {
                task.Flag(TaskAttention.Move);
            }
        }

        var spin = new SpinWait();
        while (true)
        {
            var waiting = false;
            foreach (var task in Tasks)
            {
                waiting |= !ReferenceEquals(task, caller) && !task.IsHeld && task.IsOnWorker;
            }

            if (!waiting)
            {
                return;
            }

            spin.SpinOnce();
        }
    }
}

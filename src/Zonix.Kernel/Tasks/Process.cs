using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Machine;

namespace Zonix.Kernel.Tasks;

/// <summary>A process: the tasks that share an address space, signal actions and a number.</summary>
public sealed partial class Process
{
    private readonly Lock gate = new();

    // Tasks that end leave one after another: when the last one has, nothing of the others is left to be done. Outermost of all.
    private readonly Lock endings = new();
    private readonly TaskCompletionSource<int> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KernelTask[] tasks = [];
    private int exiting;
    private int waitStatus;

    // Tasks that are in the list no more, but whose numbers, files and charges are not given back yet. Under the gate.
    private int leaving;
    private ResourceUsage finishedUsage;
    private TaskIo finishedIo;
    private long shownUserNs;
    private long shownSystemNs;

    internal Process(KernelMachine machine, PidSpace pids, Pid pid, IBrand brand, Rlimits limits)
    {
        Machine = machine;
        Pid = pid;
        Pids = pids;
        Brand = brand;
        Rlimits = limits;
        StartTimeNs = machine.Clock.MonotonicNs;
    }

    /// <summary>The machine it runs on.</summary>
    public KernelMachine Machine { get; }

    /// <summary>Its number.</summary>
    public Pid Pid { get; }

    /// <summary>The numbers of its zone.</summary>
    public PidSpace Pids { get; }

    /// <summary>Its personality.</summary>
    public IBrand Brand { get; }

    /// <summary>Its resource limits.</summary>
    public Rlimits Rlimits { get; }

    /// <summary>What /proc/self/exe shows.</summary>
    public string ExecutablePath { get; set; } = "";

    /// <summary>Where /proc/self/exe leads.</summary>
    public Vfs.VfsPath Executable { get; set; }

    /// <summary>Actions and shared pending signals.</summary>
    public ProcessSignals Signals { get; } = new();

    /// <summary>When it was made, CLOCK_MONOTONIC.</summary>
    public long StartTimeNs { get; }

    /// <summary>What the brand keeps for the process.</summary>
    public object? BrandState { get; set; }

    /// <summary>Its live tasks, the main one first while it lives. Any thread: a snapshot.</summary>
    public IReadOnlyList<KernelTask> Tasks => Volatile.Read(ref tasks);

    /// <summary>The oldest live task; null when all have ended.</summary>
    public KernelTask? MainTask => Volatile.Read(ref tasks) is [var first, ..] ? first : null;

    /// <summary>The task with its number, when that has ended: others can ask for its parameters until it is waited for. Any thread.</summary>
    public KernelTask? EndedLeader { get; private set; }

    /// <summary>Whether the whole process is ending. Any thread.</summary>
    public bool IsExiting => Volatile.Read(ref exiting) != 0;

    /// <summary>The status as wait4(2) gives it, once <see cref="IsExiting"/>.</summary>
    public int WaitStatus => Volatile.Read(ref waitStatus);

    /// <summary>The status as wait4(2) gives it; complete when the process has ended.</summary>
    public Task<int> Completion => completion.Task;

    /// <summary>CPU time of all its tasks, the ended ones included. Any thread.</summary>
    public long CpuTimeNs
    {
        get
        {
            var usage = Usage;
            return usage.UserNs + usage.SystemNs;
        }
    }

    /// <summary>What all its tasks have used, the ended ones included. Any thread.</summary>
    public ResourceUsage Usage
    {
        get
        {
            lock (gate)
            {
                var total = finishedUsage;
                foreach (var task in tasks)
                {
                    total += task.Usage;
                }

                return KeepSteady(total);
            }
        }
    }

    /// <summary>
    /// System time is an estimate that may sink, at the cost of user time; neither is ever shown to go back, and the sum is true.
    /// Under the gate.
    /// </summary>
    private ResourceUsage KeepSteady(ResourceUsage usage)
    {
        var sum = usage.UserNs + usage.SystemNs;
        shownSystemNs = Math.Max(shownSystemNs, usage.SystemNs);
        var user = sum - shownSystemNs;
        if (user < shownUserNs)
        {
            user = shownUserNs;
            shownSystemNs = sum - user;
        }

        shownUserNs = user;
        return usage with { UserNs = user, SystemNs = shownSystemNs };
    }

    /// <summary>
    /// Ends the process with a status as wait4(2) gives it; the first call counts. Its tasks end when they next come out of
    /// guest code. Any thread.
    /// </summary>
    public void BeginExit(int status)
    {
        if (Interlocked.CompareExchange(ref exiting, 1, 0) != 0)
        {
            return;
        }

        Volatile.Write(ref waitStatus, status);
        foreach (var task in Volatile.Read(ref tasks))
        {
            task.Post(TaskAttention.Kill);
        }
    }

    /// <summary>Ends the process as if by a signal.</summary>
    public void BeginExitBySignal(Signal signal)
    {
        const int coreDumped = 0x80;
        var core = (SignalMask.Of(signal) & SignalMask.CoreDump) != 0 && Brand.DumpsCore(this);
        BeginExit((int)signal | (core ? coreDumped : 0));
    }

    /// <summary>A task of the process, not yet started. The first one has the process's number.</summary>
    public KernelTask CreateTask(CpuContext cpu)
    {
        var first = MainTask is null && Pids.Tasks[new Tid(Pid.Value)] is null;
        return CreateTask(cpu, first ? Pid.Value : Pids.Allocate() ?? 0);
    }

    /// <summary>A task with a number that <see cref="PidSpace.Allocate"/> has given.</summary>
    public KernelTask CreateTask(CpuContext cpu, int number)
    {
        var task = new KernelTask(this, new Tid(number), cpu);
        Pids.Tasks.Add(task.Tid, task);
        Add(task);
        return task;
    }

    internal void Add(KernelTask task)
    {
        lock (gate)
        {
            tasks = [.. tasks, task];
        }

        // Whoever began to end the process in between has not seen the new task.
        if (IsExiting)
        {
            task.Post(TaskAttention.Kill);
        }

        if (IsStopped)
        {
            task.Post(TaskAttention.Stop);
        }

        Groups.ControlGroup.TaskAdded(task);

        if (users is { IsMoving: true })
        {
            task.Flag(TaskAttention.Move);
        }
    }

    /// <summary>
    /// The end of a task, called by its brand on its worker as the last thing: releases what it holds, and the process with
    /// the last one. <paramref name="status"/> counts when the process does not end otherwise.
    /// </summary>
    public void EndTask(KernelTask task, int status)
    {
        Brand.TaskExiting(task);
        task.SettleFaults();
        task.LeaveWorker();
        bool last;
        lock (endings)
        {
            last = Remove(task);
            if (last || task.Tid.Value == Pid.Value)
            {
                LastName = task.Name;
                LastCredentials = task.Credentials;
            }

            SignalSending.Leave(task, last);
            if (task.Tid.Value == Pid.Value)
            {
                EndedLeader = task;
            }

            AnnounceMakerEnd(task, IsExiting ? WaitStatus : status, last);
            Pids.Tasks.Remove(task.Tid);
        }

        Groups.ControlGroup.TaskEnded(task, staysCounted: task.Tid.Value == Pid.Value);
        task.Files?.Release();
        task.FileSystem?.Release();
        task.Cpu.Dispose();
        lock (gate)
        {
            leaving--;
        }

        if (last)
        {
            End(task, status);
        }
        else
        {
            TaskEnded.WakeAll();
        }
    }

    // True: it was the last one.
    private bool Remove(KernelTask task)
    {
        lock (gate)
        {
            var rest = new KernelTask[tasks.Length - 1];
            for (int from = 0, to = 0; from < tasks.Length; from++)
            {
                if (!ReferenceEquals(tasks[from], task))
                {
                    rest[to++] = tasks[from];
                }
            }

            tasks = rest;
            leaving++;
            finishedUsage += task.Usage;
            finishedIo += task.Io;
            return rest.Length == 0;
        }
    }

    private void End(KernelTask task, int status)
    {
        if (Interlocked.Exchange(ref exiting, 1) == 0)
        {
            Volatile.Write(ref waitStatus, status);
        }

        SwitchMemory(null);
        Groups.ControlGroup.ProcessEnded(this);
        LeaveFamily(task);
        Ended.WakeAll();
        if (ReferenceEquals(Pids.Init, this))
        {
            Pids.EndAll();
        }

        completion.TrySetResult(Volatile.Read(ref waitStatus));
    }
}

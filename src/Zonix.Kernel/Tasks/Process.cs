using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <summary>A process: the tasks that share an address space, signal actions and a number.</summary>
public sealed partial class Process : IWindowUser
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<int> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KernelTask[] tasks = [];
    private int exiting;
    private int waitStatus;
    private int stopSignal;
    private long finishedCpuNs;

    internal Process(KernelMachine machine, Pid pid, Process? parent, IBrand brand)
    {
        Machine = machine;
        Pid = pid;
        Parent = parent;
        Brand = brand;
        Rlimits = parent?.Rlimits.Clone() ?? new Rlimits();
        SessionId = parent?.SessionId ?? pid;
        GroupId = parent?.GroupId ?? pid;
        StartTimeNs = machine.Clock.MonotonicNs;
    }

    /// <summary>The machine it runs on.</summary>
    public KernelMachine Machine { get; }

    /// <summary>Its number.</summary>
    public Pid Pid { get; }

    /// <summary>The process that waits for it; null for the first of a zone.</summary>
    public Process? Parent { get; internal set; }

    /// <summary>Its personality.</summary>
    public IBrand Brand { get; }

    /// <summary>Its memory; replaced by execve.</summary>
    public AddressSpace Memory { get; set; } = null!;

    /// <summary>Its resource limits.</summary>
    public Rlimits Rlimits { get; }

    /// <summary>What /proc/self/exe shows.</summary>
    public string ExecutablePath { get; set; } = "";

    /// <summary>Where /proc/self/exe leads.</summary>
    public Vfs.VfsPath Executable { get; set; }

    /// <summary>Actions and shared pending signals.</summary>
    public ProcessSignals Signals { get; } = new();

    /// <summary>Woken when a child changes state.</summary>
    public WaitQueue ChildEvents { get; } = new();

    /// <summary>Its session. setsid(2).</summary>
    public Pid SessionId { get; set; }

    /// <summary>Its process group. setpgid(2).</summary>
    public Pid GroupId { get; set; }

    /// <summary>When it was made, CLOCK_MONOTONIC.</summary>
    public long StartTimeNs { get; }

    /// <summary>What the brand keeps for the process.</summary>
    public object? BrandState { get; set; }

    /// <summary>Its live tasks, the main one first while it lives. Any thread: a snapshot.</summary>
    public IReadOnlyList<KernelTask> Tasks => Volatile.Read(ref tasks);

    /// <summary>The oldest live task; null when all have ended.</summary>
    public KernelTask? MainTask => Volatile.Read(ref tasks) is [var first, ..] ? first : null;

    /// <summary>Whether the whole process is ending. Any thread.</summary>
    public bool IsExiting => Volatile.Read(ref exiting) != 0;

    /// <summary>Whether it is stopped by a signal. Any thread.</summary>
    public bool IsStopped => Volatile.Read(ref stopSignal) != 0;

    /// <summary>Woken when a stopped process continues.</summary>
    public WaitQueue Continued { get; } = new();

    /// <summary>The status as wait4(2) gives it, once <see cref="IsExiting"/>.</summary>
    public int WaitStatus => Volatile.Read(ref waitStatus);

    /// <summary>The status as wait4(2) gives it; complete when the process has ended.</summary>
    public Task<int> Completion => completion.Task;

    /// <summary>CPU time of all its tasks, the ended ones included. Any thread.</summary>
    public long CpuTimeNs
    {
        get
        {
            lock (gate)
            {
                var total = finishedCpuNs;
                foreach (var task in tasks)
                {
                    total += task.CpuTimeNs;
                }

                return total;
            }
        }
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
        var core = (SignalMask.Of(signal) & SignalMask.CoreDump) != 0 && Rlimits[RlimitResource.RLIMIT_CORE].Soft != 0;
        BeginExit((int)signal | (core ? coreDumped : 0));
    }

    /// <summary>Stops all tasks.</summary>
    public void Stop(int signo)
    {
        Volatile.Write(ref stopSignal, signo);
        foreach (var task in Volatile.Read(ref tasks))
        {
            task.Post(TaskAttention.Stop);
        }
    }

    /// <summary>Lets stopped tasks run on.</summary>
    public void Continue()
    {
        if (Interlocked.Exchange(ref stopSignal, 0) != 0)
        {
            Continued.WakeAll();
        }
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

        if (Volatile.Read(ref moved) is not null)
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
        task.LeaveWorker();
        bool last;
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
            finishedCpuNs += task.CpuTimeNs;
            last = rest.Length == 0;
        }

        Machine.Tasks.Remove(task.Tid);
        task.Files?.Release();
        task.Cpu.Dispose();
        if (last)
        {
            End(status);
        }
        else
        {
            TaskEnded.WakeAll();
        }
    }

    private void End(int status)
    {
        if (Interlocked.Exchange(ref exiting, 1) == 0)
        {
            Volatile.Write(ref waitStatus, status);
        }

        Memory?.Dispose();
        Machine.Processes.Remove(Pid);
        completion.TrySetResult(Volatile.Read(ref waitStatus));
    }
}

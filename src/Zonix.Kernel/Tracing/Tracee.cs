using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tracing;

/// <summary>
/// A task as its tracer sees it. Who traces whom, and what is to be reported, is guarded by <see cref="PidSpace.TreeGate"/>;
/// whether the task stands still, and its registers while it does, by <see cref="Gate"/>. Order: TreeGate, Gate. ptrace(2).
/// </summary>
public sealed class Tracee
{
    private TraceStopKind stop;
    private int report;
    private bool isOver;
    private bool isTrapDue;
    private bool isListening;

    internal Tracee(KernelTask task, KernelTask tracer)
    {
        Task = task;
        Number = new Pid(task.Tid.Value);
        Tracer = tracer;
    }

    /// <summary>The traced task.</summary>
    public KernelTask Task { get; }

    /// <summary>The task that traces it, and alone may control it. Any task of its process may wait for it.</summary>
    public KernelTask Tracer { get; }

    /// <summary>The task's number, also after its end. Under the tree's gate.</summary>
    public Pid Number { get; internal set; }

    /// <summary>Held by whoever uses the registers of a task that stands still. Never waits.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Woken when the task is to go on.</summary>
    public WaitQueue Resumed { get; } = new();

    /// <summary>Whether its process ends with its tracer. PTRACE_O_EXITKILL.</summary>
    public bool EndsWithTracer { get; set; }

    /// <summary>Whether it was attached to without a signal, and stops of its process are told apart. PTRACE_SEIZE.</summary>
    public bool IsSeized { get; init; }

    /// <summary>What the brand keeps for it.</summary>
    public object? BrandState { get; set; }

    /// <summary>Where it stands still. For its own task, or under <see cref="Gate"/>.</summary>
    public TraceStopKind Stop => stop;

    /// <summary>The code of its stop: a signal, with an event above it. Under <see cref="Gate"/>.</summary>
    public int StopCode { get; private set; }

    /// <summary>Whether the tracing is over: the tracer has gone or let it go, or the task has ended. Under <see cref="Gate"/>.</summary>
    public bool IsOver => isOver;

    /// <summary>Whether the task has ended and its tracer has not waited for it yet. Under the tree's gate.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>The status that it ended with. Under the tree's gate.</summary>
    internal int EndStatus { get; private set; }

    internal ResourceUsage EndUsage { get; private set; }

    /// <summary>
    /// The task stands still and says so; called by itself, which then waits for <see cref="Resumed"/>. False: nobody traces it any more, or its process ends and
    /// <paramref name="atEnd"/> is false.
    /// </summary>
    public bool Enter(TraceStopKind kind, int code, bool atEnd)
    {
        var process = Task.Process;
        lock (process.Pids.TreeGate)
        {
            lock (Gate)
            {
                if (isOver || (process.IsExiting && !atEnd))
                {
                    return false;
                }

                stop = kind;
                StopCode = code;
            }

            report = code;
            Process.AnnounceTraceStop(this, kind, code);
        }

        return true;
    }

    /// <summary>Lets the task go on. Under <see cref="Gate"/>; the caller wakes <see cref="Resumed"/> when it has left the gate.</summary>
    public void Resume()
    {
        stop = TraceStopKind.None;
        isListening = false;
    }

    /// <summary>The task has come out of its stop, also because it is to end. By itself.</summary>
    public void Leave()
    {
        lock (Gate)
        {
            stop = TraceStopKind.None;
        }
    }

    /// <summary>Makes the task stop wherever it is, or when it goes on. PTRACE_INTERRUPT. Any thread.</summary>
    public void RequestTrap()
    {
        lock (Gate)
        {
            isTrapDue = true;
            if (isListening)
            {
                stop = TraceStopKind.None;
                isListening = false;
            }
        }

        Task.Post(TaskAttention.Trap);
        Resumed.WakeAll();
    }

    /// <summary>Whether a stop was asked for, which is then due no more. By the task.</summary>
    public bool TakeTrap()
    {
        lock (Gate)
        {
            var due = isTrapDue;
            isTrapDue = false;
            return due && !isOver;
        }
    }

    /// <summary>Whether a stop was asked for. Any thread.</summary>
    public bool IsTrapDue
    {
        get
        {
            lock (Gate)
            {
                return isTrapDue;
            }
        }
    }

    /// <summary>
    /// The task stays in the stop of its process, and stops anew when the process goes on. Under <see cref="Gate"/>; true: that has
    /// happened already, and the caller is to wake <see cref="Resumed"/>. PTRACE_LISTEN.
    /// </summary>
    public bool Listen()
    {
        if (isTrapDue)
        {
            stop = TraceStopKind.None;
            return true;
        }

        isListening = true;
        return false;
    }

    /// <summary>No more report of a stop that is over. Under the tree's gate.</summary>
    internal void ForgetReport() => report = 0;

    /// <summary>Nobody may look at the task any more. Under the tree's gate.</summary>
    internal void EndTracing()
    {
        lock (Gate)
        {
            isOver = true;
            stop = TraceStopKind.None;
        }

        report = 0;
    }

    /// <summary>The task has ended, of which the tracer hears by waiting. Under the tree's gate.</summary>
    internal void End(int status, in ResourceUsage usage)
    {
        HasEnded = true;
        EndStatus = status;
        EndUsage = usage;
    }

    /// <summary>The code of an unreported stop; 0: none. Under the tree's gate.</summary>
    internal int PendingReport => report;
}

using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tracing;

namespace Zonix.Kernel.Tasks;

/// <content>
/// Tasks of other processes that tasks of this one trace; guarded by <see cref="PidSpace.TreeGate"/>. A task that ends stays here until its
/// tracer has waited for it, and a process whose main task is traced by somebody else than its parent is shown to the parent after that.
/// </content>
public sealed partial class Process
{
    private List<Tracee>? tracees;
    private bool isKeptForTracer;

    /// <summary>Begins to trace a task; null: somebody does already, or it is about to end.</summary>
    /// <param name="tracer">Who is to trace it.</param>
    /// <param name="task">The task.</param>
    /// <param name="brandState">What the brand keeps for the tracing.</param>
    /// <param name="isSeized">See <see cref="Tracee.IsSeized"/>.</param>
    public static Tracee? Trace(KernelTask tracer, KernelTask task, object brandState, bool isSeized)
    {
        ArgumentNullException.ThrowIfNull(tracer);
        ArgumentNullException.ThrowIfNull(task);
        lock (task.Process.Pids.TreeGate)
        {
            if (task.Tracee is not null || task.HasLeftTracing || tracer.HasLeftTracing)
            {
                return null;
            }

            var tracee = new Tracee(task, tracer) { BrandState = brandState, IsSeized = isSeized };
            (tracer.Process.tracees ??= []).Add(tracee);
            task.Tracee = tracee;
            return tracee;
        }
    }

    /// <summary>Ends a tracing: the task goes on as if it had never been. Any thread.</summary>
    public static void Detach(Tracee tracee)
    {
        ArgumentNullException.ThrowIfNull(tracee);
        lock (tracee.Task.Process.Pids.TreeGate)
        {
            DetachLocked(tracee);
        }
    }

    /// <summary>Takes the number of a task that takes its process's: execve(2) by another than the main task. By the task itself.</summary>
    internal void RenumberTracee(KernelTask task)
    {
        lock (Pids.TreeGate)
        {
            if (task.Tracee is { } tracee)
            {
                tracee.Number = Pid;
            }

            // The former main task vanishes without a word.
            if (EndedLeader?.Tracee is { } former)
            {
                DetachLocked(former);
            }

            EndedLeader = null;
        }
    }

    /// <summary>Tells the tracer that its tracee stands still. Under the tree's gate.</summary>
    internal static void AnnounceTraceStop(Tracee tracee, TraceStopKind kind, int code)
    {
        var tracer = tracee.Tracer.Process;
        if ((tracer.Signals.ReadAction((int)Signal.SIGCHLD).Flags & SigActionFlags.SA_NOCLDSTOP) == 0)
        {
            var uid = tracee.Task.Credentials.Uid;
            SignalSending.Send(tracer, SigInfo.FromChild(TraceCode(kind), tracee.Number.Value, uid, code, 0, 0));
        }

        tracer.ChildEvents.WakeAll();
    }

    /// <summary>A task of this process ends: its tracer is told, and what it traced is let go. Under the tree's gate.</summary>
    private void LeaveTracing(KernelTask task, int status)
    {
        task.HasLeftTracing = true;
        ReleaseTracees(task);
        if (task.Tracee is not { } tracee)
        {
            return;
        }

        tracee.EndTracing();
        tracee.End(status, task.Usage);
        // The end of a main task is told with that of its process, which may be later.
        if (tracee.Number != Pid)
        {
            TellTracer(tracee, status);
        }
    }

    /// <summary>
    /// The process has ended: whether a tracer that is not its parent is to hear of it first. Under the tree's gate.
    /// </summary>
    private bool IsKeptForTracer()
    {
        if (EndedLeader?.Tracee is not { } tracee)
        {
            return false;
        }

        if (ReferenceEquals(tracee.Tracer.Process, Parent))
        {
            DetachLocked(tracee);
            return false;
        }

        isKeptForTracer = true;
        TellTracer(tracee, WaitStatus);
        return isKeptForTracer;
    }

    /// <summary>Tells of an end; whoever ignores the signal does not wait. Under the tree's gate.</summary>
    private void TellTracer(Tracee tracee, int status)
    {
        var tracer = tracee.Tracer.Process;
        var action = tracer.Signals.ReadAction((int)Signal.SIGCHLD);
        if (action.Handler == KernelSigAction.SIG_IGN || (action.Flags & SigActionFlags.SA_NOCLDWAIT) != 0)
        {
            isKeptForTracer = false;
            DetachLocked(tracee);
            return;
        }

        var code = CodeOf(status);
        var shown = code == SigCode.CLD_EXITED ? (status >> 8) & 0xFF : status & 0x7F;
        SignalSending.Send(tracer, SigInfo.FromChild(code, tracee.Number.Value, LastCredentials.Uid, shown, 0, 0));
        tracer.ChildEvents.WakeAll();
    }

    private void ReleaseTracees(KernelTask tracer)
    {
        if (tracees is null)
        {
            return;
        }

        foreach (var tracee in tracees.ToArray())
        {
            if (!ReferenceEquals(tracee.Tracer, tracer))
            {
                continue;
            }

            if (tracee.EndsWithTracer && !tracee.HasEnded)
            {
                tracee.Task.Process.BeginExit((int)Signal.SIGKILL);
            }

            DetachLocked(tracee);
        }
    }

    private static void DetachLocked(Tracee tracee)
    {
        var task = tracee.Task;
        tracee.Tracer.Process.tracees?.Remove(tracee);
        tracee.EndTracing();
        if (ReferenceEquals(task.Tracee, tracee))
        {
            task.Tracee = null;
        }

        tracee.Resumed.WakeAll();
        var process = task.Process;
        if (process.IsStopped && !tracee.HasEnded)
        {
            // It stands still as the others do.
            task.Post(TaskAttention.Stop);
        }

        if (process.isKeptForTracer && process.ended && tracee.Number == process.Pid)
        {
            process.ShowToParent();
        }
    }

    /// <summary>An ended process that its tracer knows of is shown to its parent. Under the tree's gate.</summary>
    private void ShowToParent()
    {
        isKeptForTracer = false;
        if (Parent is null || AnnounceEnd(Parent))
        {
            Reap(wasWaitedFor: false);
        }
    }

    /// <summary>Looks for a tracee with something to report. Under the tree's gate.</summary>
    private ChildChange? TakeTraceeChange(in ChildSelector selector, ref bool any)
    {
        if (tracees is null)
        {
            return null;
        }

        foreach (var tracee in tracees)
        {
            var process = tracee.Task.Process;
            if ((selector.Pid is { } pid && pid != tracee.Number) || (selector.Group is { } group && group != process.GroupId) ||
                (selector.Maker is { } maker && !ReferenceEquals(maker, tracee.Tracer)))
            {
                continue;
            }

            any = true;
            if (TakeTraceeChange(tracee, selector) is { } change)
            {
                return change;
            }
        }

        return null;
    }

    private static ChildChange? TakeTraceeChange(Tracee tracee, in ChildSelector selector)
    {
        var process = tracee.Task.Process;
        if (tracee.HasEnded)
        {
            var isMain = tracee.Number == process.Pid;
            if (!selector.Exited || (isMain && !(process.ended && process.isKeptForTracer)))
            {
                return null;
            }

            var status = isMain ? process.WaitStatus : tracee.EndStatus;
            var ended = new ChildChange(process, tracee.Number, CodeOf(status), status, isMain ? process.finalUsage : tracee.EndUsage);
            if (!selector.Keep)
            {
                DetachLocked(tracee);
            }

            return ended;
        }

        if (tracee.PendingReport == 0 || tracee.Stop == TraceStopKind.None)
        {
            return null;
        }

        const int stopped = 0x7F;
        var change = new ChildChange(process, tracee.Number, TraceCode(tracee.Stop), (tracee.PendingReport << 8) | stopped, tracee.Task.Usage);
        if (!selector.Keep)
        {
            tracee.ForgetReport();
        }

        return change;
    }

    private static int TraceCode(TraceStopKind kind) => kind == TraceStopKind.Group ? SigCode.CLD_STOPPED : SigCode.CLD_TRAPPED;

    private static int CodeOf(int status) =>
        (status & 0x7F) == 0 ? SigCode.CLD_EXITED : (status & 0x80) != 0 ? SigCode.CLD_DUMPED : SigCode.CLD_KILLED;
}

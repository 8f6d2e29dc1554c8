using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <content>
/// Parents and children. All of it is guarded by <see cref="PidSpace.TreeGate"/>, but for what says otherwise. A process that
/// has ended stays in the tree until its parent has waited for it.
/// </content>
public sealed partial class Process
{
    private readonly List<Process> children = [];
    private ProcessGroup group = null!;
    private ResourceUsage childrenUsage;
    private ResourceUsage finalUsage;
    private int stopReport;
    private bool continueReport;
    private bool ended;
    private bool reaped;

    /// <summary>How many processes of its zone were made up to it: never the same for two of them, as its number may be.</summary>
    public long Serial { get; internal set; }

    /// <summary>The process that waits for it; null for the first of a zone, and for orphans of a zone that ends.</summary>
    public Process? Parent { get; private set; }

    /// <summary>The process from outside of its zone that it descends from, whatever became of those between: itself if it is one.</summary>
    public Process Origin { get; private set; } = null!;

    /// <summary>The task that has made it.</summary>
    public KernelTask? Maker { get; private set; }

    /// <summary>The signal that its end sends to its parent; 0: none. clone(2).</summary>
    public int ExitSignal { get; private set; } = (int)Signal.SIGCHLD;

    /// <summary>PR_SET_CHILD_SUBREAPER: orphans among its descendants become its children. Any thread.</summary>
    public bool IsSubreaper { get; set; }

    /// <summary>Its group. Any thread may read it.</summary>
    public ProcessGroup Group => Volatile.Read(ref group);

    /// <summary>The number of its group. Any thread.</summary>
    public Pid GroupId => Group.Id;

    /// <summary>The number of its session. Any thread.</summary>
    public Pid SessionId => Group.Session;

    /// <summary>Whether it has executed a program since it was made: its parent may then not move it to another group. Any thread.</summary>
    public bool HasExecuted { get; set; }

    /// <summary>Whether all its tasks have ended. Any thread.</summary>
    public bool HasEnded => Volatile.Read(ref ended);

    /// <summary>Whether it has left the tree after its end. Any thread.</summary>
    public bool IsReaped => Volatile.Read(ref reaped);

    /// <summary>Woken when a child changes state.</summary>
    public WaitQueue ChildEvents { get; } = new();

    /// <summary>Woken when the process has ended.</summary>
    public WaitQueue Ended { get; } = new();

    /// <summary>Who its last task was, for those who ask about an ended process. Any thread.</summary>
    public Credentials LastCredentials { get; private set; } = Credentials.Root;

    /// <summary>The name of its main task, when that has ended. Any thread.</summary>
    public string LastName { get; private set; } = "";

    /// <summary>Its children, ended ones included: a copy.</summary>
    public Process[] Children
    {
        get
        {
            lock (Pids.TreeGate)
            {
                return [.. children];
            }
        }
    }

    /// <summary>What the children that were waited for have used. Any thread.</summary>
    public ResourceUsage ChildrenUsage
    {
        get
        {
            lock (Pids.TreeGate)
            {
                return childrenUsage;
            }
        }
    }

    /// <summary>Puts a new process into the tree. <paramref name="maker"/> is null for the first of a zone.</summary>
    internal void EnterTree(KernelTask? maker, Process? parent, int exitSignal)
    {
        lock (Pids.TreeGate)
        {
            Maker = maker;
            Origin = maker?.Process.Origin ?? this;
            ExitSignal = exitSignal;
            group = maker?.Process.group ?? Pids.GroupIn(Pid, Pid);
            group.Add(this);
            Terminal = maker?.Process.Terminal;
            Pids.Enter(this);
            // The parent may be about to end, and have given its children away already.
            Parent = parent is { HasEnded: true } ? Reaper(parent) : parent;
            Parent?.children.Add(this);
        }
    }

    /// <summary>Moves to another group of its session, or to a new one. The rules have been checked. setpgid(2).</summary>
    public void MoveToGroup(Pid id, Pid session)
    {
        lock (Pids.TreeGate)
        {
            var old = group;
            Volatile.Write(ref group, Pids.GroupIn(id, session));
            group.Add(this);
            if (old.Remove(this))
            {
                Pids.Forget(old);
            }
        }
    }

    /// <summary>
    /// Looks for a child that has changed as the selector wants. Null with no <paramref name="any"/>: there is nobody to wait
    /// for, ECHILD.
    /// </summary>
    public ChildChange? TakeChildChange(in ChildSelector selector, out bool any)
    {
        any = false;
        lock (Pids.TreeGate)
        {
            foreach (var child in children)
            {
                if (!child.Matches(selector))
                {
                    continue;
                }

                any = true;
                if (child.TakeChange(selector) is { } change)
                {
                    return change;
                }
            }

            if (TakeTraceeChange(selector, ref any) is { } traced)
            {
                return traced;
            }
        }

        return null;
    }

    private bool Matches(in ChildSelector selector) =>
        (selector.Pid is not { } pid || pid == Pid) && (selector.Group is not { } wanted || wanted == GroupId)
        && (selector.All || selector.Clones == (ExitSignal != (int)Signal.SIGCHLD))
        && (selector.Maker is null || ReferenceEquals(selector.Maker, Maker));

    private ChildChange? TakeChange(in ChildSelector selector)
    {
        const int Continued = 0xFFFF;
        if (ended)
        {
            if (!selector.Exited || isKeptForTracer)
            {
                return null;
            }

            var change = new ChildChange(this, Pid, ExitCode(), WaitStatus, finalUsage);
            if (!selector.Keep)
            {
                Reap(wasWaitedFor: true);
            }

            return change;
        }

        // Whoever also traces the child hears of its stops as its tracer.
        if (selector.Stopped && stopReport != 0 && !ReferenceEquals(MainTask?.Tracee?.Tracer.Process, Parent))
        {
            var change = new ChildChange(this, Pid, SigCode.CLD_STOPPED, (stopReport << 8) | 0x7F, Usage);
            stopReport = selector.Keep ? stopReport : 0;
            return change;
        }

        if (selector.Continued && continueReport)
        {
            continueReport = selector.Keep;
            return new ChildChange(this, Pid, SigCode.CLD_CONTINUED, Continued, Usage);
        }

        return null;
    }

    private int ExitCode() => CodeOf(WaitStatus);

    /// <summary>Leaves the tree: the parent has waited, or nobody will. What was used counts for a parent that has waited.</summary>
    private void Reap(bool wasWaitedFor)
    {
        if (Parent is { } parent)
        {
            parent.children.Remove(this);
            if (wasWaitedFor)
            {
                parent.childrenUsage += finalUsage;
                parent.AddIo(Io);
            }
        }

        if (group.Remove(this))
        {
            Pids.Forget(group);
        }

        Pids.Processes.Remove(Pid);
        Groups.ControlGroup.Uncount(this);
        Volatile.Write(ref reaped, true);
    }

    /// <summary>Takes back a process that has never had a task.</summary>
    public void Abandon()
    {
        SwitchMemory(null);
        Groups.ControlGroup.ProcessEnded(this);
        lock (Pids.TreeGate)
        {
            Volatile.Write(ref ended, true);
            Reap(wasWaitedFor: false);
        }
    }

    /// <summary>The end of the last task: children go to another parent, and the own one is told.</summary>
    private void LeaveFamily(KernelTask task)
    {
        lock (Pids.TreeGate)
        {
            finalUsage = (Usage with { MaxResidentBytes = (long)peakResidentBytes }) + childrenUsage;
            LeaveTerminal();
            var wasControlled = !group.IsOrphaned();
            Volatile.Write(ref ended, true);
            GiveChildrenAway(task);
            if (wasControlled && group.IsOrphaned())
            {
                HangUpIfStopped(group);
            }

            if (!IsKeptForTracer() && (Parent is null || AnnounceEnd(Parent)))
            {
                Reap(wasWaitedFor: false);
            }
        }
    }

    /// <summary>
    /// A task ends: children that it has made and that want to know it get their signal; at the end of the last one, only
    /// when they have their new parent.
    /// </summary>
    private void AnnounceMakerEnd(KernelTask task, int status, bool last)
    {
        lock (Pids.TreeGate)
        {
            LeaveTracing(task, status);
            if (last)
            {
                return;
            }

            foreach (var child in children)
            {
                child.HearMakerEnd(task);
            }
        }
    }

    private void HearMakerEnd(KernelTask maker)
    {
        if (!ReferenceEquals(Maker, maker))
        {
            return;
        }

        foreach (var task in Tasks)
        {
            if (task.ParentDeathSignal != 0)
            {
                SignalSending.Send(task, SigInfo.FromSender(task.ParentDeathSignal, SigCode.SI_USER, maker.Process.Pid.Value, maker.Credentials.Uid));
            }
        }
    }

    private void GiveChildrenAway(KernelTask task)
    {
        foreach (var child in children)
        {
            var heir = Reaper(this);
            var childGroup = child.group;
            var wasControlled = !childGroup.IsOrphaned();
            child.Parent = heir;
            heir?.children.Add(child);
            child.HearMakerEnd(task);
            if (child.ended)
            {
                if (child.isKeptForTracer)
                {
                    continue;
                }

                if (heir is null || child.AnnounceEnd(heir))
                {
                    child.Reap(wasWaitedFor: false);
                }
            }
            else if (wasControlled && childGroup.IsOrphaned())
            {
                HangUpIfStopped(childGroup);
            }
        }

        children.Clear();
    }

    /// <summary>Who takes the children of a process that ends: the nearest subreaper, or the first process.</summary>
    private static Process? Reaper(Process gone)
    {
        for (var ancestor = gone.Parent; ancestor is not null; ancestor = ancestor.Parent)
        {
            if (ancestor.IsSubreaper && !ancestor.HasEnded)
            {
                return ancestor;
            }
        }

        return gone.Pids.Init is { HasEnded: false } init && !ReferenceEquals(init, gone) ? init : null;
    }

    private static void HangUpIfStopped(ProcessGroup group)
    {
        if (group.HasStopped())
        {
            group.Send(Signal.SIGHUP);
            group.Send(Signal.SIGCONT);
        }
    }

    /// <summary>Tells the parent of the end; true when the parent does not care to wait. wait(2), notes.</summary>
    private bool AnnounceEnd(Process parent)
    {
        var isIgnored = false;
        if (ExitSignal == (int)Signal.SIGCHLD)
        {
            var action = parent.Signals.ReadAction((int)Signal.SIGCHLD);
            isIgnored = action.Handler == KernelSigAction.SIG_IGN || (action.Flags & SigActionFlags.SA_NOCLDWAIT) != 0;
        }

        if (ExitSignal != 0)
        {
            SendChange(parent, ExitSignal, ExitCode(), (WaitStatus & 0x7F) == 0 ? (WaitStatus >> 8) & 0xFF : WaitStatus & 0x7F);
        }

        parent.ChildEvents.WakeAll();
        return isIgnored;
    }

    /// <summary>Tells the parent of a stop or of going on.</summary>
    private void AnnounceJobControl(int code, int status)
    {
        if (Parent is not { } parent)
        {
            return;
        }

        if ((parent.Signals.ReadAction((int)Signal.SIGCHLD).Flags & SigActionFlags.SA_NOCLDSTOP) == 0)
        {
            SendChange(parent, (int)Signal.SIGCHLD, code, status);
        }

        parent.ChildEvents.WakeAll();
    }

    private void SendChange(Process parent, int signo, int code, int status)
    {
        const long nsPerTick = 10_000_000;
        var usage = Usage;
        var info = SigInfo.FromChild(
            code, Pid.Value, (MainTask?.Credentials ?? LastCredentials).Uid, status, usage.UserNs / nsPerTick, usage.SystemNs / nsPerTick);
        info.Signo = signo;
        SignalSending.Send(parent, info);
    }
}

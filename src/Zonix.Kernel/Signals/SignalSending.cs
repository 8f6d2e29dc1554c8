using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Signals;

/// <summary>Sending, blocking and taking signals. signal(7).</summary>
public static class SignalSending
{
    /// <summary>Sends a signal to a process: any of its tasks that does not block it may take it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="info">The signal.</param>
    /// <param name="fromTimer">A timer sends it, which was counted when it was made and wants to know when it is taken.</param>
    public static SendOutcome Send(Process process, in SigInfo info, bool fromTimer = false) => Send(process, null, info, fromTimer);

    /// <summary>Sends a signal to one task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="info">The signal.</param>
    /// <param name="fromTimer">A timer sends it, which was counted when it was made and wants to know when it is taken.</param>
    public static SendOutcome Send(KernelTask task, in SigInfo info, bool fromTimer = false) => Send(task.Process, task, info, fromTimer);

    private static SendOutcome Send(Process process, KernelTask? task, in SigInfo info, bool fromTimer)
    {
        var signals = process.Signals;
        var outcome = SendOutcome.Dropped;
        bool continues;
        lock (signals.Gate)
        {
            if (Prepare(process, task, info, out continues))
            {
                outcome = Queue(process, task, info, fromTimer);
            }

            if (outcome == SendOutcome.Kept)
            {
                Announce(process, task, info.Signo);
            }
        }

        if (continues)
        {
            process.AnnounceContinue();
        }

        if (outcome == SendOutcome.Kept)
        {
            signals.Arrivals.WakeAll();
        }

        return outcome;
    }

    /// <summary>
    /// Keeps a signal while the target's user may have more. Beyond that a standard signal, and one of kill(2), goes without
    /// its information; others do not go at all. setrlimit(2), RLIMIT_SIGPENDING.
    /// </summary>
    private static SendOutcome Queue(Process process, KernelTask? task, in SigInfo info, bool fromTimer)
    {
        var pending = task?.Signals.Pending ?? process.Signals.Pending;
        if (pending.IsKept(info.Signo) || (task ?? process.MainTask) is not { } target)
        {
            return SendOutcome.Dropped;
        }

        SignalAccount? account = null;
        if (!fromTimer)
        {
            var isStandard = info.Signo < (int)Signal.SIGRTMIN;
            var limit = isStandard && info.Code >= 0 ? ulong.MaxValue : process.Rlimits[RlimitResource.RLIMIT_SIGPENDING].Soft;
            account = process.Pids.SignalAccounts.Of(target.Credentials.Uid);
            if (!account.TryCharge(limit))
            {
                if (!isStandard && info.Code != SigCode.SI_USER)
                {
                    return SendOutcome.NoRoom;
                }

                pending.AddBare(info.Signo);
                return SendOutcome.Kept;
            }
        }

        return pending.Add(new QueuedSignal(info, account, fromTimer)) ? SendOutcome.Kept : SendOutcome.Dropped;
    }

    /// <summary>
    /// Sends a signal that the task's own instruction caused. It cannot be put off: where it is blocked or ignored, it
    /// takes its default action, which ends the process.
    /// </summary>
    public static void Force(KernelTask task, in SigInfo info)
    {
        var signals = task.Process.Signals;
        lock (signals.Gate)
        {
            ref var action = ref signals.Action(info.Signo);
            var bit = SignalMask.Of(info.Signo);
            if ((task.Signals.Blocked & bit) != 0 || action.Handler == KernelSigAction.SIG_IGN)
            {
                action = default;
                task.Signals.Blocked &= ~bit;
            }

            task.Signals.Pending.Add(new QueuedSignal(info, null, FromTimer: false));
            Recalculate(task);
        }
    }

    /// <summary>Replaces the blocked mask of the calling task.</summary>
    public static void SetBlocked(KernelTask task, ulong mask)
    {
        lock (task.Process.Signals.Gate)
        {
            task.Signals.Blocked = mask & ~SignalMask.Unblockable;
            Recalculate(task);
            // Signals of the process that this task was to take may need another task now.
            var orphaned = task.Process.Signals.Pending.Set & mask;
            if (orphaned != 0)
            {
                foreach (var other in task.Process.Tasks)
                {
                    Recalculate(other);
                }
            }
        }
    }

    /// <summary>Blocks <paramref name="mask"/> until the running call is over. sigsuspend(2), ppoll(2).</summary>
    public static void SetTemporarily(KernelTask task, ulong mask)
    {
        task.Signals.SavedMask ??= task.Signals.Blocked;
        SetBlocked(task, mask);
    }

    /// <summary>Takes a pending signal out of <paramref name="candidates"/>, the task's own first.</summary>
    public static bool TryTake(KernelTask task, ulong candidates, out SigInfo info) => TryTake(task, candidates, out info, out _);

    /// <summary>The same; tells also what <see cref="ProcessSignals.Continues"/> was when the signal was taken.</summary>
    public static bool TryTake(KernelTask task, ulong candidates, out SigInfo info, out int continues)
    {
        var signals = task.Process.Signals;
        bool taken;
        QueuedSignal signal;
        lock (signals.Gate)
        {
            taken = task.Signals.Pending.Take(candidates, out signal) || signals.Pending.Take(candidates, out signal);
            continues = signals.Continues;
            Recalculate(task);
        }

        info = signal.Info;
        if (signal.FromTimer)
        {
            signals.Timers?.Taken(ref info);
        }

        return taken;
    }

    /// <summary>Sets a signal's action; pending signals that are now ignored are forgotten. sigaction(2).</summary>
    public static KernelSigAction SetAction(Process process, int signo, in KernelSigAction action)
    {
        var signals = process.Signals;
        lock (signals.Gate)
        {
            var old = signals.Action(signo);
            signals.Action(signo) = action;
            signals.Action(signo).Mask &= ~SignalMask.Unblockable;
            if (signals.IsIgnored(signo))
            {
                signals.Pending.Discard(SignalMask.Of(signo));
                foreach (var task in process.Tasks)
                {
                    task.Signals.Pending.Discard(SignalMask.Of(signo));
                    Recalculate(task);
                }
            }

            return old;
        }
    }

    /// <summary>Signals that are pending for the task or its process.</summary>
    public static ulong Pending(KernelTask task)
    {
        lock (task.Process.Signals.Gate)
        {
            return task.Signals.Pending.Set | task.Process.Signals.Pending.Set;
        }
    }

    /// <summary>What is queued for a task, or for its process: a copy. ptrace(2), PTRACE_PEEKSIGINFO.</summary>
    public static SigInfo[] Queued(KernelTask task, bool ofProcess)
    {
        lock (task.Process.Signals.Gate)
        {
            return (ofProcess ? task.Process.Signals.Pending : task.Signals.Pending).ToArray();
        }
    }

    /// <summary>
    /// A task has left its process: nothing is kept for it any more, and what it was to take of the process's signals, the
    /// others take.
    /// </summary>
    internal static void Leave(KernelTask task, bool isLast)
    {
        var signals = task.Process.Signals;
        lock (signals.Gate)
        {
            task.Signals.Pending.Close();
            if (isLast)
            {
                signals.Pending.Close();
            }
            else if (signals.Pending.Set != 0)
            {
                foreach (var other in task.Process.Tasks)
                {
                    Recalculate(other);
                }
            }
        }
    }

    /// <summary>Brings the task's attention in line with what is pending; under the gate.</summary>
    internal static void Recalculate(KernelTask task)
    {
        var ready = (task.Signals.Pending.Set | task.Process.Signals.Pending.Set) & ~task.Signals.Blocked;
        if (ready == 0)
        {
            task.Clear(TaskAttention.Signal);
        }
        else if ((task.Attention & TaskAttention.Signal) == 0)
        {
            task.Post(TaskAttention.Signal);
        }
    }

    /// <summary>The side effects of sending; answers whether the signal is to be kept. Under the gate.</summary>
    private static bool Prepare(Process process, KernelTask? task, in SigInfo info, out bool continues)
    {
        continues = false;
        var bit = SignalMask.Of(info.Signo);
        if (process.IsExiting)
        {
            return false;
        }

        if (info.Signo == (int)Signal.SIGCONT)
        {
            DiscardEverywhere(process, SignalMask.Stop);
            process.Signals.Continues++;
            continues = process.Continue();
        }
        else if ((bit & SignalMask.Stop) != 0)
        {
            DiscardEverywhere(process, SignalMask.Of(Signal.SIGCONT));
        }
        else if (info.Signo == (int)Signal.SIGKILL)
        {
            process.BeginExit((int)Signal.SIGKILL);
            return false;
        }

        // A blocked signal is kept even when it is ignored: sigtimedwait may want it. So is one that a tracer is to see.
        var target = task ?? process.MainTask;
        var blocked = target?.Signals.Blocked ?? 0;
        return (blocked & bit) != 0 || target?.Tracee is not null || !process.Signals.IsIgnored(info.Signo);
    }

    private static void DiscardEverywhere(Process process, ulong signals)
    {
        process.Signals.Pending.Discard(signals);
        foreach (var task in process.Tasks)
        {
            task.Signals.Pending.Discard(signals);
        }
    }

    /// <summary>Tells a task that can take the signal. Under the gate.</summary>
    private static void Announce(Process process, KernelTask? task, int signo)
    {
        if (task is not null)
        {
            Recalculate(task);
            return;
        }

        var bit = SignalMask.Of(signo);
        foreach (var candidate in process.Tasks)
        {
            if ((candidate.Signals.Blocked & bit) == 0)
            {
                Recalculate(candidate);
                return;
            }
        }
    }
}

using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Signals;

/// <summary>Sending, blocking and taking signals. signal(7).</summary>
public static class SignalSending
{
    /// <summary>Sends a signal to a process: any of its tasks that does not block it may take it.</summary>
    /// <returns>Whether it was kept: neither ignored nor a standard signal that was pending already.</returns>
    public static bool Send(Process process, in SigInfo info)
    {
        var signals = process.Signals;
        bool kept;
        bool continues;
        lock (signals.Gate)
        {
            kept = Prepare(process, null, info, out continues) && signals.Pending.Add(info);
            if (kept)
            {
                Announce(process, null, info.Signo);
            }
        }

        Finish(process, kept, continues);
        return kept;
    }

    /// <summary>Sends a signal to one task.</summary>
    /// <returns>Whether it was kept.</returns>
    public static bool Send(KernelTask task, in SigInfo info)
    {
        var signals = task.Process.Signals;
        bool kept;
        bool continues;
        lock (signals.Gate)
        {
            kept = Prepare(task.Process, task, info, out continues) && task.Signals.Pending.Add(info);
            if (kept)
            {
                Announce(task.Process, task, info.Signo);
            }
        }

        Finish(task.Process, kept, continues);
        return kept;
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

            task.Signals.Pending.Add(info);
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
    public static bool TryTake(KernelTask task, ulong candidates, out SigInfo info)
    {
        var signals = task.Process.Signals;
        bool taken;
        lock (signals.Gate)
        {
            taken = task.Signals.Pending.Take(candidates, out info) || signals.Pending.Take(candidates, out info);
            Recalculate(task);
        }

        if (taken && info.Code == SigCode.SI_TIMER)
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

        // A blocked signal is kept even when it is ignored: sigtimedwait may want it.
        var blocked = (task ?? process.MainTask)?.Signals.Blocked ?? 0;
        return (blocked & bit) != 0 || !process.Signals.IsIgnored(info.Signo);
    }

    private static void Finish(Process process, bool kept, bool continues)
    {
        if (continues)
        {
            process.AnnounceContinue();
        }

        if (kept)
        {
            process.Signals.Arrivals.WakeAll();
        }
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

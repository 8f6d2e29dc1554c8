using Zonix.Abi;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Signals;

/// <summary>The signal state that the tasks of a process share.</summary>
public sealed class ProcessSignals
{
    // Shared with another process after clone(2) with CLONE_SIGHAND: an entry is then written under one gate and may be read under another.
    private KernelSigAction[] actions = new KernelSigAction[65];

    /// <summary>Guards actions, masks and pending signals of the process and its tasks. Inside it: run queues only.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Signals sent to the process as a whole.</summary>
    public PendingSignals Pending { get; } = new();

    /// <summary>Woken when a signal arrives: sigtimedwait, signalfd.</summary>
    public WaitQueue Arrivals { get; } = new();

    /// <summary>The timers of the process that send signals.</summary>
    public ITimerSignals? Timers { get; set; }

    /// <summary>How often the process was told to continue; under the gate. A stop that was taken before is void.</summary>
    public int Continues { get; internal set; }

    /// <summary>A copy of the action of a signal.</summary>
    public KernelSigAction ReadAction(int signo)
    {
        lock (Gate)
        {
            return actions[signo];
        }
    }

    /// <summary>The action of a signal; under the gate.</summary>
    public ref KernelSigAction Action(int signo) => ref actions[signo];

    /// <summary>The signals that are set to be ignored, and those with a handler. /proc/[pid]/status.</summary>
    public (ulong Ignored, ulong Caught) Sets()
    {
        ulong ignored = 0, caught = 0;
        lock (Gate)
        {
            for (var signo = 1; signo < actions.Length; signo++)
            {
                var handler = actions[signo].Handler;
                ignored |= handler == KernelSigAction.SIG_IGN ? SignalMask.Of(signo) : 0;
                caught |= handler != KernelSigAction.SIG_IGN && handler != KernelSigAction.SIG_DFL ? SignalMask.Of(signo) : 0;
            }
        }

        return (ignored, caught);
    }

    /// <summary>execve(2): handled signals return to the default, ignored ones stay ignored.</summary>
    public void ResetHandlers()
    {
        lock (Gate)
        {
            actions = (KernelSigAction[])actions.Clone();
            for (var signo = 1; signo < actions.Length; signo++)
            {
                var ignored = actions[signo].Handler == KernelSigAction.SIG_IGN;
                actions[signo] = default;
                if (ignored)
                {
                    actions[signo].Handler = KernelSigAction.SIG_IGN;
                }
            }
        }
    }

    /// <summary>fork(2): the child starts with the same actions.</summary>
    public void CopyActionsFrom(ProcessSignals other)
    {
        lock (other.Gate)
        {
            Array.Copy(other.actions, actions, actions.Length);
        }
    }

    /// <summary>clone(2), CLONE_SIGHAND: both processes have the same actions from now on.</summary>
    public void ShareActionsOf(ProcessSignals other)
    {
        lock (other.Gate)
        {
            actions = other.actions;
        }
    }

    /// <summary>Whether a signal would do nothing; under the gate.</summary>
    internal bool IsIgnored(int signo)
    {
        var handler = actions[signo].Handler;
        return handler == KernelSigAction.SIG_IGN ||
            (handler == KernelSigAction.SIG_DFL && (SignalMask.Of(signo) & SignalMask.IgnoredByDefault) != 0);
    }
}

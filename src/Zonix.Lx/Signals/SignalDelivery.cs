using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Tasks;
using Zonix.Lx.Tracing;

namespace Zonix.Lx.Signals;

/// <summary>Takes pending signals before guest code runs on: handlers, default actions, restarts. signal(7).</summary>
internal static class SignalDelivery
{
    private const uint RestartSyscall = 219;
    private const uint RestartSyscallI386 = 0;
    private const ulong SyscallInstructionLength = 2;

    /// <summary>Takes what is pending, until the task has something else to do.</summary>
    internal static void Deliver(KernelTask task, LxTask state, Strace? trace)
    {
        while (!task.Process.IsExiting && SignalSending.TryTake(task, ~task.Signals.Blocked, out var info, out var continues))
        {
            trace?.Signal(task, info);
            if (TraceStops.AtSignal(task, state, info, continues) || !Act(task, state, info, continues))
            {
                return;
            }
        }

        if (!task.Process.IsExiting && !task.Process.IsStopped)
        {
            RestartWithoutHandler(task, state);
        }
    }

    /// <summary>Goes on with the signal that a tracer has chosen; the number 0: none.</summary>
    internal static void Resume(KernelTask task, LxTask state, in SigInfo info, int continues, Strace? trace)
    {
        if (info.Signo != 0 && (task.Signals.Blocked & SignalMask.Of(info.Signo)) != 0)
        {
            SignalSending.Send(task, info);
        }
        else if (info.Signo != 0 && !Act(task, state, info, continues))
        {
            return;
        }

        Deliver(task, state, trace);
    }

    /// <summary>A signal takes effect; false: the task must not go on now.</summary>
    private static bool Act(KernelTask task, LxTask state, in SigInfo info, int continues)
    {
        var action = TakeAction(task, info.Signo);
        if (action.Handler == KernelSigAction.SIG_IGN)
        {
            return true;
        }

        if (action.Handler == KernelSigAction.SIG_DFL)
        {
            return !DoDefault(task, info.Signo, continues);
        }

        ResolveForHandler(task, state, action);
        if (!state.Rseq.Update(task) || !TryPush(task, state, action, info))
        {
            CannotPush(task, info.Signo);
            return true;
        }

        return !TraceStops.AtHandler(task, state);
    }

    private static bool TryPush(KernelTask task, LxTask state, in KernelSigAction action, in SigInfo info) => task.Cpu.Window.IsI386
        ? SignalFrame32.TryPush(task, state, action, info)
        : SignalFrame.TryPush(task, state, action, info);

    private static KernelSigAction TakeAction(KernelTask task, int signo)
    {
        var signals = task.Process.Signals;
        lock (signals.Gate)
        {
            ref var action = ref signals.Action(signo);
            var taken = action;
            if ((action.Flags & SigActionFlags.SA_RESETHAND) != 0 && action.Handler > KernelSigAction.SIG_IGN)
            {
                action.Handler = KernelSigAction.SIG_DFL;
            }

            return taken;
        }
    }

    /// <summary>The default action; true: the task must not go on now.</summary>
    private static bool DoDefault(KernelTask task, int signo, int continues)
    {
        var bit = SignalMask.Of(signo);
        if ((bit & SignalMask.IgnoredByDefault) != 0)
        {
            return false;
        }

        if ((bit & SignalMask.Stop) != 0)
        {
            // signal(7): stops by the terminal have no effect where nobody could continue the process.
            return (signo == (int)Signal.SIGSTOP || !task.Process.IsOrphaned) && task.Process.Stop(signo, continues);
        }

        task.Process.BeginExitBySignal((Signal)signo);
        return true;
    }

    private static void CannotPush(KernelTask task, int signo)
    {
        // signal(7): where there is no stack for the handler, SIGSEGV; where that is the one, the default action.
        if (signo == (int)Signal.SIGSEGV)
        {
            SignalSending.SetAction(task.Process, signo, default);
        }

        SignalSending.Force(task, SigInfo.FromKernel((int)Signal.SIGSEGV));
    }

    private static void ResolveForHandler(KernelTask task, LxTask state, in KernelSigAction action)
    {
        var code = state.RestartCode;
        if (code == 0)
        {
            return;
        }

        state.RestartCode = 0;
        if (code == KernelErrno.ERESTARTNOINTR ||
            (code == KernelErrno.ERESTARTSYS && (action.Flags & SigActionFlags.SA_RESTART) != 0))
        {
            Rewind(task, state.OriginalRax);
            return;
        }

        state.SetResult(-(long)Errno.EINTR);
    }

    private static void RestartWithoutHandler(KernelTask task, LxTask state)
    {
        var code = state.RestartCode;
        state.RestartCode = 0;
        if (code != 0)
        {
            var restart = state.IsI386Call ? RestartSyscallI386 : RestartSyscall;
            Rewind(task, code == KernelErrno.ERESTART_RESTARTBLOCK ? restart : state.OriginalRax);
        }

        if (task.Signals.SavedMask is { } mask)
        {
            task.Signals.SavedMask = null;
            SignalSending.SetBlocked(task, mask);
        }
    }

    private static void Rewind(KernelTask task, ulong rax)
    {
        ref var registers = ref task.Cpu.Registers;
        registers.Rax = rax;
        registers.Rip -= SyscallInstructionLength;
    }
}

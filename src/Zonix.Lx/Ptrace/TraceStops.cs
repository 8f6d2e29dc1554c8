using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Signals;
using Zonix.Lx.Tasks;
using Zonix.Lx.Tracing;

namespace Zonix.Lx.Ptrace;

/// <summary>Where traced tasks stand still, seen by the task itself. ptrace(2), "Stopped states".</summary>
internal static class TraceStops
{
    private const int CallTrap = (int)Signal.SIGTRAP | 0x80;
    private const int EventShift = 8;

    /// <summary>What has to be done before guest code runs on; false: nothing. True: the task waits, or is to look again.</summary>
    internal static bool Attend(KernelTask task, LxTask state, Strace? trace)
    {
        if (state.Trace is { } work)
        {
            if (work.Stood is not null)
            {
                task.Tracee?.Leave();
            }

            if (work.Event != PtraceEvent.None)
            {
                StopAtEvent(task, state, work);
                return true;
            }

            if (work.Stood is not null || work.After != AfterStop.Nothing)
            {
                GoOn(task, state, work, trace);
                return true;
            }

            if (work.IsCallOver)
            {
                work.IsCallOver = false;
                StopAtCall(task, state, TraceStopKind.CallExit);
                return true;
            }
        }

        return task.Tracee is { } tracee && (AtTrap(task, state, tracee) || AtGroupStop(task, state, tracee));
    }

    /// <summary>Before a call; true: the task stands still, and makes the call when it goes on.</summary>
    internal static bool AtCall(KernelTask task, LxTask state, LxTracee tracee)
    {
        if (!tracee.TracesCalls)
        {
            return false;
        }

        task.Cpu.Registers.Rax = unchecked((ulong)-(long)Errno.ENOSYS);
        state.TraceWork.After = AfterStop.Call;
        state.TraceWork.IsEmulated = tracee.Emulates;
        return StopAtCall(task, state, TraceStopKind.CallEntry);
    }

    /// <summary>Behind a call.</summary>
    internal static void CallOver(KernelTask task, LxTask state, LxTracee tracee)
    {
        if (tracee.Mode == TraceMode.Call)
        {
            state.TraceWork.IsCallOver = true;
        }
        else if (tracee.Steps)
        {
            SignalSending.Force(task, SigInfo.FromFault((int)Signal.SIGTRAP, SigCode.TRAP_BRKPT, task.Cpu.Registers.Rip));
        }
    }

    /// <summary>Before a signal takes effect; true: the task stands still, and its tracer decides.</summary>
    internal static bool AtSignal(KernelTask task, LxTask state, in SigInfo info, int continues)
    {
        if (LxTracee.Of(task) is not { } tracee || info.Signo == (int)Signal.SIGKILL)
        {
            return false;
        }

        TraceState work = state.TraceWork;
        work.Info = tracee.Info = info;
        work.Continues = continues;
        work.After = AfterStop.Signal;
        tracee.Event = PtraceEvent.None;
        if (Stop(task, state, TraceStopKind.Signal, info.Signo))
        {
            return true;
        }

        work.After = AfterStop.Nothing;
        return false;
    }

    /// <summary>At the first instruction of a handler, when the task executes one at a time; true: it stands still.</summary>
    internal static bool AtHandler(KernelTask task, LxTask state)
    {
        if (LxTracee.Of(task) is not { Steps: true } tracee)
        {
            return false;
        }

        tracee.Event = PtraceEvent.None;
        tracee.Info = Describe(task, (int)Signal.SIGTRAP);
        return Stop(task, state, TraceStopKind.Event, (int)Signal.SIGTRAP);
    }

    /// <summary>Notes an event of the running call, at which the task stops when the call is over.</summary>
    internal static void Note(LxTask state, PtraceEvent what, ulong message)
    {
        state.TraceWork.Event = what;
        state.TraceWork.Message = message;
        state.TraceWork.AfterEvent = AfterStop.Nothing;
    }

    /// <summary>The same in the middle of a call, or before an end.</summary>
    internal static void Note(LxTask state, PtraceEvent what, ulong message, AfterStop after)
    {
        Note(state, what, message);
        state.TraceWork.AfterEvent = after;
    }

    /// <summary>Before the task ends, whatever ends it; true: it stands still once more.</summary>
    internal static bool AtEnd(KernelTask task, LxTask state, int status)
    {
        if (LxTracee.Of(task) is not { } tracee || !tracee.Wants(PtraceEvent.PTRACE_EVENT_EXIT) || state.TraceWork.IsEndTold)
        {
            return false;
        }

        // It is to stand still although it is being killed.
        state.TraceWork.IsEndTold = true;
        task.Clear(TaskAttention.Kill);
        tracee.Event = PtraceEvent.PTRACE_EVENT_EXIT;
        tracee.Message = (uint)status;
        int code = (int)Signal.SIGTRAP | ((int)PtraceEvent.PTRACE_EVENT_EXIT << EventShift);
        tracee.Info = Describe(task, code);
        return Stop(task, state, TraceStopKind.Event, code, atEnd: true);
    }

    private static bool StopAtCall(KernelTask task, LxTask state, TraceStopKind kind)
    {
        if (LxTracee.Of(task) is not { } tracee)
        {
            return false;
        }

        int code = (tracee.Options & PtraceOptions.PTRACE_O_TRACESYSGOOD) != 0 ? CallTrap : (int)Signal.SIGTRAP;
        tracee.Event = PtraceEvent.None;
        tracee.Info = Describe(task, code);
        if (Stop(task, state, kind, code))
        {
            return true;
        }

        if (kind == TraceStopKind.CallEntry)
        {
            state.TraceWork.After = AfterStop.Nothing;
        }

        return false;
    }

    private static void StopAtEvent(KernelTask task, LxTask state, TraceState work)
    {
        PtraceEvent what = work.Event;
        work.Event = PtraceEvent.None;
        work.Stood = null;
        work.After = work.AfterEvent;
        if (LxTracee.Of(task) is not { } tracee)
        {
            return;
        }

        tracee.Event = what;
        tracee.Message = work.Message;
        int code = (int)Signal.SIGTRAP | ((int)what << EventShift);
        tracee.Info = Describe(task, code);
        Stop(task, state, TraceStopKind.Event, code);
    }

    private static bool AtTrap(KernelTask task, LxTask state, Tracee tracee)
    {
        if ((task.Attention & TaskAttention.Trap) == 0)
        {
            return false;
        }

        task.Clear(TaskAttention.Trap);
        if (!tracee.TakeTrap())
        {
            return false;
        }

        int signo = task.Process.StopSignal;
        task.Clear(TaskAttention.Stop);
        return StopOfGroup(task, state, tracee, signo);
    }

    private static bool AtGroupStop(KernelTask task, LxTask state, Tracee tracee)
    {
        if ((task.Attention & TaskAttention.Stop) == 0)
        {
            return false;
        }

        task.Clear(TaskAttention.Stop);
        return task.Process.StopSignal is not 0 and var signo && StopOfGroup(task, state, tracee, signo);
    }

    /// <summary>With the whole process, or alone when its tracer wants it: <paramref name="signo"/> is 0 then.</summary>
    private static bool StopOfGroup(KernelTask task, LxTask state, Tracee tracee, int signo)
    {
        LxTracee own = LxTracee.Of(tracee);
        int code = signo == 0 ? (int)Signal.SIGTRAP : signo;
        own.Event = PtraceEvent.None;
        own.Message = 0;
        if (tracee.IsSeized)
        {
            code |= (int)PtraceEvent.PTRACE_EVENT_STOP << EventShift;
            own.Event = PtraceEvent.PTRACE_EVENT_STOP;
        }

        // PTRACE_GETSIGINFO has no answer in a stop of the process by which tracers tell it from a signal's.
        own.Info = tracee.IsSeized ? Describe(task, code) : default;
        return Stop(task, state, signo == 0 ? TraceStopKind.Event : TraceStopKind.Group, code);
    }

    private static SigInfo Describe(KernelTask task, int code) =>
        SigInfo.FromSender((int)Signal.SIGTRAP, code, task.Tid.Value, task.Credentials.Uid);

    private static bool Stop(KernelTask task, LxTask state, TraceStopKind kind, int code, bool atEnd = false)
    {
        if (task.Tracee is not { } tracee)
        {
            return false;
        }

        LxTracee own = LxTracee.Of(tracee);
        own.ResumeSignal = kind == TraceStopKind.Signal ? code : 0;
        state.TraceWork.Stood = own;
        if (tracee.Enter(kind, code, atEnd))
        {
            task.BlockUninterruptibly(tracee.Resumed, new TraceStopOperation(tracee));
            return true;
        }

        state.TraceWork.Stood = null;
        return false;
    }

    private static void GoOn(KernelTask task, LxTask state, TraceState work, Strace? trace)
    {
        int signo = work.Stood?.ResumeSignal ?? 0;
        AfterStop after = work.After;
        work.Stood = null;
        work.After = AfterStop.Nothing;
        switch (after)
        {
            case AfterStop.Call when work.IsEmulated || (uint)state.OriginalRax == uint.MaxValue:
                LxBrand.Of(task).Finish(task, state, (long)task.Cpu.Registers.Rax);
                break;
            case AfterStop.Call:
                _ = LxBrand.Of(task).Make(task, state, asksFilters: true);
                break;
            case AfterStop.FilteredCall:
                _ = LxBrand.Of(task).Make(task, state, asksFilters: false);
                break;
            case AfterStop.Signal:
                SignalDelivery.Resume(task, state, Choose(task, work, signo), work.Continues, trace);
                break;
            case AfterStop.Vfork:
                task.BlockUninterruptibly(work.VforkQueue!, work.VforkWait!);
                work.VforkQueue = null;
                work.VforkWait = null;
                break;
            case AfterStop.Nothing when signo != 0:
                // ptrace(2): behind a call, a signal is sent as if by the tracer.
                SignalSending.Send(task, FromTracer(task, signo));
                break;
        }
    }

    /// <summary>The signal that the tracer has chosen; the number 0: none.</summary>
    private static SigInfo Choose(KernelTask task, TraceState work, int signo)
    {
        SigInfo info = work.Info;
        if (signo == 0)
        {
            return default;
        }

        if (LxTracee.Of(task) is { } tracee)
        {
            info = tracee.Info;
        }

        return info.Signo == signo ? info : FromTracer(task, signo);
    }

    private static SigInfo FromTracer(KernelTask task, int signo)
    {
        KernelTask? tracer = task.Tracee?.Tracer;
        return SigInfo.FromSender(signo, SigCode.SI_USER, tracer?.Process.Pid.Value ?? 0, tracer?.Credentials.Uid ?? 0);
    }
}

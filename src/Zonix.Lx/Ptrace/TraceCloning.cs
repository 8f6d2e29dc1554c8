using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Ptrace;

/// <summary>New tasks of a traced one. ptrace(2), PTRACE_O_TRACEFORK and its like; clone(2), CLONE_PTRACE.</summary>
internal static class TraceCloning
{
    /// <summary>Before a new task starts: it is traced as its maker is, where the tracer wants that.</summary>
    /// <returns>The event at which the maker is to stop; none, when the tracer does not want to hear of it.</returns>
    internal static PtraceEvent Prepare(KernelTask task, KernelTask child, in CloneRequest request)
    {
        if (task.Tracee is not { } tracee || (request.Flags & CloneFlags.CLONE_UNTRACED) != 0)
            return PtraceEvent.None;
        LxTracee own = LxTracee.Of(tracee);
        PtraceEvent what = (request.Flags & CloneFlags.CLONE_VFORK) != 0 ? PtraceEvent.PTRACE_EVENT_VFORK
            : (request.Flags & CloneFlags.CLONE_THREAD) == 0 && request.ExitSignal == (int)Signal.SIGCHLD ? PtraceEvent.PTRACE_EVENT_FORK
            : PtraceEvent.PTRACE_EVENT_CLONE;
        bool isWanted = own.Wants(what);
        if (!isWanted && (request.Flags & CloneFlags.CLONE_PTRACE) == 0)
            return PtraceEvent.None;
        var state = new LxTracee { Options = own.Options };
        if (Process.Trace(tracee.Tracer, child, state, tracee.IsSeized) is { } traced)
        {
            traced.EndsWithTracer = tracee.EndsWithTracer;
            if (traced.IsSeized)
                traced.RequestTrap();
            else
                SignalSending.Send(child, SigInfo.FromSender((int)Signal.SIGSTOP, SigCode.SI_USER, 0, 0));
        }

        return isWanted ? what : PtraceEvent.None;
    }

    /// <summary>The maker stops at the event first, and waits for the child of its vfork(2) then.</summary>
    internal static void WaitLater(LxTask state, PtraceEvent what, ulong message, WaitQueue queue, IOperation wait)
    {
        TraceState work = state.TraceWork;
        work.VforkQueue = queue;
        work.VforkWait = wait;
        TraceStops.Note(state, what, message, AfterStop.Vfork);
    }
}

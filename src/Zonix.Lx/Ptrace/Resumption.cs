using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;

namespace Zonix.Lx.Ptrace;

/// <summary>How a task that stands still goes on. ptrace(2), PTRACE_CONT and its like.</summary>
internal static class Resumption
{
    /// <summary>How a request lets a task go on; false: it is none of these.</summary>
    internal static bool TryFind(PtraceRequest request, out TraceMode mode)
    {
        switch (request)
        {
            case PtraceRequest.PTRACE_CONT:
                mode = TraceMode.Continue;
                return true;
            case PtraceRequest.PTRACE_SYSCALL:
                mode = TraceMode.Call;
                return true;
            case PtraceRequest.PTRACE_SINGLESTEP:
                mode = TraceMode.Step;
                return true;
            case PtraceRequest.PTRACE_SYSEMU:
                mode = TraceMode.Emulate;
                return true;
            case PtraceRequest.PTRACE_SYSEMU_SINGLESTEP:
                mode = TraceMode.EmulateStep;
                return true;
            default:
                mode = default;
                return false;
        }
    }

    /// <summary>Goes on, with a signal where <paramref name="signo"/> is not 0.</summary>
    internal static SysResult Resume(Tracee tracee, TraceMode mode, ulong signo)
    {
        if (signo > (ulong)Signal.SIGRTMAX)
            return Errno.EIO;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            LxTracee own = LxTracee.Of(tracee);
            own.Mode = mode;
            own.ResumeSignal = (int)signo;
            tracee.Resume();
        }

        tracee.Resumed.WakeAll();
        return SysResult.Success;
    }

    /// <summary>Ends the tracing of a task that stands still.</summary>
    internal static SysResult Detach(Tracee tracee, ulong signo)
    {
        if (signo > (ulong)Signal.SIGRTMAX)
            return Errno.EIO;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            LxTracee.Of(tracee).ResumeSignal = (int)signo;
        }

        Process.Detach(tracee);
        return SysResult.Success;
    }

    /// <summary>Stays in a stop of the process, and stops anew when that is over.</summary>
    internal static SysResult Listen(Tracee tracee)
    {
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            if (!tracee.IsSeized || LxTracee.Of(tracee).Event != PtraceEvent.PTRACE_EVENT_STOP)
                return Errno.EIO;
            if (!tracee.Listen())
                return SysResult.Success;
        }

        tracee.Resumed.WakeAll();
        return SysResult.Success;
    }
}

using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Ptrace;

/// <summary>How a tracing begins. ptrace(2), PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_SEIZE.</summary>
internal static class Attaching
{
    private const int CAP_SYS_PTRACE = 19;

    /// <summary>The parent is to trace the caller.</summary>
    internal static SysResult TraceMe(KernelTask task)
    {
        Process? parent = task.Process.Parent;
        KernelTask? tracer = ReferenceEquals(task.Process.Maker?.Process, parent) ? task.Process.Maker : null;
        tracer = tracer is null || parent!.Pids.Tasks[tracer.Tid] != tracer ? parent?.MainTask : tracer;
        return tracer is not null && Process.Trace(tracer, task, new LxTracee(), isSeized: false) is not null ? SysResult.Success : Errno.EPERM;
    }

    /// <summary>Traces another task, which gets a SIGSTOP for it.</summary>
    internal static SysResult Attach(KernelTask task, KernelTask target)
    {
        Errno error = Begin(task, target, PtraceOptions.None, isSeized: false, out Tracee? tracee);
        if (error != 0)
            return error;
        SignalSending.Send(target, SigInfo.FromSender((int)Signal.SIGSTOP, SigCode.SI_USER, task.Process.Pid.Value, task.Credentials.Uid));
        if (!target.Process.IsStopped)
            return SysResult.Success;
        // Its stop becomes that of a traced task, for which the tracer need not wait.
        tracee!.RequestTrap();
        task.BlockUninterruptibly(task.Process.ChildEvents, new AttachOperation(tracee));
        return SysResult.Blocked;
    }

    /// <summary>Traces another task without stopping it.</summary>
    internal static SysResult Seize(KernelTask task, KernelTask target, ulong address, ulong options)
    {
        if (address != 0 || (options & ~(ulong)PtraceOptions.All) != 0)
            return Errno.EIO;
        Errno error = Begin(task, target, (PtraceOptions)options, isSeized: true, out Tracee? tracee);
        if (error == 0 && target.Process.IsStopped)
            tracee!.RequestTrap();
        return error;
    }

    /// <summary>Sets what the tracer wants to hear of.</summary>
    internal static void Apply(Tracee tracee, PtraceOptions options)
    {
        LxTracee.Of(tracee).Options = options;
        tracee.EndsWithTracer = (options & PtraceOptions.PTRACE_O_EXITKILL) != 0;
    }

    private static Errno Begin(KernelTask task, KernelTask target, PtraceOptions options, bool isSeized, out Tracee? tracee)
    {
        tracee = null;
        if (ReferenceEquals(task.Process, target.Process) || !PtraceAccess.IsAllowed(task, target) || !IsDumpable(task, target))
            return Errno.EPERM;
        tracee = Process.Trace(task, target, new LxTracee { Options = options }, isSeized);
        if (tracee is null)
            return Errno.EPERM;
        tracee.EndsWithTracer = (options & PtraceOptions.PTRACE_O_EXITKILL) != 0;
        return 0;
    }

    private static bool IsDumpable(KernelTask task, KernelTask target) =>
        LxProcess.Of(target.Process).Dumpable == 1 || task.Credentials.Has(CAP_SYS_PTRACE);
}

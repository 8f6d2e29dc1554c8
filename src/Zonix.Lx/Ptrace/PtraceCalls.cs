using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Ptrace;

/// <summary>Control of traced tasks. ptrace(2).</summary>
internal static class PtraceCalls
{
    /// <summary>Traces a task, or controls one that is traced. ptrace(2).</summary>
    [Syscall(X64 = 101, I386 = 26, Support = Support.Partial, Missing = "hardware breakpoints, PTRACE_SINGLEBLOCK, PTRACE_SECCOMP_GET_FILTER, seizing with PTRACE_O_SUSPEND_SECCOMP")]
    internal static SysResult Ptrace(KernelTask task, PtraceRequest request, Pid pid, ulong address, ulong data)
    {
        if (request == PtraceRequest.PTRACE_TRACEME)
            return Attaching.TraceMe(task);
        if (task.Process.Pids.Tasks[new Tid(pid.Value)] is not { } target)
            return Errno.ESRCH;
        switch (request)
        {
            case PtraceRequest.PTRACE_ATTACH:
                return Attaching.Attach(task, target);
            case PtraceRequest.PTRACE_SEIZE:
                return Attaching.Seize(task, target, address, data);
        }

        if (target.Tracee is not { } tracee || !ReferenceEquals(tracee.Tracer, task))
            return Errno.ESRCH;
        switch (request)
        {
            case PtraceRequest.PTRACE_INTERRUPT when tracee.IsSeized:
                tracee.RequestTrap();
                return SysResult.Success;
            case PtraceRequest.PTRACE_INTERRUPT:
                return Errno.EIO;
            case PtraceRequest.PTRACE_KILL:
                target.Process.BeginExit((int)Signal.SIGKILL);
                return SysResult.Success;
        }

        return Resumption.TryFind(request, out TraceMode mode) ? Resumption.Resume(tracee, mode, data)
            : request == PtraceRequest.PTRACE_DETACH ? Resumption.Detach(tracee, data)
            : request == PtraceRequest.PTRACE_LISTEN ? Resumption.Listen(tracee)
            : Look(task, target, tracee, request, address, data);
    }

    /// <summary>What needs a task that stands still.</summary>
    private static SysResult Look(KernelTask task, KernelTask target, Tracee tracee, PtraceRequest request, ulong address, ulong data)
    {
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
        }

        if (task.CallAbi != GuestAbi.X64 && TraceeRegisters32.TryAnswer(task, target, tracee, request, address, new UserAddress(data)) is { } answer)
            return answer;
        switch (request)
        {
            case PtraceRequest.PTRACE_PEEKTEXT or PtraceRequest.PTRACE_PEEKDATA:
                return TraceeMemory.Peek(task, target, address, new UserAddress(data));
            case PtraceRequest.PTRACE_POKETEXT or PtraceRequest.PTRACE_POKEDATA:
                return TraceeMemory.Poke(target, address, data);
            case PtraceRequest.PTRACE_PEEKUSER:
                return TraceeRegisters.PeekUser(task, tracee, address, new UserAddress(data));
            case PtraceRequest.PTRACE_POKEUSER:
                return TraceeRegisters.PokeUser(tracee, address, data);
            case PtraceRequest.PTRACE_GETREGS:
                return TraceeRegisters.GetGeneral(task, tracee, new UserAddress(data));
            case PtraceRequest.PTRACE_SETREGS:
                return TraceeRegisters.SetGeneral(task, tracee, new UserAddress(data));
            case PtraceRequest.PTRACE_GETFPREGS:
                return TraceeRegisters.GetFloat(task, tracee, new UserAddress(data));
            case PtraceRequest.PTRACE_SETFPREGS:
                return TraceeRegisters.SetFloat(task, tracee, new UserAddress(data));
            case PtraceRequest.PTRACE_GETREGSET or PtraceRequest.PTRACE_SETREGSET:
                return RegisterSets.Transfer(task, tracee, address, new UserAddress(data), request == PtraceRequest.PTRACE_SETREGSET);
            case PtraceRequest.PTRACE_GET_THREAD_AREA or PtraceRequest.PTRACE_SET_THREAD_AREA:
                return TraceeSegments.Transfer(
                    task, tracee, address, new UserPointer<UserDescriptor>(data), request == PtraceRequest.PTRACE_SET_THREAD_AREA);
            case PtraceRequest.PTRACE_ARCH_PRCTL:
                return TraceeRegisters.ArchPrctl(task, tracee, data, address);
            case PtraceRequest.PTRACE_SETOPTIONS:
                return SetOptions(tracee, data);
            case PtraceRequest.PTRACE_GETEVENTMSG:
                return task.TryWrite(new UserAddress(data), new GuestWord(LxTracee.Of(tracee).Message)) ? SysResult.Success : Errno.EFAULT;
            default:
                return TraceeSignals.TryAnswer(task, target, tracee, request, address, new UserAddress(data)) ?? CallInfo.TryAnswer(task, target, tracee, request, address, new UserAddress(data)) ?? Errno.EIO;
        }
    }

    private static SysResult SetOptions(Tracee tracee, ulong data)
    {
        if ((data & ~(ulong)PtraceOptions.All) != 0)
            return Errno.EINVAL;
        lock (tracee.Gate)
            Attaching.Apply(tracee, (PtraceOptions)data);
        return SysResult.Success;
    }
}

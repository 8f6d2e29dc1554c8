using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Seccomp;
using Zonix.Lx.Signals;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Tasks;
using Zonix.Lx.Tracing;
using Zonix.Lx.Vdso;
using Zonix.Machine;

namespace Zonix.Lx;

/// <content>Calls and faults of guest code.</content>
public sealed partial class LxBrand
{
    private void Step(KernelTask task, LxTask state, in GuestExit exit)
    {
        switch (exit.Kind)
        {
            case ExitKind.Syscall:
                _ = Call(task, state, isI386: false);
                break;
            case ExitKind.Interrupt80:
                _ = Call(task, state, isI386: true);
                break;
            case ExitKind.Sysenter:
                Sysenter(task, state);
                break;
            case ExitKind.PageFault:
                if (!VsyscallPage.TryCall(this, task, state, exit))
                {
                    state.OriginalRax = NoCall;
                    GuestFaults.PageFault(task, state, exit);
                }

                break;
            case ExitKind.Exception:
                state.OriginalRax = NoCall;
                GuestFaults.Exception(task, state, exit);
                break;
            case ExitKind.Stepped:
                state.OriginalRax = NoCall;
                SignalSending.Force(task, SigInfo.FromFault((int)Signal.SIGTRAP, SigCode.TRAP_TRACE, task.Cpu.Registers.Rip));
                break;
            case ExitKind.Preempted:
                state.OriginalRax = NoCall;
                break;
            case ExitKind.Answered:
                break;
        }
    }

    /// <summary>
    /// A call by sysenter: ebp is the caller's stack, whose first word is the sixth argument; it comes back to the vDSO.
    /// arch/x86/entry/common.c, do_fast_syscall_32.
    /// </summary>
    private void Sysenter(KernelTask task, LxTask state)
    {
        ref var registers = ref task.Cpu.Registers;
        registers.Rsp = (uint)registers.Rbp;
        registers.Rip = (uint)(task.Memory.Program.Vdso + (ulong)Loader.Vdso32.LandingOffset);
        if (!task.Memory.TryRead(new UserAddress(registers.Rsp), out uint sixth))
        {
            state.SetResult(-(long)Errno.EFAULT);
            return;
        }

        registers.Rbp = sixth;
        _ = Call(task, state, isI386: true);
    }

    /// <summary>Answers a call; false: the task waits, or goes on elsewhere than behind the call.</summary>
    internal bool Call(KernelTask task, LxTask state, bool isI386)
    {
        ref var registers = ref task.Cpu.Registers;
        var number = (uint)registers.Rax;
        state.OriginalRax = registers.Rax;
        state.IsI386Call = isI386;
        state.InCall = true;
        if (Trace is not null)
        {
            Strace.Enter(task, state, number, isI386, ref registers);
        }

        if (LxTracee.Of(task) is { } tracee && TraceStops.AtCall(task, state, tracee))
        {
            return false;
        }

        return Make(task, state, asksFilters: true);
    }

    /// <summary>Makes the call that has begun, whose number a tracer may have changed. Answers as <see cref="Call"/>.</summary>
    internal bool Make(KernelTask task, LxTask state, bool asksFilters)
    {
        ref var registers = ref task.Cpu.Registers;
        var number = (uint)state.OriginalRax;
        var isI386 = state.IsI386Call;
        SysResult result;
        if (asksFilters && state.Seccomp is { } seccomp && !SeccompCheck.Allows(task, state, seccomp, number, isI386, out var refused))
        {
            result = refused;
        }
        else
        {
            result = --state.CallsToSample < 0
                ? CallSampling.Dispatch(task, state, number, isI386, ref registers)
                : isI386
                ? SyscallDispatch.I386(task, number, ref registers)
                : SyscallDispatch.X64(task, number, ref registers);
        }

        if (result.IsBlocked)
        {
            return false;
        }

        Finish(task, state, result);
        return !result.IsNoReturn;
    }

    /// <summary>A call, or the wait of a stopped process, is over.</summary>
    internal void Finish(KernelTask task, LxTask state, SysResult result)
    {
        if (state.InCall && LxTracee.Of(task) is { } tracee)
        {
            TraceStops.CallOver(task, state, tracee);
        }

        state.InCall = false;
        Trace?.Leave(task, state, result);
        if (result.IsNoReturn)
        {
            return;
        }

        if (result.IsRestart)
        {
            state.RestartCode = (int)-result.Raw;
        }
        else if (task.Signals.SavedMask is { } mask && result != Errno.EINTR)
        {
            // Not interrupted: the mask of sigsuspend and its like ends with the call.
            task.Signals.SavedMask = null;
            Zonix.Kernel.Signals.SignalSending.SetBlocked(task, mask);
        }

        state.SetResult(result.Raw);
    }
}

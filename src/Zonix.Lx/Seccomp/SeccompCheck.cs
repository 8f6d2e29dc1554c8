using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Seccomp;

/// <summary>Asks the filters of a task before a system call. seccomp(2).</summary>
internal static class SeccompCheck
{
    private const uint AUDIT_ARCH_X86_64 = 0xC000_003E, AUDIT_ARCH_I386 = 0x4000_0003;
    private const uint KillThread = 0, Trap = 0x0003_0000, Refuse = 0x0005_0000, UserNotification = 0x7FC0_0000, Trace = 0x7FF0_0000, Log = 0x7FFC_0000;
    private const int MaxErrno = 4095;
    private const int SYS_SECCOMP = 1;

    /// <summary>Whether the call may be made; else <paramref name="result"/> is its answer.</summary>
    internal static bool Allows(KernelTask task, LxTask state, SeccompState seccomp, uint number, bool isI386, out SysResult result)
    {
        result = default;
        if (seccomp.Filter is not { } filter)
        {
            if (IsAllowedStrictly(number, isI386))
                return true;
            result = EndTask(state, Signal.SIGKILL);
            return false;
        }

        Span<uint> data = stackalloc uint[16];
        Describe(task, number, isI386, data);
        uint answer = filter.Ask(data);
        uint value = answer & SeccompFilter.DataMask;
        switch (answer & SeccompFilter.ActionMask)
        {
            case SeccompFilter.SECCOMP_RET_ALLOW or Log:
                return true;
            case Refuse:
                result = value == 0 ? SysResult.Success : (Errno)Math.Min(value, MaxErrno);
                return false;
            case Trace when LxTracee.Of(task) is { } tracee && tracee.Wants(PtraceEvent.PTRACE_EVENT_SECCOMP):
                TraceStops.Note(state, PtraceEvent.PTRACE_EVENT_SECCOMP, value, AfterStop.FilteredCall);
                result = SysResult.Blocked;
                return false;
            case Trace or UserNotification:
                // Nobody traces, and nobody listens.
                result = Errno.ENOSYS;
                return false;
            case Trap:
                SignalSending.Force(task, Info(task, number, data[1], (int)value));
                result = (long)state.OriginalRax;
                return false;
            case KillThread when task.Process.Tasks.Count > 1:
                result = EndTask(state, Signal.SIGSYS);
                return false;
            default:
                task.Process.BeginExitBySignal(Signal.SIGSYS);
                result = SysResult.NoReturn;
                return false;
        }
    }

    private static bool IsAllowedStrictly(uint number, bool isI386) =>
        isI386 ? number is 1 or 3 or 4 or 119 : number is 0 or 1 or 15 or 60;

    private static SysResult EndTask(LxTask state, Signal signal)
    {
        state.ExitStatus = (int)signal;
        state.IsExiting = true;
        return SysResult.NoReturn;
    }

    private static SigInfo Info(KernelTask task, uint number, uint architecture, int error) => new()
    {
        Signo = (int)Signal.SIGSYS,
        Code = SYS_SECCOMP,
        Errno = error,
        Word0 = task.Cpu.Registers.Rip,
        Word1 = number | ((ulong)architecture << 32),
    };

    /// <summary>struct seccomp_data: number, architecture, instruction pointer, six arguments.</summary>
    private static void Describe(KernelTask task, uint number, bool isI386, Span<uint> data)
    {
        ref GuestRegisters r = ref task.Cpu.Registers;
        data[0] = number;
        data[1] = isI386 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
        Put(data, 2, r.Rip);
        ReadOnlySpan<ulong> arguments = isI386
            ? [(uint)r.Rbx, (uint)r.Rcx, (uint)r.Rdx, (uint)r.Rsi, (uint)r.Rdi, (uint)r.Rbp]
            : [r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9];
        for (int i = 0; i < arguments.Length; i++)
            Put(data, 4 + (2 * i), arguments[i]);
    }

    private static void Put(Span<uint> data, int at, ulong value)
    {
        data[at] = (uint)value;
        data[at + 1] = (uint)(value >> 32);
    }
}

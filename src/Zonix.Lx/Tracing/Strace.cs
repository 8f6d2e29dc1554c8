using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Tracing;

/// <summary>Writes calls and signals in the form of strace(1), one line each, when they are over.</summary>
public sealed class Strace(Action<string> writeLine)
{
    private readonly Lock gate = new();
    private int firstTid;

    internal static void Enter(KernelTask task, LxTask state, uint number, bool isI386, ref GuestRegisters r)
    {
        var writer = state.TraceWriter ??= new CallWriter(task);
        if (isI386)
        {
            writer.Load((uint)r.Rbx, (uint)r.Rcx, (uint)r.Rdx, (uint)r.Rsi, (uint)r.Rdi, (uint)r.Rbp);
        }
        else
        {
            writer.Load(r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9);
        }

        state.TraceNumber = number;
        var isLate = isI386 ? SyscallTrace.I386ShowsResult(number) : SyscallTrace.X64ShowsResult(number);
        state.TraceLine = isLate ? "" : Format(writer, number, isI386);
    }

    internal void Leave(KernelTask task, LxTask state, SysResult result)
    {
        if (state.TraceLine is { } line)
        {
            state.TraceLine = null;
            if (line.Length == 0)
            {
                state.TraceWriter!.Result = result.IsNoReturn ? -1 : result.Raw;
                line = Format(state.TraceWriter, state.TraceNumber, state.IsI386Call);
            }

            Write(task, line.PadRight(39) + " = " + Describe(line, result));
        }
    }

    internal void Signal(KernelTask task, in SigInfo info) =>
        Write(task, $"--- {SignalName(info.Signo)} {{si_signo={SignalName(info.Signo)}, si_code={CodeName(info.Code)}, word0=0x{info.Word0:x}}} ---");

    internal void Exit(KernelTask task, int status)
    {
        const int signalMask = 0x7F;
        Write(task, (status & signalMask) == 0
            ? $"+++ exited with {(status >> 8) & 0xFF} +++"
            : $"+++ killed by {SignalName(status & signalMask)} +++");
    }

    /// <summary>The name of a signal as strace shows it.</summary>
    internal static string SignalName(int signo) =>
        signo > (int)Abi.Signal.SIGRTMIN ? $"SIGRT_{signo - (int)Abi.Signal.SIGRTMIN}" :
        signo == (int)Abi.Signal.SIGRTMIN ? "SIGRTMIN" : ((Abi.Signal)signo).ToString();

    private static string CodeName(int code) => code switch
    {
        SigCode.SI_USER => "SI_USER",
        SigCode.SI_KERNEL => "SI_KERNEL",
        SigCode.SI_QUEUE => "SI_QUEUE",
        SigCode.SI_TIMER => "SI_TIMER",
        SigCode.SI_TKILL => "SI_TKILL",
        _ => code.ToString(CultureInfo.InvariantCulture),
    };

    private static string Format(CallWriter writer, uint number, bool isI386)
    {
        if (!(isI386 ? SyscallTrace.I386(number, writer) : SyscallTrace.X64(number, writer)))
        {
            writer.Begin(isI386 ? UnknownCall.NameI386(number) : UnknownCall.NameX64(number));
            for (var i = 0; i < 6; i++)
            {
                writer.Unknown(writer[i]);
            }
        }

        return writer.End();
    }

    private static string Describe(string line, SysResult result)
    {
        if (result.IsNoReturn)
        {
            return "?";
        }

        if (result.IsRestart)
        {
            return "? " + (-result.Raw) switch
            {
                KernelErrno.ERESTARTSYS => "ERESTARTSYS (To be restarted if SA_RESTART is set)",
                KernelErrno.ERESTARTNOINTR => "ERESTARTNOINTR (To be restarted)",
                KernelErrno.ERESTARTNOHAND => "ERESTARTNOHAND (To be restarted if no handler)",
                _ => "ERESTART_RESTARTBLOCK (Interrupted by signal)",
            };
        }

        if (result.IsError)
        {
            return $"-1 {result.Error} ({ErrnoText.Describe(result.Error)})";
        }

        var isAddress = line.StartsWith("mmap(", StringComparison.Ordinal) || line.StartsWith("brk(", StringComparison.Ordinal) ||
            line.StartsWith("mremap(", StringComparison.Ordinal) || line.StartsWith("shmat(", StringComparison.Ordinal);
        return isAddress ? $"0x{result.Raw:x}" : result.Raw.ToString(CultureInfo.InvariantCulture);
    }

    private void Write(KernelTask task, string text)
    {
        lock (gate)
        {
            if (firstTid == 0)
            {
                firstTid = task.Tid.Value;
            }

            // As strace -f: the number appears as soon as there is more than one task.
            writeLine(task.Tid.Value == firstTid ? text : $"[pid {task.Tid.Value,5}] {text}");
        }
    }
}

namespace Zonix.Machine;

/// <summary>Single steps: what a debugger asks for.</summary>
public sealed unsafe partial class Processor
{
    /// <summary>
    /// Executes one instruction (a string instruction with all its repetitions) and comes back with <see cref="ExitKind.Stepped"/>, or with
    /// what <see cref="Run"/> would have come back with.
    /// </summary>
    public GuestExit RunOne(CpuContext context)
    {
        CpuState* state = context.State;
        MemoryWindow window = context.Window;
        Bind(state);
        BindCalls(state, null);
        CodeSpace space = Bind(state, window);
        nint host = 0;
        while (true)
        {
            if (host == 0 && (host = space.TranslateOnce(window, state->Registers.Rip)) == 0)
            {
                if (window.Code == space)
                    return FetchFault(context);
                space = Bind(state, window);
                continue;
            }

            if (!TryAnnounce(window, space, state->Registers.Rip, ref host))
            {
                space = Bind(state, window);
                host = 0;
                continue;
            }

            // No table leads on from here: an indirect jump ends the step as a direct one does.
            state->TableBase = _cache.Library.EmptyTable;
            state->HostWindow = state->WindowBase;
            ulong rip = state->Registers.Rip;
            ExitReason reason = Enter(space, state, host, _kick, 0);
            host = 0;
            while (reason == ExitReason.Fault && NeedsStep(context))
                reason = Step(context);
            if (reason == ExitReason.Link)
                state->Registers.Rip = _cache.Link(state->Link).Target;
            Leave();
            if (reason == ExitReason.Fault && !HandleFault(context, out reason, out host, out GuestExit exit))
                return exit;
            if (TryFinishStep(context, reason, rip, out exit))
                return exit;
        }
    }

    private bool TryFinishStep(CpuContext context, ExitReason reason, ulong start, out GuestExit exit)
    {
        CpuState* state = context.State;
        exit = new GuestExit { Kind = ExitKind.Stepped };
        switch (reason)
        {
            case ExitReason.None:
                // The instruction starts again.
                return false;
            case ExitReason.Miss when context.Window.Kind == WindowKind.Large:
                state->Registers.Rip = state->Scratch;
                return true;
            case ExitReason.Link or ExitReason.Miss:
                return true;
            case ExitReason.Syscall:
                state->Registers.Rcx = state->Registers.Rip;
                state->Registers.R11 = state->Registers.Rflags;
                exit = new GuestExit { Kind = ExitKind.Syscall };
                return true;
            case ExitReason.Interrupt80:
                exit = new GuestExit { Kind = ExitKind.Interrupt80 };
                return true;
            case ExitReason.Sysenter:
                exit = new GuestExit { Kind = ExitKind.Sysenter };
                return true;
            case ExitReason.Cpuid:
                _cpuid.Execute(ref state->Registers, Index);
                return true;
            case ExitReason.Exception:
                exit = new GuestExit { Kind = ExitKind.Exception, Vector = state->Link & 0xFF, ErrorCode = (uint)state->Link >> 8 };
                return true;
            case ExitReason.Emulate:
                if (!InstructionEmulator.TryExecute(context, out GuestExit fault))
                    exit = fault;
                return true;
            case ExitReason.Preempted:
                Volatile.Write(ref *_kick, 0);
                if (state->Registers.Rip == start)
                    exit = new GuestExit { Kind = ExitKind.Preempted };
                return true;
            default:
                throw new InvalidOperationException($"unknown exit {reason}");
        }
    }
}

namespace Zonix.Lx.Ptrace;

/// <summary>What a tracer wants to hear of. ptrace(2), PTRACE_SETOPTIONS.</summary>
[Flags]
internal enum PtraceOptions : uint
{
    None = 0,
    PTRACE_O_TRACESYSGOOD = 1,
    PTRACE_O_TRACEFORK = 1 << PtraceEvent.PTRACE_EVENT_FORK,
    PTRACE_O_TRACEVFORK = 1 << PtraceEvent.PTRACE_EVENT_VFORK,
    PTRACE_O_TRACECLONE = 1 << PtraceEvent.PTRACE_EVENT_CLONE,
    PTRACE_O_TRACEEXEC = 1 << PtraceEvent.PTRACE_EVENT_EXEC,
    PTRACE_O_TRACEVFORKDONE = 1 << PtraceEvent.PTRACE_EVENT_VFORK_DONE,
    PTRACE_O_TRACEEXIT = 1 << PtraceEvent.PTRACE_EVENT_EXIT,
    PTRACE_O_TRACESECCOMP = 1 << PtraceEvent.PTRACE_EVENT_SECCOMP,
    PTRACE_O_EXITKILL = 1 << 20,

    /// <summary>All there are but PTRACE_O_SUSPEND_SECCOMP, which a kernel without checkpoints does not have.</summary>
    All = 0xFF | PTRACE_O_EXITKILL,
}

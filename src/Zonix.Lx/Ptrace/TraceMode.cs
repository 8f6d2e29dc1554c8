namespace Zonix.Lx.Ptrace;

/// <summary>How a traced task goes on.</summary>
internal enum TraceMode
{
    /// <summary>To the next signal or event. PTRACE_CONT.</summary>
    Continue,

    /// <summary>To the next end of a call. PTRACE_SYSCALL.</summary>
    Call,

    /// <summary>One instruction. PTRACE_SINGLESTEP.</summary>
    Step,

    /// <summary>To the next call, which is not made. PTRACE_SYSEMU.</summary>
    Emulate,

    /// <summary>One instruction; a call is not made. PTRACE_SYSEMU_SINGLESTEP.</summary>
    EmulateStep,
}

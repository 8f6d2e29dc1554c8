using Zonix.Abi;

namespace Zonix.Kernel.Signals;

/// <summary>Sets of signals as 64-bit masks: bit n - 1 stands for signal n.</summary>
public static class SignalMask
{
    /// <summary>Signals that no process can block, catch or ignore.</summary>
    public static readonly ulong Unblockable = Of(Signal.SIGKILL) | Of(Signal.SIGSTOP);

    /// <summary>Signals that faults cause; taken before others so that a handler sees the fault's registers.</summary>
    public static readonly ulong Synchronous =
        Of(Signal.SIGSEGV) | Of(Signal.SIGBUS) | Of(Signal.SIGILL) | Of(Signal.SIGTRAP) | Of(Signal.SIGFPE) | Of(Signal.SIGSYS);

    /// <summary>Signals whose default action stops the process.</summary>
    public static readonly ulong Stop =
        Of(Signal.SIGSTOP) | Of(Signal.SIGTSTP) | Of(Signal.SIGTTIN) | Of(Signal.SIGTTOU);

    /// <summary>Signals whose default action is to do nothing.</summary>
    public static readonly ulong IgnoredByDefault =
        Of(Signal.SIGCHLD) | Of(Signal.SIGCONT) | Of(Signal.SIGURG) | Of(Signal.SIGWINCH);

    /// <summary>Signals whose default action dumps core.</summary>
    public static readonly ulong CoreDump =
        Of(Signal.SIGQUIT) | Of(Signal.SIGILL) | Of(Signal.SIGTRAP) | Of(Signal.SIGABRT) | Of(Signal.SIGBUS) |
        Of(Signal.SIGFPE) | Of(Signal.SIGSEGV) | Of(Signal.SIGXCPU) | Of(Signal.SIGXFSZ) | Of(Signal.SIGSYS);

    /// <summary>The mask of one signal.</summary>
    public static ulong Of(int signo) => 1UL << (signo - 1);

    /// <summary>The mask of one signal.</summary>
    public static ulong Of(Signal signal) => Of((int)signal);
}

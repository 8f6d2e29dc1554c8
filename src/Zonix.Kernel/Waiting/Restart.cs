namespace Zonix.Kernel.Waiting;

/// <summary>What becomes of a blocked call when a signal interrupts it. signal(7).</summary>
public enum Restart
{
    /// <summary>Restarted when the handler has SA_RESTART (or no handler runs), else EINTR: read, write, wait4, futex.</summary>
    IfSaRestart,

    /// <summary>EINTR whenever a handler runs, even with SA_RESTART; restarted when none does: poll, epoll_wait, pause.</summary>
    IfNoHandler,

    /// <summary>As <see cref="IfNoHandler"/>, restarted through restart_syscall(2), which waits for the rest of the time: nanosleep.</summary>
    Block,

    /// <summary>EINTR whenever a signal arrives, even one that runs no handler: epoll_wait, sigtimedwait, sockets with timeouts.</summary>
    Never,

    /// <summary>Always restarted.</summary>
    Always,
}

namespace Zonix.Kernel;

/// <summary>
/// Codes that a call may answer inside the kernel, to say what becomes of it when a signal interrupts it. They are
/// turned into EINTR or a restart before the guest runs again and never leak to it. signal(7), "Interruption of
/// system calls".
/// </summary>
public static class KernelErrno
{
    /// <summary>Restarted when the handler has SA_RESTART or when no handler runs; EINTR otherwise.</summary>
    public const int ERESTARTSYS = 512;

    /// <summary>Always restarted.</summary>
    public const int ERESTARTNOINTR = 513;

    /// <summary>Restarted only when no handler runs; EINTR otherwise.</summary>
    public const int ERESTARTNOHAND = 514;

    /// <summary>Restarted through restart_syscall(2) when no handler runs, with the time that is left; EINTR otherwise.</summary>
    public const int ERESTART_RESTARTBLOCK = 516;
}

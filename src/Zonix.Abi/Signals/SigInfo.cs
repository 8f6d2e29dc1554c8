using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>
/// siginfo_t of x86-64: 16 bytes of head and a union, kept as words. Which words mean what depends on
/// <see cref="Code"/> and <see cref="Signo"/>; the factories say it. sigaction(2).
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
public partial struct SigInfo
{
    /// <summary>si_signo.</summary>
    public int Signo;

    /// <summary>si_errno.</summary>
    public int Errno;

    /// <summary>si_code.</summary>
    public int Code;

    private int padding;

    /// <summary>First word of the union: si_pid and si_uid, or si_addr, or si_tid and si_overrun, or si_band.</summary>
    public ulong Word0;

    /// <summary>Second word: si_value, si_status, si_fd, si_addr_lsb.</summary>
    public ulong Word1;

    /// <summary>Third word: si_utime, si_lower.</summary>
    public ulong Word2;

    /// <summary>Fourth word: si_stime, si_upper.</summary>
    public ulong Word3;

    /// <summary>A signal that a process sent (SI_USER, SI_TKILL), or with a value (SI_QUEUE).</summary>
    public static SigInfo FromSender(int signo, int code, int pid, uint uid, ulong value = 0) =>
        new() { Signo = signo, Code = code, Word0 = (uint)pid | ((ulong)uid << 32), Word1 = value };

    /// <summary>A signal of the kernel's own (SI_KERNEL).</summary>
    public static SigInfo FromKernel(int signo) => new() { Signo = signo, Code = SigCode.SI_KERNEL };

    /// <summary>A fault at an address.</summary>
    public static SigInfo FromFault(int signo, int code, ulong address) =>
        new() { Signo = signo, Code = code, Word0 = address };

    /// <summary>A change of a child; times in clock ticks.</summary>
    public static SigInfo FromChild(int code, int pid, uint uid, int status, long userTicks, long systemTicks) =>
        new()
        {
            Signo = (int)Signal.SIGCHLD,
            Code = code,
            Word0 = (uint)pid | ((ulong)uid << 32),
            Word1 = (uint)status,
            Word2 = (ulong)userTicks,
            Word3 = (ulong)systemTicks,
        };

    /// <summary>The expiry of a POSIX timer.</summary>
    public static SigInfo FromTimer(int signo, int timerId, int overrun, ulong value) =>
        new() { Signo = signo, Code = SigCode.SI_TIMER, Word0 = (uint)timerId | ((ulong)(uint)overrun << 32), Word1 = value };
}

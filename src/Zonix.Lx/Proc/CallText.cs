using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Syscalls;
using Zonix.Machine;

namespace Zonix.Lx.Proc;

/// <summary>What a task waits in: /proc/[pid]/syscall and wchan.</summary>
internal static class CallText
{
    /// <summary>Number, arguments, stack pointer and place of the call that it waits in. proc_pid_syscall(5).</summary>
    internal static string Syscall(ProcSubject subject)
    {
        // The reader itself is in the call that reads.
        if (subject is not { Task: { } task, State: { } state } || !(task.IsParked || ReferenceEquals(task, ProcFileSystem.Caller)))
            return "running\n";
        GuestRegisters r = task.Cpu.Registers;
        return state.InCall
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{state.OriginalRax} 0x{r.Rdi:x} 0x{r.Rsi:x} 0x{r.Rdx:x} 0x{r.R10:x} 0x{r.R8:x} 0x{r.R9:x} 0x{r.Rsp:x} 0x{r.Rip:x}\n")
            : string.Create(CultureInfo.InvariantCulture, $"-1 0x{r.Rsp:x} 0x{r.Rip:x}\n");
    }

    /// <summary>The name that Linux has for the place where such a call waits; 0: it runs, or one may not look. proc_pid_wchan(5).</summary>
    internal static string WaitChannel(ProcSubject subject)
    {
        if (subject is not { Task: { IsParked: true }, State: { } state } || !subject.MayRead)
            return "0";
        if (subject.Process.IsStopped || !state.InCall)
            return "do_signal_stop";
        string call = UnknownCall.NameX64((uint)state.OriginalRax);
        return call switch
        {
            "read" or "readv" or "recvfrom" or "recvmsg" => "wait_woken",
            "write" or "writev" or "sendto" or "sendmsg" => "pipe_write",
            "poll" or "ppoll" or "select" or "pselect6" => "poll_schedule_timeout",
            "epoll_wait" or "epoll_pwait" or "epoll_pwait2" => "ep_poll",
            "nanosleep" or "clock_nanosleep" => "hrtimer_nanosleep",
            "wait4" or "waitid" => "do_wait",
            "futex" or "futex_wait" or "futex_waitv" => "futex_wait_queue",
            "rt_sigtimedwait" => "do_sigtimedwait",
            "rt_sigsuspend" => "sigsuspend",
            "pause" => "__do_sys_pause",
            "vfork" or "clone" or "clone3" => "kernel_clone",
            "flock" or "fcntl" => "locks_lock_inode_wait",
            "semop" or "semtimedop" => "do_semtimedop",
            "msgrcv" => "do_msgrcv",
            "msgsnd" => "do_msgsnd",
            _ => "do_sys_" + call,
        };
    }
}

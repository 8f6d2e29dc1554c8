using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>How the clock is kept in step; it can be read but not changed. adjtimex(2).</summary>
internal static class ClockAdjustments
{
    private const int TIME_ERROR = 5;
    private const int STA_UNSYNC = 0x40;
    private const int STA_NANO = 0x2000;
    private const uint ADJ_OFFSET_SS_READ = 0xA001;
    private const uint ADJ_OFFSET_SINGLESHOT = 0x8001;
    private const long MicrosecondsPerTick = 10_000;

    /// <summary>Reads the state of the real-time clock. adjtimex(2).</summary>
    [Syscall(X64 = 159, I386 = 124, Support = Support.Partial, Missing = "the clock is the host's: changes are refused with EPERM")]
    internal static SysResult Adjtimex(KernelTask task, UserPointer<Timex> buffer) => ClockAdjtime(task, ClockId.CLOCK_REALTIME, buffer);

    /// <summary>Reads the state of a clock. clock_adjtime(2).</summary>
    [Syscall(X64 = 305, I386 = 343, Support = Support.Partial, Missing = "the clock is the host's: changes are refused with EPERM")]
    [Syscall(I386 = 405, Name = "clock_adjtime64", Wide = true)]
    internal static SysResult ClockAdjtime(KernelTask task, ClockId clock, UserPointer<Timex> buffer)
    {
        if (!task.TryRead(buffer, out Timex asked))
        {
            return Errno.EFAULT;
        }

        if (clock != ClockId.CLOCK_REALTIME)
        {
            return Clocks.TryRead(task, clock, out _) ? Errno.EOPNOTSUPP : Errno.EINVAL;
        }

        var modes = asked.Modes;
        if (modes is not (0 or ADJ_OFFSET_SS_READ))
        {
            return modes != ADJ_OFFSET_SINGLESHOT && (modes & 0x8000) != 0 ? Errno.EINVAL : Errno.EPERM;
        }

        var now = Timespec.FromNs(task.Machine.Clock.RealtimeNs);
        // tv_usec holds nanoseconds under STA_NANO.
        var state = new Timex
        {
            Modes = modes,
            MaxError = 16_000_000,
            EstimatedError = 16_000_000,
            Status = STA_UNSYNC | STA_NANO,
            Constant = 2,
            Precision = 1,
            Tolerance = 32_768_000,
            Time = new Timeval(now.Seconds, now.Nanoseconds),
            Tick = MicrosecondsPerTick,
        };
        return task.TryWrite(buffer, state) ? TIME_ERROR : Errno.EFAULT;
    }
}

using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>A sleep until a CPU clock shows a time. clock_nanosleep(2).</summary>
internal sealed class CpuSleepOperation : IOperation, IInterruptibleOperation, IRestartable, IExpiry
{
    private readonly KernelTask task;
    private readonly CpuAlarm alarm;
    private readonly long deadlineNs;
    private readonly UserPointer<Timespec> remaining;
    private readonly bool isAbsolute;

    private CpuSleepOperation(KernelTask task, in CpuClock clock, long deadlineNs, UserPointer<Timespec> remaining, bool isAbsolute)
    {
        this.task = task;
        alarm = new CpuAlarm(clock, this);
        this.deadlineNs = deadlineNs;
        this.remaining = remaining;
        this.isAbsolute = isAbsolute;
    }

    internal static SysResult Sleep(KernelTask task, in CpuClock clock, long deadlineNs, UserPointer<Timespec> remaining, bool isAbsolute) =>
        new CpuSleepOperation(task, clock, deadlineNs, remaining, isAbsolute).Restart(task);

    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.Success;
        return alarm.Clock.NowNs >= deadlineNs;
    }

    public SysResult Restart(KernelTask task)
    {
        var result = task.Block([], this, long.MaxValue, isAbsolute ? Kernel.Waiting.Restart.IfNoHandler : Kernel.Waiting.Restart.Block);
        if (result.IsBlocked)
        {
            alarm.Arm(deadlineNs);
        }

        return result;
    }

    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        alarm.Cancel();
        LxTask.Of(task).Restartable = this;
        if (remaining.IsNull || isAbsolute)
        {
            return result;
        }

        var left = Timespec.FromNs(Math.Max(0, deadlineNs - alarm.Clock.NowNs));
        return task.TryWrite(remaining, left) ? result : Errno.EFAULT;
    }

    public void Expired(long nowNs) => task.TryWake();
}

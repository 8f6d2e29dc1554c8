using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>
/// A read of a terminal. In lines it takes one; else it waits for VMIN bytes, or for VTIME, which runs from the start when VMIN
/// is 0 and from each byte otherwise. termios(3).
/// </summary>
internal sealed class TerminalRead(PtySlaveFile file) : ITimedOperation, IInterruptibleOperation
{
    private UserBuffer buffer;
    private long done, timeNs, deadlineNs;
    private int minimum;

    internal SysResult Start(KernelTask task, in UserBuffer into, bool nonBlocking)
    {
        buffer = into;
        done = 0;
        deadlineNs = long.MaxValue;
        (minimum, timeNs) = file.Pty.Timing;
        if (nonBlocking || (minimum == 0 && timeNs == 0))
        {
            if (!Try(task, out SysResult result))
                result = End(done > 0 ? done : minimum == 0 && timeNs == 0 ? 0 : Errno.EAGAIN);
            return result;
        }
        if (minimum == 0)
            deadlineNs = task.Machine.Clock.MonotonicNs + timeNs;
        return task.Block(file.ReadQueue, this, deadlineNs);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        while (true)
        {
            SysResult taken = file.Take(ref buffer, out bool isLine);
            if (taken == Errno.EAGAIN)
                break;
            if (taken.IsError || taken.Raw == 0)
            {
                result = End(done > 0 ? done : taken);
                return true;
            }
            done += taken.Value;
            if (isLine || done >= minimum || buffer.Remaining == 0 || buffer.Faulted)
            {
                result = End(done);
                return true;
            }
            if (timeNs > 0)
                deadlineNs = task.Machine.Clock.MonotonicNs + timeNs;
        }
        task.MoveDeadline(deadlineNs);
        result = default;
        return false;
    }

    public SysResult TimedOut(KernelTask task) => End(done);

    public SysResult Interrupted(KernelTask task, SysResult result) => End(done > 0 ? done : result);

    private SysResult End(SysResult result)
    {
        buffer = default;
        file.Done(this);
        return result;
    }
}

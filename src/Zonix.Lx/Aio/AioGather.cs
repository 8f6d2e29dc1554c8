using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Aio;

/// <summary>The wait of io_getevents(2): events are handed out as they come, until there are enough.</summary>
internal sealed class AioGather(AioContext context, long minimum, long count, UserAddress target) : ITimedOperation, IInterruptibleOperation
{
    private const int AtATime = 32;
    private long done;

    public bool Try(KernelTask task, out SysResult result)
    {
        Span<byte> events = stackalloc byte[AtATime * AioEvent.Size];
        while (done < count)
        {
            int taken = context.Take(events[..((int)Math.Min(AtATime, count - done) * AioEvent.Size)]);
            if (taken == 0)
                break;
            Span<byte> bytes = events[..(taken * AioEvent.Size)];
            if (!task.Memory.TryCopyOut(target + ((ulong)done * AioEvent.Size), bytes))
            {
                result = done > 0 ? done : Errno.EFAULT;
                return true;
            }
            done += taken;
        }
        result = done;
        return done >= minimum;
    }

    public SysResult TimedOut(KernelTask task) => done;

    public SysResult Interrupted(KernelTask task, SysResult result) => done > 0 ? done : result;
}

using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>
/// Where select(2) and ppoll(2) leave what is left of their time, but for those who ask for timeouts that stay. That it cannot be left there
/// is no error. select(2), personality(2).
/// </summary>
/// <param name="Place">The timeout; null: there is none.</param>
/// <param name="Unit">Nanoseconds of the unit of its second field.</param>
/// <param name="DeadlineNs">When the time is over.</param>
internal readonly record struct RemainingTime(UserAddress Place, long Unit, long DeadlineNs)
{
    /// <summary>Leaves it there.</summary>
    public void Write(KernelTask task)
    {
        if (Place.IsNull || IsSticky(task))
            return;
        long left = DeadlineNs == 0 ? 0 : Math.Max(0, DeadlineNs - task.Machine.Clock.MonotonicNs);
        _ = task.TryWrite(Place, new Timespec(left / 1_000_000_000, left % 1_000_000_000 / Unit));
    }

    /// <summary>What an interrupted call answers: it cannot be made again when what is left of its time is not known. fs/select.c.</summary>
    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        Write(task);
        return !Place.IsNull && IsSticky(task) && result.IsRestart ? Errno.EINTR : result;
    }

    private static bool IsSticky(KernelTask task) => (LxTask.Of(task).Personality & Persona.STICKY_TIMEOUTS) != 0;
}

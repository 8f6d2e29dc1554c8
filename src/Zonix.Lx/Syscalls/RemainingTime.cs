using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Where select(2) leaves what is left of its time. That it cannot be left there is no error.</summary>
/// <param name="Place">The timeout; null: there is none.</param>
/// <param name="Unit">Nanoseconds of the unit of its second field.</param>
/// <param name="DeadlineNs">When the time is over.</param>
internal readonly record struct RemainingTime(UserAddress Place, long Unit, long DeadlineNs)
{
    /// <summary>Leaves it there.</summary>
    public void Write(KernelTask task)
    {
        if (Place.IsNull)
            return;
        long left = DeadlineNs == 0 ? 0 : Math.Max(0, DeadlineNs - task.Machine.Clock.MonotonicNs);
        _ = task.TryWrite(Place, new Timespec(left / 1_000_000_000, left % 1_000_000_000 / Unit));
    }
}

using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Tasks;

/// <summary>
/// Marks the robust futexes that a task held when it ended, so that the next owner learns of it (EOWNERDEAD).
/// Linux: Documentation/locking/robust-futexes.rst.
/// </summary>
internal static class RobustList
{
    private const uint FUTEX_WAITERS = 0x8000_0000;
    private const uint FUTEX_OWNER_DIED = 0x4000_0000;
    private const uint FUTEX_TID_MASK = 0x3FFF_FFFF;
    private const int Limit = 2048;
    private const int PendingOffset = 16;

    internal static void Walk(KernelTask task, UserAddress head)
    {
        if (head.IsNull ||
            !task.Memory.TryRead(head, out ulong entry) ||
            !task.Memory.TryRead(head + 8, out long offset) ||
            !task.Memory.TryRead(head + PendingOffset, out ulong pending))
        {
            return;
        }

        pending &= ~1UL;
        for (var i = 0; i < Limit && (entry & ~1UL) != head.Value; i++)
        {
            var current = entry & ~1UL;
            // The next entry is read first: marking hands the memory to somebody else.
            var more = task.Memory.TryRead(new UserAddress(current), out entry);
            if (current != pending && !Mark(task, current + (ulong)offset, false))
            {
                return;
            }

            if (!more)
            {
                return;
            }
        }

        if (pending != 0)
        {
            Mark(task, pending + (ulong)offset, true);
        }
    }

    private static bool Mark(KernelTask task, ulong address, bool isPending)
    {
        var place = new UserAddress(address);
        if ((address & 3) != 0 || !task.Memory.TryLoadAcquire(place, out var value))
        {
            return false;
        }

        var key = new FutexKey(task.Memory, address);
        if (isPending && value == 0)
        {
            // The owner may have died between unlocking and waking.
            task.Machine.Futexes.Wake(key, 1, uint.MaxValue);
            return true;
        }

        while ((value & FUTEX_TID_MASK) == (uint)task.Tid.Value)
        {
            var expected = value;
            if (!task.Memory.TryCompareExchange(place, expected, (expected & FUTEX_WAITERS) | FUTEX_OWNER_DIED, out value))
            {
                return false;
            }

            if (value == expected)
            {
                if ((expected & FUTEX_WAITERS) != 0)
                {
                    task.Machine.Futexes.Wake(key, 1, uint.MaxValue);
                }

                return true;
            }
        }

        return true;
    }
}

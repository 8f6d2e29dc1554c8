using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Syscalls;

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
    private const ulong PiBit = 1;
    private const int Limit = 2048;

    /// <summary>The memory of a task is about to go: exit(2), execve(2).</summary>
    internal static void Leave(KernelTask task, LxTask state, bool ends)
    {
        Walk(task, state.RobustList, state.RobustListAbi);
        state.RobustList = default;
        task.Machine.Futexes.Pi.OwnerLeaves(task, ends);
    }

    private static void Walk(KernelTask task, UserAddress head, GuestAbi abi)
    {
        if (head.IsNull || !task.TryRead(head, abi, out RobustListHead list))
        {
            return;
        }

        var (entry, offset, pending) = (list.First, list.FutexOffset, list.Pending);
        for (var i = 0; i < Limit && (entry & ~PiBit) != head.Value; i++)
        {
            var current = entry;
            // The next entry is read first: marking hands the memory to somebody else.
            var more = task.TryRead(new UserAddress(current & ~PiBit), abi, out GuestWord next);
            entry = next.Value;
            if ((current & ~PiBit) != (pending & ~PiBit) && !Mark(task, current, offset, false))
            {
                return;
            }

            if (!more)
            {
                return;
            }
        }

        if ((pending & ~PiBit) != 0)
        {
            Mark(task, pending, offset, true);
        }
    }

    private static bool Mark(KernelTask task, ulong entry, long offset, bool isPending)
    {
        var isPi = (entry & PiBit) != 0;
        var place = new UserAddress((entry & ~PiBit) + (ulong)offset);
        if ((place.Value & 3) != 0 || !task.Memory.TryLoadAcquire(place, out var value))
        {
            return false;
        }

        if (isPending && !isPi && value == 0)
        {
            // The owner may have died between unlocking and waking.
            FutexWords.WakeOne(task, place);
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
                // Whoever waits for a lock with priority inheritance gets it from the kernel.
                if (!isPi && (expected & FUTEX_WAITERS) != 0)
                {
                    FutexWords.WakeOne(task, place);
                }

                return true;
            }
        }

        return true;
    }
}

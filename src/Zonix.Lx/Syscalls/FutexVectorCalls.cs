using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The second generation of futex calls. futex_waitv(2), futex_wait(2), futex_wake(2), futex_requeue(2).</summary>
internal static class FutexVectorCalls
{
    private const uint FUTEX2_SIZE_MASK = 3;
    private const uint FUTEX2_SIZE_U32 = 2;
    private const uint FUTEX2_PRIVATE = 128;
    private const int FUTEX_WAITV_MAX = 128;
    private const int EntrySize = 24;

    /// <summary>Waits for any of several words. futex_waitv(2).</summary>
    [Syscall(X64 = 449, I386 = 449)]
    internal static SysResult FutexWaitv(
        KernelTask task, UserAddress waiters, uint count, uint flags, ulong timeout, ClockId clock)
    {
        if (flags != 0 || count is 0 or > FUTEX_WAITV_MAX || waiters.IsNull)
        {
            return Errno.EINVAL;
        }

        var error = ReadDeadline(task, timeout, clock, out var deadline);
        if (error != 0)
        {
            return error;
        }

        var vector = LxTask.Of(task).FutexWaits.Vector;
        vector.Clear();
        for (var i = 0u; i < count; i++)
        {
            error = ReadEntry(task, waiters + (i * EntrySize), out var word, out var expected);
            if (error != 0)
            {
                return error;
            }

            vector.Add(word, expected);
        }

        return task.Block([], vector, deadline, Restart.IfSaRestart);
    }

    /// <summary>Wakes waiters of a word. futex_wake(2).</summary>
    [Syscall(X64 = 454, I386 = 454)]
    internal static SysResult FutexWake(KernelTask task, UserAddress uaddr, ulong mask, int count, uint flags)
    {
        if (!AreValid(flags) || mask > uint.MaxValue)
        {
            return Errno.EINVAL;
        }

        // Unlike the old call, it wakes nobody when nobody is asked for.
        return count == 0 && mask != 0 && FutexWords.Find(task, uaddr, IsPrivate(flags), out _) == 0
            ? 0
            : Futexes.Wake(task, uaddr, IsPrivate(flags), count, (uint)mask);
    }

    /// <summary>Waits for a word. futex_wait(2).</summary>
    [Syscall(X64 = 455, I386 = 455)]
    internal static SysResult FutexWait(
        KernelTask task, UserAddress uaddr, ulong val, ulong mask, uint flags, ulong timeout, ClockId clock)
    {
        if (!AreValid(flags) || val > uint.MaxValue || mask > uint.MaxValue)
        {
            return Errno.EINVAL;
        }

        var error = ReadDeadline(task, timeout, clock, out var deadline);
        return error != 0 ? error : Futexes.Wait(task, uaddr, IsPrivate(flags), (uint)val, (uint)mask, deadline);
    }

    /// <summary>Wakes some waiters of a word, moves others to another. futex_requeue(2).</summary>
    [Syscall(X64 = 456, I386 = 456)]
    internal static SysResult FutexRequeue(KernelTask task, UserAddress waiters, uint flags, int wake, int move)
    {
        if (flags != 0 || waiters.IsNull)
        {
            return Errno.EINVAL;
        }

        var error = ReadEntry(task, waiters, out var from, out var expected);
        if (error != 0)
        {
            return error;
        }

        error = ReadEntry(task, waiters + EntrySize, out var to, out _);
        if (error != 0)
        {
            return error;
        }

        return wake < 0 || move < 0 ? Errno.EINVAL : task.Machine.Futexes.Requeue(from, to.Key, wake, move, expected);
    }

    private static bool AreValid(uint flags) =>
        (flags & ~(FUTEX2_SIZE_MASK | FUTEX2_PRIVATE)) == 0 && (flags & FUTEX2_SIZE_MASK) == FUTEX2_SIZE_U32;

    private static bool IsPrivate(uint flags) => (flags & FUTEX2_PRIVATE) != 0;

    /// <summary>struct futex_waitv: value, address, flags, reserved.</summary>
    private static Errno ReadEntry(KernelTask task, UserAddress at, out FutexWord word, out uint expected)
    {
        word = default;
        expected = 0;
        Span<byte> entry = stackalloc byte[EntrySize];
        if (!task.Memory.TryCopyIn(at, entry))
        {
            return Errno.EFAULT;
        }

        var value = BitConverter.ToUInt64(entry);
        var flags = BitConverter.ToUInt32(entry[16..]);
        if (BitConverter.ToUInt32(entry[20..]) != 0 || !AreValid(flags) || value > uint.MaxValue)
        {
            return Errno.EINVAL;
        }

        expected = (uint)value;
        return FutexWords.Find(task, new UserAddress(BitConverter.ToUInt64(entry[8..])), IsPrivate(flags), out word);
    }

    private static Errno ReadDeadline(KernelTask task, ulong timeout, ClockId clock, out long deadline)
    {
        deadline = long.MaxValue;
        if (timeout == 0)
        {
            return 0;
        }

        return clock is ClockId.CLOCK_MONOTONIC or ClockId.CLOCK_REALTIME
            ? Futexes.ReadDeadline(task, timeout, isAbsolute: true, clock == ClockId.CLOCK_REALTIME, out deadline)
            : Errno.EINVAL;
    }
}

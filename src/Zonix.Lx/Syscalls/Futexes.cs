using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Fast user-space locking. futex(2).</summary>
internal static class Futexes
{
    private const int FUTEX_PRIVATE_FLAG = 128;
    private const int FUTEX_CLOCK_REALTIME = 256;

    /// <summary>Waits for and wakes waiters of a word. futex(2).</summary>
    [Syscall(X64 = 202, I386 = 240)]
    [Syscall(I386 = 422, Name = "futex_time64", Wide = true)]
    internal static SysResult Futex(
        KernelTask task, UserAddress uaddr, FutexCommand op, uint val, nuint timeout, UserAddress uaddr2, uint val3)
    {
        var isRealtime = ((int)op & FUTEX_CLOCK_REALTIME) != 0;
        var isPrivate = ((int)op & FUTEX_PRIVATE_FLAG) != 0;
        var command = (FutexCommand)((int)op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME));
        if (isRealtime && command is not (FutexCommand.FUTEX_WAIT_BITSET or FutexCommand.FUTEX_WAIT_REQUEUE_PI or FutexCommand.FUTEX_LOCK_PI2))
        {
            return Errno.ENOSYS;
        }

        var deadline = long.MaxValue;
        if (timeout != 0 && TakesTimeout(command))
        {
            var isAbsolute = command != FutexCommand.FUTEX_WAIT;
            var error = ReadDeadline(task, timeout, isAbsolute, isRealtime || command == FutexCommand.FUTEX_LOCK_PI, out deadline);
            if (error != 0)
            {
                return error;
            }
        }

        switch (command)
        {
            case FutexCommand.FUTEX_WAIT:
                return Wait(task, uaddr, isPrivate, val, uint.MaxValue, deadline);
            case FutexCommand.FUTEX_WAIT_BITSET:
                return Wait(task, uaddr, isPrivate, val, val3, deadline);
            case FutexCommand.FUTEX_WAKE:
                return Wake(task, uaddr, isPrivate, (int)val, uint.MaxValue);
            case FutexCommand.FUTEX_WAKE_BITSET:
                return Wake(task, uaddr, isPrivate, (int)val, val3);
            case FutexCommand.FUTEX_REQUEUE or FutexCommand.FUTEX_CMP_REQUEUE:
                return Requeue(task, uaddr, uaddr2, isPrivate, (int)val, (int)timeout, command == FutexCommand.FUTEX_CMP_REQUEUE ? val3 : null);
            case FutexCommand.FUTEX_WAKE_OP:
                return WakeOp(task, uaddr, uaddr2, isPrivate, (int)val, (int)timeout, new FutexOperation(val3));
            default:
                return PiFutexCalls.Call(task, command, isPrivate, uaddr, uaddr2, val, timeout, val3, deadline);
        }
    }

    internal static SysResult Wait(KernelTask task, UserAddress uaddr, bool isPrivate, uint expected, uint bitset, long deadline)
    {
        if (bitset == 0)
        {
            return Errno.EINVAL;
        }

        var error = FutexWords.Find(task, uaddr, isPrivate, out var word);
        return error != 0 ? error : LxTask.Of(task).FutexWaits.Plain.Begin(task, word, expected, bitset, deadline);
    }

    internal static SysResult Wake(KernelTask task, UserAddress uaddr, bool isPrivate, int count, uint bitset)
    {
        if (bitset == 0)
        {
            return Errno.EINVAL;
        }

        var error = FutexWords.Find(task, uaddr, isPrivate, out var word);
        // Linux counts after it has woken: at least one.
        return error != 0 ? error : task.Machine.Futexes.Wake(word.Key, Math.Max(1, count), bitset);
    }

    /// <summary>A deadline on the monotonic clock from a timespec of the guest; a time that has passed becomes 0.</summary>
    internal static Errno ReadDeadline(KernelTask task, ulong timeout, bool isAbsolute, bool isRealtime, out long deadline)
    {
        deadline = 0;
        if (!task.TryRead(new UserAddress(timeout), out Timespec time))
        {
            return Errno.EFAULT;
        }

        if (!time.IsValid)
        {
            return Errno.EINVAL;
        }

        deadline = !isAbsolute ? Deadlines.After(task, time.ToNs())
            : isRealtime ? Deadlines.AtRealtime(task, time.ToNs())
            : time.ToNs();
        return 0;
    }

    private static bool TakesTimeout(FutexCommand command) => command
        is FutexCommand.FUTEX_WAIT or FutexCommand.FUTEX_WAIT_BITSET or FutexCommand.FUTEX_LOCK_PI or FutexCommand.FUTEX_LOCK_PI2
        or FutexCommand.FUTEX_WAIT_REQUEUE_PI;

    private static SysResult Requeue(
        KernelTask task, UserAddress uaddr, UserAddress uaddr2, bool isPrivate, int wake, int move, uint? expected)
    {
        if (wake < 0 || move < 0)
        {
            return Errno.EINVAL;
        }

        var error = FutexWords.Find(task, uaddr, isPrivate, out var from);
        if (error != 0)
        {
            return error;
        }

        error = FutexWords.Find(task, uaddr2, isPrivate, out var to);
        if (error != 0)
        {
            return error;
        }

        return task.Machine.Futexes.Requeue(from, to.Key, wake, move, expected);
    }

    private static SysResult WakeOp(
        KernelTask task, UserAddress uaddr, UserAddress uaddr2, bool isPrivate, int wake, int wakeSecond, FutexOperation operation)
    {
        var error = FutexWords.Find(task, uaddr, isPrivate, out var first);
        if (error != 0)
        {
            return error;
        }

        error = FutexWords.Find(task, uaddr2, isPrivate, out var second);
        if (error != 0)
        {
            return error;
        }

        return operation.HasOperation
            ? task.Machine.Futexes.WakeOp(first.Key, second, Math.Max(1, wake), Math.Max(1, wakeSecond), operation)
            : Errno.ENOSYS;
    }
}

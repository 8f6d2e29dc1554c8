using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>Fast user-space locking. futex(2).</summary>
internal static class Futexes
{
    private const int FUTEX_PRIVATE_FLAG = 128;
    private const int FUTEX_CLOCK_REALTIME = 256;

    /// <summary>Waits for and wakes waiters of a word. futex(2).</summary>
    [Syscall(X64 = 202, Support = Support.Partial, Missing = "priority inheritance")]
    internal static SysResult Futex(
        KernelTask task, UserAddress uaddr, FutexCommand op, uint val, ulong timeout, UserAddress uaddr2, uint val3)
    {
        if ((uaddr.Value & 3) != 0)
        {
            return Errno.EINVAL;
        }

        var isRealtime = ((int)op & FUTEX_CLOCK_REALTIME) != 0;
        var command = (FutexCommand)((int)op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME));
        var key = new FutexKey(task.Memory, uaddr.Value);
        var second = new FutexKey(task.Memory, uaddr2.Value);
        switch (command)
        {
            case FutexCommand.FUTEX_WAIT:
                return Wait(task, key, val, uint.MaxValue, timeout, isAbsolute: false, isRealtime);
            case FutexCommand.FUTEX_WAIT_BITSET:
                return val3 == 0 ? Errno.EINVAL : Wait(task, key, val, val3, timeout, isAbsolute: true, isRealtime);
            case FutexCommand.FUTEX_WAKE:
                return task.Machine.Futexes.Wake(key, Math.Max(1, (int)val), uint.MaxValue);
            case FutexCommand.FUTEX_WAKE_BITSET:
                return val3 == 0 ? Errno.EINVAL : task.Machine.Futexes.Wake(key, Math.Max(1, (int)val), val3);
            case FutexCommand.FUTEX_REQUEUE or FutexCommand.FUTEX_CMP_REQUEUE:
                return (int)val < 0 || (int)timeout < 0 || (uaddr2.Value & 3) != 0
                    ? Errno.EINVAL
                    : task.Machine.Futexes.Requeue(
                        task.Memory, key, second, (int)val, (int)timeout, command == FutexCommand.FUTEX_CMP_REQUEUE ? val3 : null);
            case FutexCommand.FUTEX_WAKE_OP:
                var operation = new FutexOperation(val3);
                return !operation.IsValid ? Errno.ENOSYS
                    : (uaddr2.Value & 3) != 0 ? Errno.EINVAL
                    : task.Machine.Futexes.WakeOp(task.Memory, key, second, (int)val, (int)timeout, operation);
            default:
                return Errno.ENOSYS;
        }
    }

    private static SysResult Wait(
        KernelTask task, FutexKey key, uint expected, uint bitset, ulong timeout, bool isAbsolute, bool isRealtime)
    {
        var deadline = long.MaxValue;
        if (timeout != 0)
        {
            if (!task.Memory.TryRead(new UserAddress(timeout), out Timespec time))
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
        }

        return Wait(task, key, expected, bitset, deadline);
    }

    internal static SysResult Wait(KernelTask task, FutexKey key, uint expected, uint bitset, long deadline) => task.Block(
        [],
        new FutexWaitCall(task, key, expected, bitset, deadline),
        deadline,
        deadline == long.MaxValue ? Restart.IfSaRestart : Restart.Block);
}

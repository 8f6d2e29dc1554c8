using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The operations of futex(2) on locks with priority inheritance.</summary>
internal static class PiFutexCalls
{
    internal static SysResult Call(
        KernelTask task,
        FutexCommand command,
        bool isPrivate,
        UserAddress uaddr,
        UserAddress uaddr2,
        uint val,
        ulong val2,
        uint val3,
        long deadline)
    {
        if (command is < FutexCommand.FUTEX_LOCK_PI or > FutexCommand.FUTEX_LOCK_PI2)
        {
            return Errno.ENOSYS;
        }

        var isRequeue = command == FutexCommand.FUTEX_CMP_REQUEUE_PI;
        if (isRequeue && ((int)val < 0 || (int)val2 < 0 || val != 1))
        {
            return Errno.EINVAL;
        }

        var error = FutexWords.Find(task, uaddr, isPrivate, out var word);
        if (error != 0)
        {
            return error;
        }

        var waits = LxTask.Of(task).FutexWaits;
        switch (command)
        {
            case FutexCommand.FUTEX_LOCK_PI or FutexCommand.FUTEX_LOCK_PI2:
                waits.Pi.Prepare(word);
                return task.Block([], waits.Pi, deadline, Restart.Always);
            case FutexCommand.FUTEX_TRYLOCK_PI:
                return waits.Pi.TryLock(word);
            case FutexCommand.FUTEX_UNLOCK_PI:
                return waits.Pi.Unlock(word);
        }

        error = FutexWords.Find(task, uaddr2, isPrivate, out var second);
        if (error != 0)
        {
            return error;
        }

        if (word.Key == second.Key)
        {
            return Errno.EINVAL;
        }

        if (isRequeue)
        {
            return task.Machine.Futexes.Pi.Requeue(task.Machine.Futexes, word, second, (int)val2, val3);
        }

        waits.Requeue.Prepare(word, val, uint.MaxValue, second);
        return task.Block([], waits.Requeue, deadline, Restart.Always);
    }
}

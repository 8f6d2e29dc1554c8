using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <content>FUTEX_CMP_REQUEUE_PI: from a futex without an owner (a condition variable) to a lock.</content>
public sealed partial class PiFutexes
{
    /// <summary>
    /// Gives the lock to the first waiter of the futex if it is free, and makes up to <paramref name="move"/> others wait for
    /// it; answers how many left the futex. EAGAIN when the futex is not <paramref name="expected"/>.
    /// </summary>
    public SysResult Requeue(FutexTable table, in FutexWord from, in FutexWord to, int move, uint expected)
    {
        ArgumentNullException.ThrowIfNull(table);
        var bucket = table.Bucket(from.Key);
        var done = 0;
        while (true)
        {
            Step step;
            SysResult result;
            var isFirst = done == 0;
            lock (gate)
            {
                bucket.Gate.Enter();
                step = RequeueLocked(bucket, from, to, move, isFirst ? expected : null, ref done, out result);
                bucket.Gate.Exit();
            }

            if (step == Step.Done)
            {
                return result;
            }

            if (step == Step.BringIn && (!from.BringIn() || !to.BringInForWrite()))
            {
                return Errno.EFAULT;
            }
        }
    }

    private Step RequeueLocked(
        FutexBucket bucket, in FutexWord from, in FutexWord to, int move, uint? expected, ref int done, out SysResult result)
    {
        result = default;
        if (expected is { } wanted)
        {
            if (!from.TryLoad(out var value))
            {
                return Step.BringIn;
            }

            if (value != wanted)
            {
                return Fail(Errno.EAGAIN, out result);
            }
        }

        for (var waiter = bucket.First; waiter is not null && done < 1 + (long)move;)
        {
            var next = waiter.Next;
            if (waiter.Key == from.Key)
            {
                if (waiter.RequeueTo != to.Key)
                {
                    return Fail(Errno.EINVAL, out result);
                }

                var requeued = waiter.Task.RequeueWaiter!;
                var step = AcquireLocked(requeued, to, false, takeWithWaiters: move > 0, out var acquired);
                if (step is Step.BringIn or Step.Again)
                {
                    return step;
                }

                if (acquired.IsError)
                {
                    result = acquired;
                    return Step.Done;
                }

                bucket.Remove(waiter);
                done++;
                if (step == Step.Done)
                {
                    requeued.Acquire();
                }
            }

            waiter = next;
        }

        result = done;
        return Step.Done;
    }
}

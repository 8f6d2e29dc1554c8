namespace Zonix.Kernel.Signals;

/// <summary>How many signals are queued for the processes of a user, POSIX timers included. setrlimit(2), RLIMIT_SIGPENDING.</summary>
public sealed class SignalAccount
{
    private long count;

    /// <summary>Signals and timers at the moment. Any thread.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>Counts one more, unless that makes more than <paramref name="limit"/>. Any thread.</summary>
    public bool TryCharge(ulong limit)
    {
        if ((ulong)Interlocked.Increment(ref count) <= limit)
        {
            return true;
        }

        Release();
        return false;
    }

    /// <summary>One that was counted is gone. Any thread.</summary>
    public void Release() => Interlocked.Decrement(ref count);
}

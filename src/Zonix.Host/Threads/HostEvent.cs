using System.Runtime.InteropServices;

namespace Zonix.Host.Threads;

/// <summary>
/// An event that one thread waits for, with nanosecond deadlines and no host call when it is already set. Setting it
/// twice before the wait counts once.
/// </summary>
public sealed class HostEvent
{
    private const int Clear = 0;
    private const int Signaled = 1;
    private const int Waiting = -1;

    private const long SysFutex = 202;
    private const int FutexWaitBitset = 9;
    private const int FutexWake = 1;
    private const int FutexPrivate = 128;

    // Pinned, since the host keys its waiters by address.
    private readonly int[] word = GC.AllocateArray<int>(16, pinned: true);

    /// <summary>Lets the waiter go, now or when it next waits. Any thread.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref word[0], Signaled) == Waiting)
        {
            _ = NativeThreads.Futex(
                SysFutex, Address, FutexWake | FutexPrivate, 1, 0, 0, 0);
        }
    }

    /// <summary>
    /// Waits for <see cref="Set"/> or until CLOCK_MONOTONIC reaches <paramref name="deadlineNs"/>; answers whether it was
    /// set. Resets the event.
    /// </summary>
    public bool Wait(long deadlineNs = long.MaxValue)
    {
        if (Interlocked.CompareExchange(ref word[0], Waiting, Clear) == Clear)
        {
            Sleep(deadlineNs);
        }

        return Interlocked.Exchange(ref word[0], Clear) == Signaled;
    }

    private nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(word, 0);

    private unsafe void Sleep(long deadlineNs)
    {
        var time = stackalloc long[2] { deadlineNs / 1_000_000_000, deadlineNs % 1_000_000_000 };
        var timeout = deadlineNs == long.MaxValue ? 0 : (nint)time;
        while (Volatile.Read(ref word[0]) == Waiting)
        {
            var result = NativeThreads.Futex(
                SysFutex, Address, FutexWaitBitset | FutexPrivate, Waiting, timeout, 0, -1);
            if (result != 0 && Marshal.GetLastPInvokeError() == TimedOut)
            {
                return;
            }
        }
    }

    private const int TimedOut = 110;
}

using Zonix.Kernel.Waiting;

namespace Zonix.Zones.Streams;

/// <summary>
/// Turns the wake-ups of a kernel's queue into something that code of the host awaits. A wake-up that finds nobody waiting is kept
/// for the next one who waits, so that whoever looks, finds nothing and then waits misses none.
/// </summary>
internal sealed class WakeSignal : IWaiter
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiting;
    private bool isSet;

    internal WakeSignal() => Entry = new WaitEntry(this);

    /// <summary>Its enrolment in a queue.</summary>
    internal WaitEntry Entry { get; }

    /// <summary>Ends a wait, now or later. Any thread; takes a leaf lock only.</summary>
    public void Set()
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            woken = waiting;
            waiting = null;
            isSet = woken is null;
        }

        // Its continuations run elsewhere: the caller may hold a queue's lock.
        woken?.TrySetResult();
    }

    bool IWaiter.Notify(WaitEntry entry)
    {
        Set();
        return true;
    }

    /// <summary>Waits for the next wake-up. One waiter at a time.</summary>
    internal Task WaitAsync(CancellationToken cancellation)
    {
        Task task;
        lock (gate)
        {
            if (isSet)
            {
                isSet = false;
                return Task.CompletedTask;
            }

            waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            task = waiting.Task;
        }

        return cancellation.CanBeCanceled ? task.WaitAsync(cancellation) : task;
    }
}

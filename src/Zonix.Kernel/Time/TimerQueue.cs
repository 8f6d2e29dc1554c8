namespace Zonix.Kernel.Time;

/// <summary>Armed timers, as a binary heap by deadline. Any thread may arm and cancel.</summary>
public sealed class TimerQueue
{
    private readonly Lock gate = new();
    private KernelTimer[] heap = new KernelTimer[64];
    private int count;

    /// <summary>Told when the earliest deadline has moved nearer.</summary>
    internal Action? EarlierDeadline { get; set; }

    /// <summary>The earliest deadline; <see cref="long.MaxValue"/> when nothing is armed.</summary>
    public long NextDeadlineNs
    {
        get
        {
            lock (gate)
            {
                return count == 0 ? long.MaxValue : heap[0].DeadlineNs;
            }
        }
    }

    /// <summary>Arms a timer, or moves one that is armed.</summary>
    public void Arm(KernelTimer timer, long deadlineNs)
    {
        bool earlier;
        lock (gate)
        {
            if (timer.HeapIndex >= 0)
            {
                Remove(timer);
            }

            if (count == heap.Length)
            {
                Array.Resize(ref heap, count * 2);
            }

            timer.DeadlineNs = deadlineNs;
            Place(timer, count++);
            SiftUp(timer.HeapIndex);
            earlier = timer.HeapIndex == 0;
        }

        if (earlier)
        {
            EarlierDeadline?.Invoke();
        }
    }

    /// <summary>Disarms a timer; answers whether it was armed. Its expiry may be running at this moment.</summary>
    public bool Cancel(KernelTimer timer)
    {
        lock (gate)
        {
            if (timer.HeapIndex < 0)
            {
                return false;
            }

            Remove(timer);
            return true;
        }
    }

    /// <summary>Runs what is due.</summary>
    public void Expire(long nowNs)
    {
        while (TakeDue(nowNs) is { } timer)
        {
            timer.Expiry.Expired(nowNs);
        }
    }

    private KernelTimer? TakeDue(long nowNs)
    {
        lock (gate)
        {
            if (count == 0 || heap[0].DeadlineNs > nowNs)
            {
                return null;
            }

            var timer = heap[0];
            Remove(timer);
            return timer;
        }
    }

    private void Remove(KernelTimer timer)
    {
        var index = timer.HeapIndex;
        timer.HeapIndex = -1;
        var moved = heap[--count];
        heap[count] = null!;
        if (!ReferenceEquals(moved, timer))
        {
            Place(moved, index);
            SiftUp(index);
            SiftDown(moved.HeapIndex);
        }
    }

    private void Place(KernelTimer timer, int index)
    {
        heap[index] = timer;
        timer.HeapIndex = index;
    }

    private void SiftUp(int index)
    {
        var timer = heap[index];
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (heap[parent].DeadlineNs <= timer.DeadlineNs)
            {
                break;
            }

            Place(heap[parent], index);
            index = parent;
        }

        Place(timer, index);
    }

    private void SiftDown(int index)
    {
        var timer = heap[index];
        for (var child = (index * 2) + 1; child < count; child = (index * 2) + 1)
        {
            if (child + 1 < count && heap[child + 1].DeadlineNs < heap[child].DeadlineNs)
            {
                child++;
            }

            if (timer.DeadlineNs <= heap[child].DeadlineNs)
            {
                break;
            }

            Place(heap[child], index);
            index = child;
        }

        Place(timer, index);
    }
}

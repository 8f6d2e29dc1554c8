namespace Zonix.Kernel.Tasks;

/// <content>Work that is done in a task's name, and operations that it starts without waiting for them.</content>
public sealed partial class KernelTask
{
    private ITaskWork? work;
    private BlockCapture? capture;

    /// <summary>
    /// Has the task do something soon, also while it waits. Any thread; takes no lock, so that wake-ups may call it. The same
    /// work is not added again before it has begun.
    /// </summary>
    public void AddWork(ITaskWork item)
    {
        ITaskWork? newest = Volatile.Read(ref work);
        while (true)
        {
            item.NextWork = newest;
            ITaskWork? found = Interlocked.CompareExchange(ref work, item, newest);
            if (ReferenceEquals(found, newest))
                break;
            newest = found;
        }
        Post(TaskAttention.Work);
    }

    /// <summary>Does what there is to do, in the order it came. The task's worker.</summary>
    public void RunWork()
    {
        Clear(TaskAttention.Work);
        ITaskWork? newest = Interlocked.Exchange(ref work, null), oldest = null;
        while (newest is { } item)
        {
            newest = item.NextWork;
            item.NextWork = oldest;
            oldest = item;
        }
        while (oldest is { } item)
        {
            oldest = item.NextWork;
            item.NextWork = null;
            item.Run(this);
        }
    }

    /// <summary>
    /// Until <see cref="EndCapture"/>, an operation that would have to wait is handed to <paramref name="into"/> instead, and its
    /// call answers <see cref="SysResult.Blocked"/>. The task's worker.
    /// </summary>
    public void BeginCapture(BlockCapture into) => capture = into;

    /// <summary>
    /// Whether operations are captured. O_NONBLOCK then does not keep a call from waiting: nobody is held up by it.
    /// </summary>
    public bool IsCapturing => capture is not null;

    /// <summary>Calls wait again.</summary>
    public void EndCapture() => capture = null;
}

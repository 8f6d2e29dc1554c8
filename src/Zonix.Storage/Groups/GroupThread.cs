namespace Zonix.Storage.Groups;

/// <summary>The thread that writes groups: every few seconds, and when somebody waits for one; between them it tidies up.</summary>
internal sealed class GroupThread : IDisposable
{
    private readonly Pool pool;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly Thread thread;
    private List<GroupRequest> requests = [];
    private volatile bool stops;

    public GroupThread(Pool pool)
    {
        this.pool = pool;
        thread = new Thread(Run) { IsBackground = true, Name = "zonix-pool" };
        thread.Start();
    }

    /// <summary>Whether the caller is the thread itself.</summary>
    public bool IsCurrent => Thread.CurrentThread == thread;

    public void Add(GroupRequest request)
    {
        lock (gate)
            requests.Add(request);
        wake.Release();
    }

    /// <summary>There is something to tidy up.</summary>
    public void Wake() => wake.Release();

    public void Dispose()
    {
        stops = true;
        wake.Release();
        thread.Join();
        wake.Dispose();
    }

    private void Run()
    {
        long intervalMs = Math.Max(1, (long)pool.Options.GroupInterval.TotalMilliseconds), nextMs = Environment.TickCount64 + intervalMs;
        bool busy = false;
        while (true)
        {
            long left = Math.Clamp(nextMs - Environment.TickCount64, 0, intervalMs);
            wake.Wait(busy ? 0 : (int)Math.Min(int.MaxValue, left));
            while (wake.Wait(0))
            {
            }
            bool ends = stops, isDue = ends || Environment.TickCount64 >= nextMs;
            List<GroupRequest> taken = Take();
            if (taken.Count > 0 || isDue)
                pool.RunGroup(taken, isDue);
            if (isDue)
                nextMs = Environment.TickCount64 + intervalMs;
            if (ends)
                break;
            busy = pool.TidyUp();
        }
        foreach (GroupRequest late in Take())
            late.Done(new PoolException("the pool is closed"));
    }

    private List<GroupRequest> Take()
    {
        lock (gate)
        {
            if (requests.Count == 0)
                return [];
            List<GroupRequest> taken = requests;
            requests = [];
            return taken;
        }
    }
}

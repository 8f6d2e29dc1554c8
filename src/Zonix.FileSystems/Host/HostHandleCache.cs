namespace Zonix.FileSystems.Host;

/// <summary>Bounds the number of descriptors held on the host: the oldest that has not been used since its last turn goes first.</summary>
internal sealed class HostHandleCache(int limit)
{
    private readonly Lock gate = new();
    private readonly Queue<IHostHandle> turns = new();

    /// <summary>A handle was opened. Call without the handle's lock.</summary>
    public void Add(IHostHandle handle)
    {
        handle.Used = true;
        while (true)
        {
            IHostHandle? victim = null;
            lock (gate)
            {
                if (handle is not null)
                    turns.Enqueue(handle);
                handle = null!;
                if (turns.Count <= limit)
                    return;
                IHostHandle oldest = turns.Dequeue();
                if (oldest.Used)
                {
                    oldest.Used = false;
                    turns.Enqueue(oldest);
                }
                else
                {
                    victim = oldest;
                }
            }
            victim?.Drop();
        }
    }
}

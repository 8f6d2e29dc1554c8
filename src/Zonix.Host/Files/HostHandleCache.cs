namespace Zonix.Host.Files;

/// <summary>Bounds the number of descriptors held on the host: the oldest that has not been used since its last turn goes first.</summary>
public sealed class HostHandleCache(int limit)
{
    private readonly Lock gate = new();
    private readonly Queue<IHostHandle> turns = new();

    /// <summary>A handle was opened. Call without the handle's lock.</summary>
    public void Add(IHostHandle handle)
    {
        handle.Used = true;
        lock (gate)
            turns.Enqueue(handle);
        while (TakeVictim() is { } victim)
            victim.Drop();
    }

    private IHostHandle? TakeVictim()
    {
        lock (gate)
        {
            while (turns.Count > limit)
            {
                IHostHandle oldest = turns.Dequeue();
                if (!oldest.Used)
                    return oldest;
                oldest.Used = false;
                turns.Enqueue(oldest);
            }
            return null;
        }
    }
}

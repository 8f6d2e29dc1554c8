namespace Zonix.Lx.Aio;

/// <summary>How many requests all contexts together may have on their way. /proc/sys/fs/aio-nr, aio-max-nr.</summary>
internal sealed class AioLimits
{
    private readonly Lock gate = new();
    private long held;

    /// <summary>Requests of all contexts. aio-nr.</summary>
    public long Held => Volatile.Read(ref held);

    /// <summary>The most of them. aio-max-nr.</summary>
    public long Maximum { get; set; } = 65536;

    /// <summary>Takes room for a context; false: there is not enough.</summary>
    public bool TryTake(long count)
    {
        lock (gate)
        {
            if (held + count > Maximum)
                return false;
            held += count;
            return true;
        }
    }

    /// <summary>Gives room back.</summary>
    public void GiveBack(long count)
    {
        lock (gate)
            held -= count;
    }
}

using System.Threading.Channels;

namespace Zonix.Zones.Life;

/// <summary>Tells what happens to whoever listens, and remembers the last of it.</summary>
public sealed class ZoneEvents
{
    private const int Remembered = 1024, Backlog = 4096;
    private readonly Lock gate = new();
    private readonly Queue<ZoneEvent> past = new();
    private readonly List<Channel<ZoneEvent>> listeners = [];

    /// <summary>Tells.</summary>
    public void Publish(ZoneEvent news)
    {
        lock (gate)
        {
            past.Enqueue(news);
            if (past.Count > Remembered)
                past.Dequeue();
            foreach (Channel<ZoneEvent> listener in listeners)
                listener.Writer.TryWrite(news);
        }
    }

    /// <summary>What has happened since then, as far as it is remembered, and what will. A listener that is too slow misses the oldest.</summary>
    public async IAsyncEnumerable<ZoneEvent> ListenAsync(
        DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var channel = Channel.CreateBounded<ZoneEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        ZoneEvent[] old;
        lock (gate)
        {
            old = since is null ? [] : [.. past.Where(one => one.Time >= since)];
            listeners.Add(channel);
        }

        try
        {
            foreach (ZoneEvent one in old)
                yield return one;
            await foreach (ZoneEvent one in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return one;
        }
        finally
        {
            lock (gate)
                listeners.Remove(channel);
        }
    }
}

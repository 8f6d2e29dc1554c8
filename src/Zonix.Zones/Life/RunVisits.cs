namespace Zonix.Zones.Life;

/// <summary>Counts those who use a run's tree from outside, so that it is not closed under them.</summary>
internal sealed class RunVisits : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;
    private bool isClosed;

    /// <summary>Set when the run ends: visitors leave.</summary>
    internal CancellationToken Closing => closing.Token;

    /// <summary>A visitor comes; false: the run is ending.</summary>
    internal bool TryEnter()
    {
        lock (gate)
        {
            if (!isClosed)
                count++;
            return !isClosed;
        }
    }

    /// <summary>It leaves.</summary>
    internal void Leave()
    {
        lock (gate)
        {
            if (--count == 0 && isClosed)
                empty.TrySetResult();
        }
    }

    /// <summary>Lets nobody in any more, and waits until all have left.</summary>
    internal async Task CloseAsync()
    {
        lock (gate)
        {
            isClosed = true;
            if (count == 0)
                empty.TrySetResult();
        }

        await closing.CancelAsync().ConfigureAwait(false);
        await empty.Task.ConfigureAwait(false);
    }

    public void Dispose() => closing.Dispose();
}

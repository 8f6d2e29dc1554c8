namespace Zonix.Zones.Streams;

/// <summary>Lets one at a time, in the order they came, without a thread for those who wait.</summary>
internal sealed class Turn
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> waiting = new();
    private bool isTaken;

    /// <summary>Waits for its turn; <see cref="Exit"/> ends it.</summary>
    /// <exception cref="OperationCanceledException">The turn has not come until it was cancelled, and will not.</exception>
    internal async Task EnterAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> place;
        lock (gate)
        {
            if (!isTaken)
            {
                isTaken = true;
                return;
            }

            place = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        using (cancellation.Register(() => Leave(place, cancellation)))
            await place.Value.Task.ConfigureAwait(false);
    }

    /// <summary>The next one's turn.</summary>
    internal void Exit()
    {
        TaskCompletionSource? next;
        lock (gate)
        {
            next = waiting.First?.Value;
            isTaken = next is not null;
            if (next is not null)
                waiting.RemoveFirst();
        }

        next?.SetResult();
    }

    private void Leave(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellation)
    {
        lock (gate)
        {
            // Its turn has come already.
            if (place.List is null)
                return;
            waiting.Remove(place);
        }

        place.Value.SetCanceled(cancellation);
    }
}

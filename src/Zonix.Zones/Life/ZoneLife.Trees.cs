
namespace Zonix.Zones.Life;

/// <content>Its tree of files, as it is seen from outside: while it runs, and when it does not.</content>
public sealed partial class ZoneLife
{
    /// <summary>
    /// Gives its tree with all that is mounted in it to a visitor. When the zone does not run it is mounted for the visit, and cannot
    /// be started meanwhile; when it ends during the visit, the visit is cancelled first.
    /// </summary>
    /// <param name="changes">Whether the visitor writes.</param>
    /// <param name="visit">The visitor; called on a thread that it may block.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ZoneException">There is no tree that would stay, or the zone has ended during the visit.</exception>
    public async Task<T> VisitAsync<T>(bool changes, Func<Zone, CancellationToken, T> visit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (Run is { } now && now.Visits.TryEnter())
            return await VisitAsync(now, visit, cancellation).ConfigureAwait(false);
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            await running.ConfigureAwait(false);
            if (Run is { } started && started.Visits.TryEnter())
                return await VisitAsync(started, visit, cancellation).ConfigureAwait(false);
            if (removed.Task.IsCompleted)
                throw new ZoneException(ZoneError.NotFound, $"No such container: {Name}");
            if (changes && HostRoots.Has(Configuration))
                throw new ZoneException(ZoneError.Conflict, $"{Name}: its root is a layer in memory that is there while the zone runs; start it first");
            return await VisitStoppedAsync(visit, cancellation).ConfigureAwait(false);
        }
        finally
        {
            turn.Exit();
        }
    }

    private async Task<T> VisitAsync<T>(ZoneRun now, Func<Zone, CancellationToken, T> visit, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, now.Visits.Closing);
        try
        {
            return await Task.Run(() => visit(now.Zone, over.Token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ZoneException(ZoneError.Conflict, $"{Name}: the zone has ended meanwhile");
        }
        finally
        {
            now.Visits.Leave();
        }
    }

    private async Task<T> VisitStoppedAsync<T>(Func<Zone, CancellationToken, T> visit, CancellationToken cancellation)
    {
        ZoneRun mounted = ZoneRun.Boot(registry.Machine, Configuration, registry.Roots);
        try
        {
            return await Task.Run(() => visit(mounted.Zone, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await mounted.EndAsync().ConfigureAwait(false);
        }
    }
}

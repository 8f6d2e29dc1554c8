using Zonix.Abi;

namespace Zonix.Zones.Life;

/// <content>What is kept of its root, and going back to it.</content>
public sealed partial class ZoneLife
{
    /// <summary>What was kept, the oldest first.</summary>
    public IReadOnlyList<ZoneSnapshot> Snapshots => registry.Roots.Snapshots(Configuration);

    /// <summary>Keeps its root as it is now, also while it runs: as a crash would leave it, with all that was written in it.</summary>
    /// <exception cref="ZoneException">It has no dataset, or the name is taken or no name.</exception>
    public async Task<ZoneSnapshot> SnapshotAsync(string name, CancellationToken cancellation = default)
    {
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            RequireThere();
            ZoneSnapshot made = await Task.Run(() => registry.Roots.Snapshot(Configuration, name), CancellationToken.None).ConfigureAwait(false);
            Tell("snapshot", ("snapshot", name));
            return made;
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Forgets one.</summary>
    /// <exception cref="ZoneException">There is no such snapshot, or something was cloned from it.</exception>
    public Task DestroySnapshotAsync(string name) => Task.Run(() => registry.Roots.DestroySnapshot(Configuration, name));

    /// <summary>
    /// Takes its root back to a snapshot, and destroys newer ones. A zone that runs is stopped first, and booted again. vmadm(8),
    /// rollback-snapshot.
    /// </summary>
    /// <exception cref="ZoneException">There is no such snapshot; or the zone cannot be booted.</exception>
    public async Task RollbackAsync(string snapshot, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            RequireThere();
            registry.Roots.RequireSnapshot(Configuration, snapshot);
            CancelRestart();
            bool wasRunning = false;
            if (Run is { First: { } first } now && IsRunning)
            {
                (isStopAsked, wasRunning) = (true, true);
                await EndRunAsync(now, first, timeout, signal: null, cancellation).ConfigureAwait(false);
            }

            await running.ConfigureAwait(false);
            await Task.Run(() => registry.Roots.Rollback(Configuration, snapshot), CancellationToken.None).ConfigureAwait(false);
            Tell("rollback", ("snapshot", snapshot));
            if (!wasRunning)
                return;
            isStopAsked = false;
            StartLocked(restarts: 0);
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Sends a signal to its first program; for SIGKILL, which ends all, waits until the run is over and its root closed.</summary>
    /// <exception cref="ZoneException">It does not run.</exception>
    public async Task KillAsync(Signal signal, CancellationToken cancellation = default)
    {
        Task over = running;
        Kill(signal);
        if (signal == Signal.SIGKILL)
            await over.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private void RequireThere()
    {
        if (removed.Task.IsCompleted)
            throw new ZoneException(ZoneError.NotFound, $"No such container: {Name}");
    }
}

using Zonix.Zones.Configuration;

namespace Zonix.Zones.Life;

/// <content>What it does by itself after an end.</content>
public sealed partial class ZoneLife
{
    private const int FirstPauseMs = 100, LongestPauseMs = 60_000, LongRunMs = 10_000;
    private const int LostCode = 255;
    private const string LostMessage = "the machine ended before the zone did";
    private int pauseMs = FirstPauseMs;

    /// <summary>Whether it is to be booted with the machine.</summary>
    internal bool WantsBoot => !IsRunning && Record.State != ZoneState.Configured && (Configuration.Autoboot || Configuration.RestartPolicy.Name switch
    {
        "always" => Record.StartedAt is not null,
        "unless-stopped" => Record.StartedAt is not null && !Record.WasStopped,
        "on-failure" => Record is { StartedAt: not null, Error: LostMessage },
        _ => false,
    });

    /// <summary>Its root has been made.</summary>
    internal void Install(ZoneConfiguration zone)
    {
        Configuration = zone;
        registry.Save(zone);
        Keep(Record with { State = ZoneState.Installed });
    }

    /// <summary>The machine has died before: what ran then does so no more.</summary>
    internal void NoteCrash()
    {
        if (Record.State is ZoneState.Running or ZoneState.ShuttingDown or ZoneState.Ready)
            Keep(Record with { State = ZoneState.Down, ExitCode = LostCode, FinishedAt = DateTimeOffset.UtcNow, Error = LostMessage });
    }

    // Until the run closes.
    private void WatchHealth(ZoneRun now)
    {
        if (Configuration.Init.Healthcheck is not { IsOn: true } check)
            return;
        now.Health = new HealthWatch(this, check);
        _ = now.Health.RunAsync(now.Ending);
    }

    // Docker's pauses: doubled each time, up to a minute; one that ran for ten seconds starts anew.
    private async Task RestartAsync(CancellationToken cancelled)
    {
        TimeSpan ran = (Record.FinishedAt ?? default) - (Record.StartedAt ?? default);
        pauseMs = ran.TotalMilliseconds > LongRunMs ? FirstPauseMs : Math.Min(pauseMs * 2, LongestPauseMs);
        try
        {
            await Task.Delay(pauseMs, cancelled).ConfigureAwait(false);
            await turn.EnterAsync(cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (cancelled.IsCancellationRequested || registry.IsEnding)
                return;
            CancelRestart();
            StartLocked(Record.RestartCount + 1);
        }
        catch (ZoneException e)
        {
            registry.Log($"{Name}: cannot be started again: {e.Message}");
        }
        finally
        {
            turn.Exit();
        }
    }

    // Under the turn. Whether one was about to come.
    private bool CancelRestart()
    {
        CancellationTokenSource? pending;
        lock (gate)
        {
            pending = pendingRestart;
            Volatile.Write(ref pendingRestart, null);
        }

        pending?.Cancel();
        return pending is not null;
    }

    private async Task RemoveByItselfAsync()
    {
        await turn.EnterAsync().ConfigureAwait(false);
        try
        {
            if (!removed.Task.IsCompleted)
                await RemoveLockedAsync(force: true, volumes: true).ConfigureAwait(false);
        }
        catch (ZoneException e)
        {
            registry.Log($"{Name}: cannot be deleted: {e.Message}");
        }
        finally
        {
            turn.Exit();
        }
    }
}

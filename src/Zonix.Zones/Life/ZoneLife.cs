using System.Globalization;
using Zonix.Abi;
using Zonix.Zones.Configuration;
using Zonix.Zones.Logs;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Life;

/// <summary>
/// A zone as something that lives: what it is to be, what became of it, and, while it runs, its run. Steps of its life (start, stop,
/// removal) come one after the other; questions do not wait for them.
/// </summary>
public sealed partial class ZoneLife : IDisposable
{
    private const int DefaultStopSeconds = 10;
    private readonly ZoneRegistry registry;
    private readonly Turn turn = new();
    private readonly Lock gate = new();
    private readonly JsonFileLog log;
    private TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ZoneRun? run;
    private Task running = Task.CompletedTask;
    private CancellationTokenSource? pendingRestart;
    private bool isStopAsked;

    internal ZoneLife(ZoneRegistry registry, ZoneConfiguration configuration, ZoneRecord record)
    {
        this.registry = registry;
        Configuration = configuration;
        Record = record;
        log = new JsonFileLog(registry.LogPath(configuration.Uuid), configuration.Log.MaxSize, configuration.Log.MaxFile);
        Console = new ZoneConsole();
    }

    /// <summary>What it is to be.</summary>
    public ZoneConfiguration Configuration { get; private set; }

    /// <summary>What became of it.</summary>
    public ZoneRecord Record { get; private set; }

    /// <summary>Its identity in docker's form.</summary>
    public string Id => Configuration.Id;

    /// <summary>Its name.</summary>
    public string Name => Configuration.Alias!;

    /// <summary>The standard streams of its first program: the one that runs, or the next one.</summary>
    public ZoneConsole Console { get; private set; }

    /// <summary>Whether its first program runs.</summary>
    public bool IsRunning => Record.State is ZoneState.Running or ZoneState.ShuttingDown;

    /// <summary>Whether it is frozen.</summary>
    public bool IsPaused => Run is { } now && now.Zone.Groups.Root.Freezes;

    /// <summary>Whether it waits to be started again by itself.</summary>
    public bool IsRestarting => Volatile.Read(ref pendingRestart) is not null;

    /// <summary>Its first process, as long as it runs.</summary>
    public ZoneProcess? FirstProcess => Run?.First;

    /// <summary>The kernel's side of it, as long as it runs.</summary>
    public Zone? Kernel => Run?.Zone;

    /// <summary>Its state in docker's words: created, running, paused, restarting, removing, exited, dead.</summary>
    public string DockerState => Record.State switch
    {
        ZoneState.Running or ZoneState.ShuttingDown or ZoneState.Ready => IsPaused ? "paused" : "running",
        _ when IsRestarting => "restarting",
        ZoneState.Down => "exited",
        _ => "created",
    };

    /// <summary>Where its log is.</summary>
    public string LogPath => registry.LogPath(Configuration.Uuid);

    /// <summary>Whether it works; null: it does not run, or there is nothing to find that out by.</summary>
    public HealthState? Health => Run?.Health?.State;

    private ZoneRun? Run => Volatile.Read(ref run);

    /// <summary>Its log.</summary>
    public IAsyncEnumerable<LogEntry> ReadLogAsync(LogQuery query, CancellationToken cancellation = default) => log.ReadAsync(query, cancellation);

    /// <summary>Boots it, and starts its first program. False: it runs already.</summary>
    /// <exception cref="ZoneException">It cannot be started; its record says so too.</exception>
    public async Task<bool> StartAsync(CancellationToken cancellation = default)
    {
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (removed.Task.IsCompleted)
                throw new ZoneException(ZoneError.NotFound, $"No such container: {Name}");
            if (IsRunning)
                return false;
            CancelRestart();
            isStopAsked = false;
            StartLocked(restarts: 0);
            return true;
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Asks its first program to end, and kills all when it has not after the time. False: it does not run.</summary>
    /// <param name="timeout">How long; null: what its configuration says; negative: for ever.</param>
    /// <param name="signal">What it is asked by; null: what its configuration says.</param>
    /// <param name="byUser">Whether the user wants it stopped, so that it stays so.</param>
    /// <param name="cancellation">Ends the waiting, not the stopping.</param>
    public async Task<bool> StopAsync(TimeSpan? timeout = null, Signal? signal = null, bool byUser = true, CancellationToken cancellation = default)
    {
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            bool wasRestarting = CancelRestart();
            if (byUser && (IsRunning || wasRestarting))
                Keep(Record with { WasStopped = true });
            if (Run is not { First: { } first } now || !IsRunning)
                return wasRestarting;
            isStopAsked = true;
            await EndRunAsync(now, first, timeout, signal, cancellation).ConfigureAwait(false);
            return true;
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Sends a signal to its first program; SIGKILL ends all.</summary>
    public void Kill(Signal signal)
    {
        if (Run is not { First: { } first })
            throw NotRunning();
        if (signal == Signal.SIGKILL)
            isStopAsked = true;
        first.Kill(signal);
        Tell("kill", ("signal", ((int)signal).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Holds all its processes where they are.</summary>
    public void Pause()
    {
        if (Run is not { } now)
            throw NotRunning();
        if (now.Zone.Groups.Root.Freezes)
            throw new ZoneException(ZoneError.Conflict, $"Container {Name} is already paused");
        now.Zone.Groups.Root.Freezes = true;
        Tell("pause");
    }

    /// <summary>Lets them go on.</summary>
    public void Unpause()
    {
        if (Run is not { } now || !now.Zone.Groups.Root.Freezes)
            throw new ZoneException(ZoneError.Conflict, $"Container {Name} is not paused");
        now.Zone.Groups.Root.Freezes = false;
        Tell("unpause");
    }

    /// <summary>Waits until it does not run; the exit code.</summary>
    public Task<int> WaitStoppedAsync(CancellationToken cancellation = default)
    {
        lock (gate)
            return IsRunning || IsRestarting ? ended.Task.WaitAsync(cancellation) : Task.FromResult(Record.ExitCode);
    }

    /// <summary>Waits for its next end, be it started or not.</summary>
    public Task<int> WaitNextExitAsync(CancellationToken cancellation = default)
    {
        lock (gate)
            return ended.Task.WaitAsync(cancellation);
    }

    /// <summary>Waits until it has been deleted.</summary>
    public Task<int> WaitRemovedAsync(CancellationToken cancellation = default) => removed.Task.WaitAsync(cancellation);

    /// <summary>Changes what it is to be; what can act at once does so while it runs.</summary>
    public async Task UpdateAsync(Func<ZoneConfiguration, ZoneConfiguration> change, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            ZoneConfiguration wanted = change(Configuration) with { Uuid = Configuration.Uuid };
            ZoneValidation.Check(wanted);
            ChangeNics(wanted);
            registry.Rename(this, wanted.Alias!);
            Configuration = wanted;
            registry.Save(wanted);
            if (Run is { } now)
                now.Zone.Change(ZoneRun.Options(wanted));
            Tell("update");
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Deletes it.</summary>
    /// <param name="force">Also when it runs.</param>
    /// <param name="volumes">Also the volumes that were made for it alone.</param>
    /// <param name="cancellation">Ends the waiting for its turn.</param>
    public async Task RemoveAsync(bool force, bool volumes = false, CancellationToken cancellation = default)
    {
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            await RemoveLockedAsync(force, volumes).ConfigureAwait(false);
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Closes its log. It does not run any more.</summary>
    public void Dispose() => log.Dispose();

    private async Task RemoveLockedAsync(bool force, bool volumes)
    {
        if (removed.Task.IsCompleted)
            throw new ZoneException(ZoneError.NotFound, $"No such container: {Name}");
        if (Configuration.IndestructibleZoneroot)
            throw new ZoneException(ZoneError.Conflict, $"{Name}: indestructible_zoneroot is set; update it to false first");
        CancelRestart();
        if (Run is { First: { } first })
        {
            if (!force)
                throw new ZoneException(ZoneError.Conflict, $"cannot remove container \"{Name}\": it is running; stop it first, or remove it by force");
            isStopAsked = true;
            first.Kill(Signal.SIGKILL);
            await running.ConfigureAwait(false);
        }

        await registry.Roots.RemoveAsync(Configuration).ConfigureAwait(false);
        registry.Forget(this);
        if (volumes)
            registry.Roots.RemoveVolumes(Configuration);
        log.Delete();
        Console.Abandon();
        Tell("destroy");
        removed.TrySetResult(Record.ExitCode);
    }

    private async Task EndRunAsync(ZoneRun now, ZoneProcess first, TimeSpan? timeout, Signal? signal, CancellationToken cancellation)
    {
        ZoneInit init = Configuration.Init;
        Signal by = signal ?? (init.StopSignal is { } name && SignalNames.TryParse(name, out Signal wanted)
            ? wanted : now.IsSystemd ? SystemdInit.StopSignal : Signal.SIGTERM);
        TimeSpan patience = timeout ?? TimeSpan.FromSeconds(init.StopTimeout ?? DefaultStopSeconds);
        Keep(Record with { State = ZoneState.ShuttingDown });

        // What is frozen cannot answer.
        now.Zone.Groups.Root.Freezes = false;
        first.Kill(by);
        Tell("kill", ("signal", ((int)by).ToString(CultureInfo.InvariantCulture)));
        Task over = running;
        if (patience < TimeSpan.Zero)
            await over.WaitAsync(cancellation).ConfigureAwait(false);
        else if (await Task.WhenAny(over, Task.Delay(patience, CancellationToken.None)).ConfigureAwait(false) != over)
            first.Kill(Signal.SIGKILL);
        await over.ConfigureAwait(false);
        Tell("stop");
    }

    private void StartLocked(int restarts)
    {
        ZoneRun? booted = null;
        ZoneConsole console = Console;
        try
        {
            booted = ZoneRun.Boot(registry.Machine, Configuration, registry.Roots);
            booted.Join(registry.Machine, registry.Networking);
            Keep(Record with { State = ZoneState.Ready }, save: false);
            if (console.Attach(log))
                log.Open();
            ZoneProcess first = booted.StartFirst();
            lock (gate)
            {
                Volatile.Write(ref run, booted);
                if (ended.Task.IsCompleted)
                    ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            Keep(new ZoneRecord { State = ZoneState.Running, StartedAt = DateTimeOffset.UtcNow, FinishedAt = Record.FinishedAt, RestartCount = restarts });
            console.Begin(first);
            running = RunAsync(booted, first, console);
            Tell("start");
            WatchHealth(booted);
        }
        catch (ZoneException e)
        {
            NoteFailure(booted, console, e);
            throw;
        }
    }

    private void NoteFailure(ZoneRun? booted, ZoneConsole console, ZoneException e)
    {
        if (booted is not null)
            running = booted.EndAsync();
        int code = e.Error switch { ZoneError.CommandNotFound => 127, ZoneError.CannotExecute => 126, _ => 128 };
        Console = new ZoneConsole();
        Keep(Record with { State = Record.StartedAt is null ? ZoneState.Installed : ZoneState.Down, ExitCode = code, Error = e.Message });
        console.Abandon();
        lock (gate)
            ended.TrySetResult(code);
        if (Configuration.AutoRemove)
            _ = RemoveByItselfAsync();
    }

    private async Task RunAsync(ZoneRun now, ZoneProcess first, ZoneConsole console)
    {
        Task output = console.Output.PumpAsync(first);
        int code = await first.WaitAsync().ConfigureAwait(false);
        Keep(Record with { State = ZoneState.ShuttingDown }, save: false);
        bool wasShort = now.WasShortOfMemory;
        await now.Zone.EndAsync().ConfigureAwait(false);

        // All processes are gone, and with them the other ends.
        first.Finish();
        await output.ConfigureAwait(false);
        first.Dispose();
        await now.EndAsync().ConfigureAwait(false);
        Console = new ZoneConsole();
        bool restarts = !isStopAsked && !registry.IsEnding &&
            (now.Zone.Pids.IsRebooting || Configuration.RestartPolicy.WantsRestart(code, Record.RestartCount));
        TaskCompletionSource<int> told;
        lock (gate)
        {
            Volatile.Write(ref run, null);
            if (restarts)
                Volatile.Write(ref pendingRestart, new CancellationTokenSource());
            told = ended;
        }

        Keep(Record with { State = ZoneState.Down, FinishedAt = DateTimeOffset.UtcNow, ExitCode = code, OomKilled = wasShort });
        Tell("die", ("exitCode", code.ToString(CultureInfo.InvariantCulture)));
        console.Output.Complete();
        told.TrySetResult(code);
        if (restarts)
            _ = RestartAsync(pendingRestart!.Token);
        else if (Configuration.AutoRemove)
            _ = RemoveByItselfAsync();
    }

    private void Keep(ZoneRecord record, bool save = true)
    {
        Record = record;
        if (save)
            registry.Save(Configuration.Uuid, record);
    }

    private ZoneException NotRunning() => new(ZoneError.Conflict, $"Container {Name} is not running; start it first");

    /// <summary>Tells those who listen to the machine's events what has happened to it.</summary>
    public void Tell(string action, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var attributes = new Dictionary<string, string> { ["name"] = Name, ["image"] = Configuration.Image ?? Configuration.RootDirectory ?? "" };
        foreach ((string name, string value) in more)
            attributes[name] = value;
        registry.Events.Publish(new ZoneEvent(DateTimeOffset.UtcNow, "container", action, Id, attributes));
    }
}

using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Zones;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix;

/// <summary>An isolated set of Linux processes with its own tree of files and its own limits. Disposing of it ends and removes it. Any thread.</summary>
public sealed class Zone : IAsyncDisposable
{
    private const uint DefaultMode = 0x1A4;
    private readonly ZonixMachine owner;
    private readonly LocalMachine machine;
    private readonly ZoneLife life;

    internal Zone(ZonixMachine owner, LocalMachine machine, ZoneLife life)
    {
        this.owner = owner;
        this.machine = machine;
        this.life = life;
    }

    /// <summary>Its name.</summary>
    public string Name => life.Name;

    /// <summary>Runs a program to its end and gives what it wrote.</summary>
    /// <param name="program">Its name, looked for in PATH, or its path.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="ZonixException">It cannot be started.</exception>
    public async Task<RunResult> RunAsync(
        string program, IReadOnlyList<string>? arguments = null, RunOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new RunOptions();
        RunningProgram running = await StartAsync(program, arguments, options, options.Input is not null, cancellation).ConfigureAwait(false);
        await using (running.ConfigureAwait(false))
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (options.Timeout is { } timeout)
                time.CancelAfter(timeout);
            Task<Kept> output = Kept.ReadAsync(running.StandardOutput, options.OutputLimit), error = Kept.ReadAsync(running.StandardError, options.OutputLimit);
            bool isLate = false;
            try
            {
                if (options.Input is { } input)
                {
                    await running.StandardInput.WriteAsync(input, time.Token).ConfigureAwait(false);
                    await running.StandardInput.DisposeAsync().ConfigureAwait(false);
                }

                await running.WaitAsync(time.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                isLate = !cancellation.IsCancellationRequested;
                await running.KillAsync(CancellationToken.None).ConfigureAwait(false);
            }

            int code = await running.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            Kept written = await output.ConfigureAwait(false), errors = await error.ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return new RunResult(code, written.Text, errors.Text, isLate, written.IsTruncated || errors.IsTruncated);
        }
    }

    /// <summary>Starts a program whose streams the caller has.</summary>
    /// <param name="program">Its name, looked for in PATH, or its path.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="options">How it runs; its input, timeout and output limit are for <see cref="RunAsync"/>.</param>
    /// <param name="cancellation">Ends it before it is started.</param>
    /// <exception cref="ZonixException">It cannot be started.</exception>
    public Task<RunningProgram> StartAsync(
        string program, IReadOnlyList<string>? arguments = null, RunOptions? options = null, CancellationToken cancellation = default) =>
        StartAsync(program, arguments, options ?? new RunOptions(), hasInput: true, cancellation);

    /// <summary>Makes or replaces a file of the zone, and the directories above it. Nothing of the host is touched.</summary>
    /// <param name="path">An absolute path of the zone.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="mode">Its permissions; null: 0644.</param>
    /// <param name="cancellation">Ends it early, with a part of the content written.</param>
    /// <exception cref="ZonixException">It cannot be written.</exception>
    public async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode = null, CancellationToken cancellation = default)
    {
        using var bytes = new MemoryStream(content.ToArray(), writable: false);
        await WriteFileAsync(path, bytes, mode, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same with a text, as UTF-8.</summary>
    /// <exception cref="ZonixException">It cannot be written.</exception>
    public Task WriteFileAsync(string path, string text, UnixFileMode? mode = null, CancellationToken cancellation = default) =>
        WriteFileAsync(path, Encoding.UTF8.GetBytes(text), mode, cancellation);

    /// <summary>The same with what is left in a stream.</summary>
    /// <exception cref="ZonixException">It cannot be written.</exception>
    public Task WriteFileAsync(string path, Stream content, UnixFileMode? mode = null, CancellationToken cancellation = default) =>
        Task.Run(async () => Require(
            path, "write", await ZoneContent.WriteAsync(Kernel(path), path, mode is { } bits ? (uint)bits : DefaultMode, content, cancellation).ConfigureAwait(false)),
            cancellation);

    /// <summary>The content of a regular file of the zone.</summary>
    /// <exception cref="ZonixException">It cannot be read.</exception>
    public async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellation = default)
    {
        using var content = new MemoryStream();
        await ReadFileAsync(path, content, cancellation).ConfigureAwait(false);
        return content.ToArray();
    }

    /// <summary>Copies the content of a regular file of the zone to a stream.</summary>
    /// <exception cref="ZonixException">It cannot be read.</exception>
    public Task ReadFileAsync(string path, Stream content, CancellationToken cancellation = default) =>
        Task.Run(async () => Require(path, "read", await ZoneContent.ReadAsync(Kernel(path), path, content, cancellation).ConfigureAwait(false)), cancellation);

    /// <summary>Keeps the zone's files as they are, under a name, while its programs run. Only zones made from images can.</summary>
    /// <exception cref="ZonixException">The zone has no dataset, or the name is taken.</exception>
    public Task SnapshotAsync(string name, CancellationToken cancellation = default) =>
        Guard(async () => await life.SnapshotAsync(name, cancellation).ConfigureAwait(false));

    /// <summary>Ends the zone's programs, takes its files back to a snapshot, destroys those that are newer, and boots it again.</summary>
    /// <exception cref="ZonixException">The zone has no dataset, or there is no such snapshot.</exception>
    public Task RollbackAsync(string name, CancellationToken cancellation = default) =>
        Guard(() => life.RollbackAsync(name, TimeSpan.Zero, cancellation));

    /// <summary>Makes a zone that is as this one, whose files begin as those of this one are, or were at a snapshot, and boots it.</summary>
    /// <param name="snapshot">The snapshot; null: as the files are now.</param>
    /// <param name="name">The new zone's name; null: one is made up.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ZonixException">The zone has no dataset, there is no such snapshot, or the name is taken.</exception>
    public async Task<Zone> CloneAsync(string? snapshot = null, string? name = null, CancellationToken cancellation = default)
    {
        Zone? made = null;
        await Guard(async () => made = await owner.AdoptAsync(await machine.Zones.CloneAsync(life, snapshot, name, cancellation).ConfigureAwait(false)).ConfigureAwait(false))
            .ConfigureAwait(false);
        return made!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RemoveAsync(life).ConfigureAwait(false);

    internal static async Task RemoveAsync(ZoneLife life)
    {
        try
        {
            await life.RemoveAsync(force: true, volumes: true).ConfigureAwait(false);
        }
        catch (ZoneException e) when (e.Error == ZoneError.NotFound)
        {
            // Removed already.
        }
    }

    internal static List<string>? Variables(IReadOnlyDictionary<string, string>? variables) => variables?.Select(one => $"{one.Key}={one.Value}").ToList();

    private async Task<RunningProgram> StartAsync(
        string program, IReadOnlyList<string>? arguments, RunOptions options, bool hasInput, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        cancellation.ThrowIfCancellationRequested();
        var wanted = new ZoneInit
        {
            Cmd = [program, .. arguments ?? []],
            Env = Variables(options.Environment),
            User = options.User,
            WorkingDir = options.WorkingDirectory,
            OpenStdin = hasInput,
        };
        return await Task.Run(() => Start(wanted), CancellationToken.None).ConfigureAwait(false);
    }

    private RunningProgram Start(ZoneInit wanted)
    {
        try
        {
            ZoneExec exec = life.CreateExec(wanted);
            var output = new PipedOutput();
            exec.Console.Attach(output);
            return new RunningProgram(life, exec, output, life.StartExec(exec));
        }
        catch (ZoneException e)
        {
            throw new ZonixException($"{Name}: {e.Message}", e);
        }
    }

    private Zones.Zone Kernel(string path)
    {
        if (!path.StartsWith('/'))
            throw new ZonixException($"{Name}: '{path}': an absolute path of the zone was expected");
        return life.Kernel ?? throw new ZonixException($"{Name}: the zone does not run");
    }

    private void Require(string path, string verb, Errno e)
    {
        if (e != 0)
            throw new ZonixException($"{Name}: cannot {verb} '{path}': {ErrnoText.Describe(e)}");
    }

    private async Task Guard(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (ZoneException e)
        {
            throw new ZonixException($"{Name}: {e.Message}", e);
        }
    }
}

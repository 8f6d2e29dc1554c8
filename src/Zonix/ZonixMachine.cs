using Zonix.Images;
using Zonix.Images.References;
using Zonix.Storage;
using Zonix.Zones;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix;

/// <summary>A Linux-compatible kernel in this process, and its zones. Several may be open at once, with a folder of state each. Any thread.</summary>
public sealed class ZonixMachine : IAsyncDisposable
{
    // The zone's own first program waits, and reaps what others leave behind. It is two of the zone's threads.
    private const string Waiting = "trap 'exit 0' TERM; while :; do sleep 86400 & wait $!; done";
    private const int WaitingThreads = 2, StopSeconds = 1;
    private readonly List<string> made = [];
    private readonly LocalMachine machine;
    private readonly string? temporary;

    private ZonixMachine(LocalMachine machine, string? temporary)
    {
        this.machine = machine;
        this.temporary = temporary;
    }

    /// <summary>Opens a machine.</summary>
    /// <exception cref="ZonixException">Its folder cannot be used, or another machine has it.</exception>
    public static Task<ZonixMachine> OpenAsync(MachineOptions? options = null) => Task.Run(() =>
    {
        string? temporary = options?.StateFolder is null ? Directory.CreateTempSubdirectory("zonix-").FullName : null;
        try
        {
            StatePaths paths = StatePaths.In(temporary ?? Path.GetFullPath(options!.StateFolder!));
            return new ZonixMachine(LocalMachine.Open(paths, options?.Log ?? (static _ => { })), temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
            throw new ZonixException(e.Message, e);
        }
    });

    /// <summary>Makes a zone and boots it.</summary>
    /// <param name="image">
    /// "host" for the host's own tree, or an absolute path of a tree of the host, both read-only under a layer in memory; or the name of
    /// an image, which is fetched when it is missing. The tree must have /bin/sh and sleep.
    /// </param>
    /// <param name="settings">Its limits.</param>
    /// <param name="cancellation">Ends fetching and making early.</param>
    /// <exception cref="ZonixException">There is no such image, or a setting is not valid.</exception>
    public async Task<Zone> CreateAsync(string image, ZoneSettings? settings = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        ZoneLife? life = null;
        try
        {
            bool isTree = Path.IsPathRooted(image);
            if (!isTree && image != HostRoots.HostImage && machine.Images.Find(image) is null)
                await machine.Fetcher.FetchAsync(ImageReference.Parse(image), null, static _ => { }, cancellation).ConfigureAwait(false);
            life = await machine.Zones.CreateAsync(Configure(image, isTree, settings ?? new ZoneSettings()), cancellation).ConfigureAwait(false);
            return await AdoptAsync(life, cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (life is not null)
                await life.RemoveAsync(force: true, volumes: true, CancellationToken.None).ConfigureAwait(false);
            if (e is ZoneException or ImageException or PoolException or IOException)
                throw new ZonixException($"{image}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Makes an image from the archive of a root file system, tar, compressed or not.</summary>
    /// <param name="name">What it is called, as debian:mine.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ZonixException">It is no archive, or no name of an image.</exception>
    public Task ImportImageAsync(string name, Stream archive, CancellationToken cancellation = default) => Task.Run(
        () =>
        {
            try
            {
                machine.Images.ImportTar(archive, ImageReference.Parse(name), cancellation: cancellation);
            }
            catch (Exception e) when (e is ImageException or PoolException or IOException)
            {
                throw new ZonixException($"{name}: {e.Message}", e);
            }
        },
        cancellation);

    /// <summary>Boots a zone that goes with this machine.</summary>
    internal async Task<Zone> AdoptAsync(ZoneLife life, CancellationToken cancellation = default)
    {
        lock (made)
            made.Add(life.Id);
        await life.StartAsync(cancellation).ConfigureAwait(false);
        return new Zone(this, machine, life);
    }

    /// <summary>
    /// Ends the machine, and removes the zones that were made here; removes a temporary folder. Other zones of a folder that was given,
    /// and its images, stay.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        string[] own;
        lock (made)
            own = [.. made];
        foreach (ZoneLife life in machine.Zones.List().Where(life => own.Contains(life.Id)))
            await Zone.RemoveAsync(life).ConfigureAwait(false);
        await machine.DisposeAsync().ConfigureAwait(false);
        if (temporary is not null && Directory.Exists(temporary))
            Directory.Delete(temporary, recursive: true);
    }

    private static ZoneConfiguration Configure(string image, bool isTree, ZoneSettings settings) => new()
    {
        Alias = settings.Name,
        Hostname = settings.HostName,
        Image = isTree ? null : image,
        RootDirectory = isTree ? image : null,
        MemoryBytes = settings.Memory ?? 0,
        MilliCpus = settings.Cpus is { } cpus ? Math.Max(1, (int)Math.Round(cpus * 1000)) : 0,
        MaxLwps = settings.Processes is { } processes ? processes + WaitingThreads : 0,
        ReadOnlyRoot = settings.ReadOnlyRoot,
        // Who runs code that is not trusted asks for a network in words.
        Nics = settings.Network is { } network ? [new ZoneNic { Network = network }] : [],
        NetworkPolicy = settings.NetworkAllow is null && settings.NetworkDeny is null ? null : new ZonePolicy { Allow = settings.NetworkAllow, Deny = settings.NetworkDeny },
        Init = new ZoneInit
        {
            Entrypoint = ["/bin/sh", "-c", Waiting],
            Env = Zone.Variables(settings.Environment),
            User = settings.User,
            WorkingDir = settings.WorkingDirectory,
            StopTimeout = StopSeconds,
        },
    };
}

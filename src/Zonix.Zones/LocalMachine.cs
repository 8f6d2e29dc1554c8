using System.Globalization;
using System.Reflection;
using Zonix.Images;
using Zonix.Storage;
using Zonix.Zones.Datasets;
using Zonix.Zones.Fetching;
using Zonix.Zones.Life;
using Zonix.Zones.Networks;

namespace Zonix.Zones;

/// <summary>The machine of a user: a kernel, and the zones of a folder of state. One process at a time has it.</summary>
public sealed class LocalMachine : IAsyncDisposable
{
    private readonly FileStream held;
    private readonly Lazy<Pool> pool;
    private readonly Lazy<ImageStore> images;

    private LocalMachine(StatePaths paths, FileStream held, Action<string> log)
    {
        this.held = held;
        Paths = paths;
        Kernel = new ZoneMachine();
        Kernel.Kernel.OopsLog = log;
        Kernel.Kernel.Log = log;
        pool = new Lazy<Pool>(() => Pool.Open(paths.Pool, new PoolOptions { Log = log }));
        images = new Lazy<ImageStore>(() => ImageStore.Open(paths.Images, Pool, Kernel.FileSystems));
        Fetcher = new ImageFetcher(this);
        Networks = new NetworkRegistry(Kernel.Fabric, paths.Networks, gateway: null, log);
        Zones = new ZoneRegistry(Kernel, paths.Zones, new PoolRoots(this), log, Networks);
    }

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(LocalMachine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Where its state is.</summary>
    public StatePaths Paths { get; }

    /// <summary>The kernel.</summary>
    public ZoneMachine Kernel { get; }

    /// <summary>Its networks.</summary>
    public NetworkRegistry Networks { get; }

    /// <summary>Its zones.</summary>
    public ZoneRegistry Zones { get; }

    /// <summary>Its storage; opened when it is first asked for.</summary>
    /// <exception cref="PoolException">It cannot be opened.</exception>
    public Pool Pool => pool.Value;

    /// <summary>Its images; opened when they are first asked for.</summary>
    /// <exception cref="ImageException">They cannot be opened.</exception>
    public ImageStore Images => images.Value;

    /// <summary>Gets images that are not there.</summary>
    public ImageFetcher Fetcher { get; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>Opens it. Zones that want to be booted are booted by <see cref="ZoneRegistry.BootAsync"/>.</summary>
    /// <exception cref="IOException">Another process has it; the message says which.</exception>
    public static LocalMachine Open(StatePaths paths, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(paths);
        paths.Create();
        FileStream held = Hold(paths);
        try
        {
            return new LocalMachine(paths, held, log);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The number of the process that has the machine; null when none has.</summary>
    public static int? Holder(StatePaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        try
        {
            using var free = new FileStream(paths.Lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            return ReadHolder(paths);
        }
    }

    /// <summary>Ends all zones, and gives the state back.</summary>
    public async ValueTask DisposeAsync()
    {
        await Zones.DisposeAsync().ConfigureAwait(false);
        if (pool.IsValueCreated)
            pool.Value.Dispose();
        Kernel.Dispose();
        await held.DisposeAsync().ConfigureAwait(false);
    }

    private static FileStream Hold(StatePaths paths)
    {
        try
        {
            var file = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            File.WriteAllText(paths.Pid, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return file;
        }
        catch (IOException) when (File.Exists(paths.Lock))
        {
            throw new IOException($"{paths.Home}: in use by process {ReadHolder(paths)}; stop it with 'zonix machine stop', or set ZONIX_HOME to another folder");
        }
    }

    private static int ReadHolder(StatePaths paths)
    {
        try
        {
            return int.TryParse(File.ReadAllText(paths.Pid).Trim(), CultureInfo.InvariantCulture, out int pid) ? pid : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

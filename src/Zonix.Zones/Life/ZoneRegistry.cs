using System.Collections.Concurrent;
using System.Text.Json;
using Zonix.Zones.Configuration;
using Zonix.Zones.Networks;

namespace Zonix.Zones.Life;

/// <summary>All zones of a machine, by name and identity, and what is kept of them in files.</summary>
public sealed class ZoneRegistry : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, ZoneLife> zones = [];
    private readonly Dictionary<string, ZoneLife> names = [];
    private readonly ConcurrentDictionary<string, ZoneExec> execs = new();
    private readonly string folder;

    /// <summary>The zones whose configurations lie in a folder, which is made when it is missing.</summary>
    /// <param name="machine">Where they run.</param>
    /// <param name="folder">UUID.json for each, with UUID.state and UUID.log beside it.</param>
    /// <param name="roots">Where their roots come from.</param>
    /// <param name="log">Takes lines for the machine's administrator.</param>
    /// <param name="networks">The networks they can be on.</param>
    public ZoneRegistry(ZoneMachine machine, string folder, IZoneRoots roots, Action<string> log, NetworkRegistry networks)
    {
        Networks = networks;
        Networking = new ZoneNetworking(networks);
        Machine = machine;
        Roots = roots;
        Log = log;
        this.folder = folder;
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(folder, "*.json"))
            Load(file);
    }

    /// <summary>Where they run.</summary>
    public ZoneMachine Machine { get; }

    /// <summary>What happens.</summary>
    public ZoneEvents Events { get; } = new();

    /// <summary>The networks zones can be on.</summary>
    public NetworkRegistry Networks { get; }

    internal ZoneNetworking Networking { get; }

    internal IZoneRoots Roots { get; }

    internal Action<string> Log { get; }

    /// <summary>Whether the machine is being shut down: nothing is started again.</summary>
    internal bool IsEnding { get; private set; }

    /// <summary>All zones, the youngest first.</summary>
    public IReadOnlyList<ZoneLife> List()
    {
        lock (gate)
            return [.. zones.Values.OrderByDescending(zone => zone.Configuration.CreateTimestamp)];
    }

    /// <summary>The zone of a name, a uuid, or the first digits of its identity.</summary>
    /// <exception cref="ZoneException">There is none, or more than one.</exception>
    public ZoneLife Find(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        string name = reference.TrimStart('/');
        lock (gate)
        {
            if (names.TryGetValue(name, out ZoneLife? zone) || (Guid.TryParse(name, out Guid uuid) && zones.TryGetValue(uuid, out zone)))
                return zone;
            ZoneLife[] found = name.Length == 0 ? [] : [.. zones.Values.Where(one => one.Id.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
            return found.Length switch
            {
                1 => found[0],
                0 => throw new ZoneException(ZoneError.NotFound, $"No such container: {reference}"),
                _ => throw new ZoneException(ZoneError.Invalid, $"Multiple IDs found with provided prefix: {reference}"),
            };
        }
    }

    /// <summary>A further program of a zone by its identity.</summary>
    public ZoneExec FindExec(string id)
    {
        if (execs.TryGetValue(id, out ZoneExec? exec))
            return exec;
        ZoneExec[] ended = [.. List().SelectMany(zone => zone.Execs).Where(one => one.Id.StartsWith(id, StringComparison.Ordinal))];
        return ended is [var one] ? one : throw new ZoneException(ZoneError.NotFound, $"No such exec instance: {id}");
    }

    /// <summary>Makes a zone.</summary>
    /// <exception cref="ZoneException">The configuration is not valid, the name is taken, or there is no such image.</exception>
    public async Task<ZoneLife> CreateAsync(ZoneConfiguration wanted, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ZoneConfiguration zone = wanted with
        {
            Uuid = wanted.Uuid == Guid.Empty ? Guid.NewGuid() : wanted.Uuid,
            CreateTimestamp = DateTimeOffset.UtcNow,
        };
        ZoneValidation.Check(zone);
        ZoneLife life = Reserve(zone);
        try
        {
            Networking.Reserve(zone);
            zone = await Roots.InstallAsync(life.Configuration, cancellation).ConfigureAwait(false);
            life.Install(zone);
        }
        catch
        {
            Forget(life);
            throw;
        }

        life.Tell("create");
        return life;
    }

    /// <summary>
    /// Makes a zone that is as another one, but for its name, and whose root begins as that of the other is now, also while that runs,
    /// or was at a snapshot.
    /// </summary>
    /// <exception cref="ZoneException">There is no such snapshot, the name is taken, or such roots cannot be cloned.</exception>
    public async Task<ZoneLife> CloneAsync(ZoneLife source, string? snapshot, string? name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        cancellation.ThrowIfCancellationRequested();
        ZoneConfiguration old = source.Configuration, zone = old with
        {
            Uuid = Guid.NewGuid(),
            CreateTimestamp = DateTimeOffset.UtcNow,
            Alias = name,
            Dataset = null,
            Nics = old.Nics is null ? null : [.. old.Nics.Select(nic => nic with { Mac = null })],
        };
        ZoneValidation.Check(zone);
        ZoneLife life = Reserve(zone);
        try
        {
            life.Install(await Task.Run(() => Roots.Clone(old, snapshot, life.Configuration), CancellationToken.None).ConfigureAwait(false));
        }
        catch
        {
            Forget(life);
            throw;
        }

        life.Tell("create");
        return life;
    }

    /// <summary>Boots the zones that want to be booted with the machine.</summary>
    public async Task BootAsync()
    {
        foreach (ZoneLife zone in List().Reverse())
        {
            if (!zone.WantsBoot)
                continue;
            try
            {
                await zone.StartAsync().ConfigureAwait(false);
            }
            catch (ZoneException e)
            {
                Log($"{zone.Name}: cannot be booted: {e.Message}");
            }
        }
    }

    /// <summary>Ends all zones, each by its own signal and in its own time.</summary>
    public async ValueTask DisposeAsync()
    {
        IsEnding = true;
        await Task.WhenAll(List().Select(zone => zone.StopAsync(byUser: false))).ConfigureAwait(false);
        foreach (ZoneLife zone in List())
            zone.Dispose();
    }

    internal string LogPath(Guid uuid) => Path.Combine(folder, $"{uuid}.log");

    internal void Save(ZoneConfiguration zone) => Save($"{zone.Uuid}.json", JsonSerializer.SerializeToUtf8Bytes(zone, ZoneJson.Default.ZoneConfiguration));

    internal void Save(Guid uuid, ZoneRecord record) => Save($"{uuid}.state", JsonSerializer.SerializeToUtf8Bytes(record, ZoneJson.Default.ZoneRecord));

    internal void Rename(ZoneLife zone, string name)
    {
        lock (gate)
        {
            if (zone.Name == name)
                return;
            if (!names.TryAdd(name, zone))
                throw Taken(name, names[name]);
            names.Remove(zone.Name);
        }
    }

    internal void Forget(ZoneLife zone)
    {
        Networking.Release(zone.Configuration);
        lock (gate)
        {
            zones.Remove(zone.Configuration.Uuid);
            if (names.GetValueOrDefault(zone.Name) == zone)
                names.Remove(zone.Name);
            File.Delete(Path.Combine(folder, $"{zone.Configuration.Uuid}.json"));
            File.Delete(Path.Combine(folder, $"{zone.Configuration.Uuid}.state"));
        }
    }

    internal void Add(ZoneExec exec) => execs[exec.Id] = exec;

    internal void Remove(ZoneExec exec) => execs.TryRemove(exec.Id, out _);

    private static ZoneException Taken(string name, ZoneLife by) => new(
        ZoneError.Conflict,
        $"The container name \"/{name}\" is already in use by container \"{by.Id}\". You have to remove (or rename) that container to be able to reuse that name.");

    private ZoneLife Reserve(ZoneConfiguration zone)
    {
        lock (gate)
        {
            string name = zone.Alias ?? ZoneNames.Make(names.ContainsKey);
            if (names.TryGetValue(name, out ZoneLife? other))
                throw Taken(name, other);
            if (zones.ContainsKey(zone.Uuid))
                throw new ZoneException(ZoneError.Conflict, $"uuid: {zone.Uuid} is in use");
            var life = new ZoneLife(this, zone with { Alias = name }, new ZoneRecord());
            zones.Add(zone.Uuid, life);
            names.Add(name, life);
            return life;
        }
    }

    private void Load(string file)
    {
        try
        {
            ZoneConfiguration zone = ZoneValidation.Parse(File.ReadAllBytes(file));
            ZoneValidation.Check(zone);
            if (zone.Alias is null || $"{zone.Uuid}.json" != Path.GetFileName(file))
                throw new ZoneException(ZoneError.Invalid, "alias or uuid: missing, or not that of the file's name");
            string state = Path.ChangeExtension(file, ".state");
            ZoneRecord? record = File.Exists(state) ? JsonSerializer.Deserialize(File.ReadAllBytes(state), ZoneJson.Default.ZoneRecord) : null;
            var life = new ZoneLife(this, zone, record ?? new ZoneRecord { State = ZoneState.Installed });
            zones.Add(zone.Uuid, life);
            names.Add(zone.Alias, life);
            life.NoteCrash();
            TryReserve(zone);
        }
        catch (Exception e) when (e is IOException or JsonException or ZoneException or ArgumentException)
        {
            Log($"{file}: {e.Message}; the zone is left out");
        }
    }

    // A zone whose network or address is gone cannot be started, but is there.
    private void TryReserve(ZoneConfiguration zone)
    {
        try
        {
            Networking.Reserve(zone);
        }
        catch (ZoneException e)
        {
            Log($"{zone.Alias}: {e.Message}");
        }
    }

    // Renamed into place, so that there is a whole file whatever happens.
    private void Save(string name, byte[] bytes)
    {
        string path = Path.Combine(folder, name), draft = path + ".new";
        File.WriteAllBytes(draft, bytes);
        File.Move(draft, path, overwrite: true);
    }
}

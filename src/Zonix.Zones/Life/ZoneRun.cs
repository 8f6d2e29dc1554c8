using System.Net;
using System.Text;
using Zonix.Abi;
using Zonix.Images;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Network.Gateways;
using Zonix.Zones.Configuration;
using Zonix.Zones.Naming;
using Zonix.Zones.Networks;

namespace Zonix.Zones.Life;

/// <summary>One run of a zone: from the mounting of its file systems to the end of its last process.</summary>
internal sealed class ZoneRun
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    // Its root, and its volumes.
    private readonly IReadOnlyList<IZoneRoot> roots;

    private ZoneRun(Zone zone, IReadOnlyList<IZoneRoot> roots, ZoneConfiguration configuration, RunVisits visits)
    {
        Zone = zone;
        Visits = visits;
        Names = NamesOf(configuration);
        this.roots = roots;
        Configuration = configuration;
    }

    internal Zone Zone { get; }

    internal ZoneConfiguration Configuration { get; }

    /// <summary>Its places on networks.</summary>
    internal IReadOnlyList<NetworkEndpoint> Endpoints { get; set; } = [];

    /// <summary>The first program; there is none before it was started.</summary>
    internal ZoneProcess? First { get; private set; }

    /// <summary>Whether its first program is systemd.</summary>
    internal bool IsSystemd { get; private set; }

    /// <summary>Whether a process was killed because there was not enough memory.</summary>
    internal bool WasShortOfMemory => Zone.Groups.Root.Memory.CountOf(MemoryIncident.Kill) > 0;

    /// <summary>Those who use its tree from outside; they are asked to leave before it goes.</summary>
    internal RunVisits Visits { get; }

    /// <summary>What its files of names say.</summary>
    internal NameRecords Names { get; private set; }

    /// <summary>Mounts.</summary>
    internal static ZoneRun Boot(ZoneMachine machine, ZoneConfiguration zone, IZoneRoots roots)
    {
        var held = new List<IZoneRoot>();
        try
        {
            held.Add(roots.Open(zone));
            var mounts = new List<ZoneMount>();
            foreach (ZoneFileSystem mount in (zone.Filesystems ?? []).Where(mount => mount.Type == ZoneFileSystem.Volume))
            {
                IZoneRoot volume = roots.OpenVolume(mount.Source ?? throw new ZoneException(ZoneError.Failed, $"filesystems: the volume at {mount.Target} has no name"));
                held.Add(volume);
                mounts.Add(new ZoneMount(volume.FileSystem!, mount.Target, ZoneMounts.IsReadOnly(mount)));
            }

            ZoneOptions options = Options(zone) with
            {
                Root = held[0].FileSystem,
                RootDirectory = held[0].Directory,
                Mounted = mounts,
                Names = HostRoots.Has(zone) && ZoneNetworking.NicsOf(zone).Count == 0 ? null : NamesOf(zone),
            };
            if (Zone.Create(machine, options, out Zone? made, out string problem) == 0)
                return new ZoneRun(made!, held, zone, new RunVisits());
            throw new ZoneException(ZoneError.Failed, problem);
        }
        catch
        {
            foreach (IZoneRoot one in held)
                one.Dispose();
            throw;
        }
    }

    /// <summary>Changes what its files of names say.</summary>
    internal void ChangeNames(Func<NameRecords, NameRecords> change)
    {
        Names = change(Names);
        Zone.Change(Names);
    }

    /// <summary>Ports of the host that lead to it.</summary>
    internal IReadOnlyList<PublishedPort> PublishedPorts { get; private set; } = [];

    /// <summary>Puts it on its networks, and publishes its ports.</summary>
    internal void Join(ZoneMachine machine, ZoneNetworking networking)
    {
        Endpoints = networking.Join(Zone, Configuration);
        TellNames();
        PublishedPorts = ZonePublishing.Apply(machine, Zone, Configuration, Endpoints);
    }

    /// <summary>Its networks have changed: its files of names name its addresses, and the name server of its networks.</summary>
    internal void TellNames()
    {
        IpAddress[] servers = [.. Endpoints.Select(static one => one.Network.Kernel)
            .Where(static one => one.Gateway is not null && one.V4 is { Gateway.IsAny: false }).Select(static one => one.V4!.Value.Gateway)];
        IPAddress[] own = [.. Endpoints.SelectMany(static one => (InterfaceAddress?[])[one.V4, one.V6]).OfType<InterfaceAddress>().Select(static one => IPAddress.Parse(one.Address.ToString()))];
        if (Endpoints.Count > 0)
            ChangeNames(names => names with { Addresses = own, Resolvers = servers.Length > 0 ? [servers[0].ToString()] : names.Resolvers });
    }

    /// <summary>Starts the first program.</summary>
    internal ZoneProcess StartFirst()
    {
        ZoneInit init = Configuration.Init;
        string[] words = [.. init.Entrypoint ?? [], .. init.Cmd ?? []];
        First = Start(words, init.Env, init.WorkingDir, init.User, init.Tty, init.OpenStdin, default, isFirst: true);
        return First;
    }

    /// <summary>Starts a program, as the first or beside it.</summary>
    internal ZoneProcess Start(
        IReadOnlyList<string> words, IEnumerable<string>? environment, string? directory, string? user, bool hasTerminal, bool hasInput, WindowSize size,
        bool isFirst = false)
    {
        if (words is not [var name, ..])
            throw new ZoneException(ZoneError.Invalid, "No command specified: neither the image nor the request names a program");
        ZoneUser who = ZoneUser.Resolve(Zone.Mounts, user ?? "");
        string place = string.IsNullOrEmpty(directory) ? "/" : directory;
        if (isFirst)
            ZonePlaces.Find(Zone.Mounts, place, isDirectory: true, out _);
        IEnumerable<string> given = environment ?? [];
        if (isFirst && !Configuration.Init.Init && SystemdInit.Is(Zone.Mounts, name, place))
        {
            IsSystemd = true;
            given = SystemdInit.Variables.Concat(given);
        }
        string[] variables = [.. Environment(given, who, hasTerminal)];
        if (isFirst && Configuration.Init.Init)
            words = WithInit(words, variables, place);
        SysResult started = Zone.Start(
            new ZoneProgram
            {
                Command = [.. words.Select(Encoding.UTF8.GetBytes)],
                Environment = [.. variables.Select(Encoding.UTF8.GetBytes)],
                WorkingDirectory = place,
                UserId = who.Uid,
                GroupId = who.Gid,
                Groups = who.Groups,
                Streams = hasTerminal ? ProgramStreams.Terminal : ProgramStreams.Pipes,
                HasInput = hasInput,
                WindowSize = size,
                IsConsole = hasTerminal && isFirst,
            },
            out ZoneProcess? process);
        if (!started.IsError)
            return process!;
        ZoneError kind = started.Error is Errno.ENOENT or Errno.ENOTDIR ? ZoneError.CommandNotFound : ZoneError.CannotExecute;
        throw new ZoneException(kind, $"exec: \"{name}\": {ErrnoText.Describe(started.Error)}");
    }

    /// <summary>Finds out whether it works; null: nobody does.</summary>
    internal HealthWatch? Health { get; set; }

    /// <summary>Set when the run ends.</summary>
    internal CancellationToken Ending => Visits.Closing;

    /// <summary>Ends what is left, and gives all back.</summary>
    internal async Task EndAsync()
    {
        await Zone.EndAsync().ConfigureAwait(false);
        Zone.LeaveNetworks();
        await Visits.CloseAsync().ConfigureAwait(false);
        Visits.Dispose();
        Zone.Dispose();
        foreach (IZoneRoot one in roots)
            one.Dispose();
    }

    /// <summary>What a zone is made of, but for its root.</summary>
    internal static ZoneOptions Options(ZoneConfiguration zone)
    {
        var mounts = (zone.Filesystems ?? []).Select(ZoneMounts.Parse).ToArray();
        var memory = mounts.Select(one => one.Memory).OfType<ZoneMemoryDirectory>().ToList();
        if (zone.Tmpfs is > 0 and { } size)
            memory.Insert(0, new ZoneMemoryDirectory("/tmp", 0x3FF, MountFlags.MS_NOSUID | MountFlags.MS_NODEV, (long)size << 20));
        long bytes = zone.MemoryBytes != 0 ? zone.MemoryBytes : zone.MaxPhysicalMemory << 20;
        return new ZoneOptions
        {
            HasReadOnlyRoot = zone.ReadOnlyRoot,
            Volumes = [.. mounts.Select(one => one.Volume).OfType<ZoneVolume>()],
            MemoryDirectories = memory,
            AlwaysLarge = zone.LargeWindows,
            HasConsole = zone.Init.Tty,
            MemoryLimit = bytes == 0 ? null : (ulong)bytes,
            CpuShares = zone.CpuShares,
            MilliCpus = zone.MilliCpus != 0 ? zone.MilliCpus : zone.CpuCap * 10,
            TaskLimit = zone.MaxLwps,
            HostName = zone.Hostname ?? ZoneIdentity.Short(zone.Uuid),
            HasInit = zone.Init.Init,
            Limits = (zone.Ulimits ?? []).DistinctBy(limit => limit.Resource).ToDictionary(limit => limit.Resource!.Value, limit => limit.Limit),
            Capabilities = CapabilityNames.Combine(zone.CapDrop, zone.CapAdd),
            SharedMemory = zone.ShmSize,
            Is32Bit = zone.Architecture is { } architecture && ImagePlatform.TryParse(architecture) == ImagePlatform.I386,
            Identity = zone.KernelVersion is { } release ? new SystemIdentity { Release = release } : null,
        };
    }

    private static NameRecords NamesOf(ZoneConfiguration zone)
    {
        HostResolver host = zone.Resolvers is null ? HostResolver.Read() : new HostResolver(zone.Resolvers, [], []);
        IEnumerable<string> addresses = (zone.Nics ?? []).SelectMany(nic => nic.Ips ?? []).Select(ip => ip.Split('/')[0]);
        return new NameRecords
        {
            HostName = zone.Hostname ?? ZoneIdentity.Short(zone.Uuid),
            Domain = zone.DnsDomain,
            Addresses = [.. addresses.Select(text => System.Net.IPAddress.TryParse(text, out var address) ? address : null).OfType<System.Net.IPAddress>()],
            Hosts = zone.ExtraHosts ?? [],
            Resolvers = host.Servers,
            Search = zone.DnsSearch ?? host.Search,
            Options = zone.DnsOptions ?? host.Options,
        };
    }

    // The init program starts what it is given; what is not there is found before, so that it is an error of the start.
    private string[] WithInit(IReadOnlyList<string> words, IReadOnlyList<string> environment, string directory)
    {
        string name = words[0];
        string path = environment.LastOrDefault(one => one.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? "";
        string[] places = name.Contains('/', StringComparison.Ordinal) ? [name] : [.. path.Split(':').Select(folder => $"{folder}/{name}")];
        foreach (string place in places)
        {
            string full = place.StartsWith('/') ? place : $"{directory.TrimEnd('/')}/{place}";
            var walk = new PathWalk(Zone.Mounts.Root, Zone.Mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(full), WalkFlags.Follow);
            bool isProgram = walk.Run() == 0 && walk.At.Inode.Access is { IsRegular: true, Mode: var mode } && (mode & 0x49) != 0;
            walk.Dispose();
            if (isProgram)
                return [ManagedFiles.InitPath, full, .. words];
        }

        throw new ZoneException(ZoneError.CommandNotFound, $"exec: \"{name}\": {ErrnoText.Describe(Errno.ENOENT)}");
    }

    // What docker sets, where nobody has set anything else.
    private IEnumerable<string> Environment(IEnumerable<string> given, ZoneUser user, bool hasTerminal)
    {
        var names = new HashSet<string>();
        var kept = new List<string>();
        foreach (string variable in given.Reverse())
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (names.Add(equals < 0 ? variable : variable[..equals]) && equals >= 0)
                kept.Add(variable);
        }

        kept.Reverse();
        if (names.Add("PATH"))
            yield return DefaultPath;
        if (names.Add("HOSTNAME"))
            yield return "HOSTNAME=" + (Configuration.Hostname ?? ZoneIdentity.Short(Configuration.Uuid));
        if (hasTerminal && names.Add("TERM"))
            yield return "TERM=xterm";
        if (names.Add("HOME"))
            yield return "HOME=" + user.Home;
        foreach (string variable in kept)
            yield return variable;
    }
}

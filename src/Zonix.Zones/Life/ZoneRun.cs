using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Tasks;
using Zonix.Zones.Configuration;
using Zonix.Zones.Networks;

namespace Zonix.Zones.Life;

/// <summary>One run of a zone: from the mounting of its file systems to the end of its last process.</summary>
internal sealed class ZoneRun
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly IZoneRoot root;
    private ZoneRun(Zone zone, IZoneRoot root, ZoneConfiguration configuration, RunVisits visits)
    {
        Zone = zone;
        Visits = visits;
        this.root = root;
        Configuration = configuration;
    }

    internal Zone Zone { get; }

    internal ZoneConfiguration Configuration { get; }

    /// <summary>Its places on networks.</summary>
    internal IReadOnlyList<NetworkEndpoint> Endpoints { get; set; } = [];

    /// <summary>The first program; there is none before it was started.</summary>
    internal ZoneProcess? First { get; private set; }

    /// <summary>Whether a process was killed because there was not enough memory.</summary>
    internal bool WasShortOfMemory => Zone.Groups.Root.Memory.CountOf(MemoryIncident.Kill) > 0;

    /// <summary>Those who use its tree from outside; they are asked to leave before it goes.</summary>
    internal RunVisits Visits { get; }

    /// <summary>Mounts.</summary>
    internal static ZoneRun Boot(ZoneMachine machine, ZoneConfiguration zone, IZoneRoots roots)
    {
        IZoneRoot root = roots.Open(zone);
        Errno e = Zone.Create(machine, Options(zone) with { Root = root.FileSystem, RootDirectory = root.Directory }, out Zone? made);
        if (e == 0)
            return new ZoneRun(made!, root, zone, new RunVisits());
        root.Dispose();
        string places = string.Join(", ", (zone.Filesystems ?? []).Select(one => one.Source ?? one.Target).Prepend(zone.RootDirectory ?? zone.Image));
        throw new ZoneException(ZoneError.Failed, $"{places}: {ErrnoText.Describe(e)}");
    }

    /// <summary>Puts it on its networks.</summary>
    internal void Join(ZoneNetworking networking) => Endpoints = networking.Join(Zone, Configuration);

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
        SysResult started = Zone.Start(
            new ZoneProgram
            {
                Command = [.. words.Select(Encoding.UTF8.GetBytes)],
                Environment = [.. Environment(environment ?? [], who, hasTerminal).Select(Encoding.UTF8.GetBytes)],
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

    /// <summary>Ends what is left, and gives all back.</summary>
    internal async Task EndAsync()
    {
        await Zone.EndAsync().ConfigureAwait(false);
        Zone.LeaveNetworks();
        await Visits.CloseAsync().ConfigureAwait(false);
        Visits.Dispose();
        Zone.Dispose();
        root.Dispose();
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
            Identity = zone.KernelVersion is { } release ? new SystemIdentity { Release = release } : null,
        };
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

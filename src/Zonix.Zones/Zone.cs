using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Devices;
using Zonix.FileSystems.Devpts;
using Zonix.FileSystems.Folder;
using Zonix.FileSystems.Host;
using Zonix.FileSystems.Layers;
using Zonix.FileSystems.Overlay;
using Zonix.FileSystems.Tmpfs;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx;
using Zonix.Lx.Cgroup;
using Zonix.Lx.Loader;
using Zonix.Lx.Proc;
using Zonix.Lx.Sys;
using Zonix.Lx.Tasks;
using Zonix.Lx.Tracing;
using Zonix.Network;
using Zonix.Network.Fabric;
using Zonix.Zones.Naming;

namespace Zonix.Zones;

/// <summary>An isolated set of processes with its own tree of files.</summary>
public sealed partial class Zone : IDisposable
{
    // The group tty, as Debian and others number it.
    private const uint TtyGroup = 5;

    private readonly ZoneMachine _machine;
    private readonly ZoneOptions _options;
    private readonly LxBrand _brand;
    private readonly HostFileSystem? _host;
    private readonly List<FolderFileSystem> _folders = [];
    private readonly StandardStreams? _streams;
    private readonly MemoryGuard _guard;
    private readonly CgroupFileSystem _groupFiles;
    private readonly DevptsFileSystem _devpts;
    private readonly ManagedFiles _managed;
    private string _problem = "";

    private Zone(ZoneMachine machine, ZoneOptions options, IFileSystem root, HostFileSystem? host)
    {
        CpuGroup = machine.Kernel.Scheduler.CreateGroup();
        CpuGroup.Weight = options.CpuShares;
        if (options.MilliCpus > 0)
            CpuGroup.SetLimit(CpuGroup.DefaultPeriodNs / 1000 * options.MilliCpus);
        _machine = machine;
        _options = options;
        _managed = new ManagedFiles(machine.FileSystems);
        _host = host;
        _streams = options.UsesStandardStreams && !options.HasTerminal ? new StandardStreams(machine.FileSystems) : null;
        var memory = new MemoryGroup { Limit = options.MemoryLimit ?? ulong.MaxValue };

        // A machine of as many CPUs as the limit comes to.
        int cpus = options.MilliCpus > 0 ? (options.MilliCpus + 999) / 1000 : int.MaxValue;
        Groups = new ControlGroups(machine.Kernel.Scheduler, CpuGroup, memory, cpus);
        _groupFiles = new CgroupFileSystem(machine.FileSystems, Groups);
        _devpts = new DevptsFileSystem(machine.FileSystems, new DevptsOptions { Gid = TtyGroup, Mode = 0x190, PtmxMode = 0x1B6 });
        if (options.TaskLimit > 0)
            Groups.Root.Pids.Limit = options.TaskLimit;
        Mounts = new MountNamespace(machine.FileSystems, root, MountFlags.MS_RELATIME | (options.HasReadOnlyRoot ? MountFlags.MS_RDONLY : 0));
        Network = new NetworkStack(machine.Kernel);

        // Of what the zone may use, buffers of sockets may be a part.
        if (options.MemoryLimit is { } most)
            Network.BufferLimit = (long)Math.Min((ulong)Network.BufferLimit, Math.Max(most / 4, 1 << 20));
        _brand = new LxBrand
        {
            Network = Network,
            CpuLimit = cpus,
            HostName = options.HostName,
            Identity = options.Identity,
            Is32Bit = options.Is32Bit,
            Groups = Groups,
            Mounts = Mounts,
            Trace = options.Trace is { } write ? new Strace(write) : null,
            Loader = new ProgramLoader(machine.Kernel, options.HasOwnLayout ? new AddressLayout() : machine.Layout, machine.Vdso)
            {
                AlwaysLarge = options.AlwaysLarge,
                Group = memory,
            },
        };
        if (root is IMemoryHolder held)
            _brand.Memory.AddSource(() => held.HeldBytes);
        _brand.Memory.AddSource(() => _brand.SegmentBytes);
        _guard = new MemoryGuard(Groups, machine.Kernel);
    }

    /// <summary>What the zone's processes use of the machine's memory.</summary>
    public MemoryGroup Memory => _brand.Memory;

    /// <summary>The zone's processes.</summary>
    public PidSpace Pids { get; } = new();

    /// <summary>The CPU time of its processes: share, limit, use.</summary>
    public CpuGroup CpuGroup { get; }

    /// <summary>Its control groups; the root holds the zone's own limits.</summary>
    public ControlGroups Groups { get; }

    /// <summary>Its IP stack.</summary>
    public NetworkStack Network { get; }

    /// <summary>The zone's tree of mounts.</summary>
    public MountNamespace Mounts { get; }

    /// <summary>The machine's files.</summary>
    internal VirtualFileSystem FileSystems => _machine.FileSystems;

    /// <summary>Its console, when it was made with a terminal.</summary>
    public ZoneTerminal? Terminal { get; private set; }

    /// <summary>The host's terminal, when that is among the standard streams that the first process got.</summary>
    public HostConsole? HostConsole => _streams?.Console;

    /// <summary>Makes a zone and mounts its file systems.</summary>
    /// <returns>0, or what the host answered for the root directory.</returns>
    public static Errno Create(ZoneMachine machine, ZoneOptions options, out Zone? zone) => Create(machine, options, out zone, out _);

    /// <summary>Makes a zone and mounts its file systems; says for people what could not be mounted.</summary>
    /// <returns>0, or an errno, and then <paramref name="problem"/>.</returns>
    public static Errno Create(ZoneMachine machine, ZoneOptions options, out Zone? zone, out string problem)
    {
        zone = null;
        problem = options.RootDirectory;
        HostFileSystem? host = null;
        IFileSystem? root = options.Root;
        Errno error = 0;
        if (root is null)
        {
            error = HostFileSystem.Open(machine.FileSystems, options.RootDirectory, out host);
            if (error != 0)
            {
                problem = $"{options.RootDirectory}: {ErrnoText.Describe(error)}";
                return error;
            }

            root = new OverlayFileSystem(machine.FileSystems, host!);
        }
        zone = new Zone(machine, options, root, host);
        IFileSystem devices = DeviceFileSystem.Create(machine.FileSystems, zone._streams?.Console is not null || options.HasTerminal || options.HasConsole);
        zone.Mount("/dev", devices);
        zone.Mount("/dev/pts", zone._devpts);
        if (options.HasTerminal)
            zone.Terminal = ZoneTerminal.Create(zone._devpts, zone.Mounts);
        var shared = TmpFileSystem.CreateLimited(machine.FileSystems, 0x3FF, options.SharedMemory);
        machine.FileSystems.MemoryFiles ??= options.SharedMemory == 0 ? shared : new TmpFileSystem(machine.FileSystems);
        zone.Memory.AddSource(() => shared.HeldBytes);
        zone.Mount("/dev/shm", shared);
        IFileSystem system = SysFileSystem.Create(machine.FileSystems, machine.Kernel, zone._brand);
        zone.Mount("/proc", zone.CreateProc());
        // Nothing in it can be changed; and so read-only, it tells systemd and others that devices are not theirs to manage.
        zone.Mount("/sys", system, MountFlags.MS_RDONLY);
        zone.Mount("/sys/fs/cgroup", zone._groupFiles);
        zone.AddTypes(devices, system, zone._groupFiles);
        error = zone.MountWanted();
        problem = zone._problem;
        if (error != 0)
            zone.Dispose();
        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LeaveNetworks();
        _guard.Dispose();
        _brand.Dispose();
        _machine.Kernel.Scheduler.RemoveGroup(CpuGroup);
        _streams?.Dispose();
        Terminal?.Dispose();
        _host?.Dispose();
        foreach (FolderFileSystem folder in _folders)
            folder.Dispose();
    }

    /// <summary>Takes it off all its networks.</summary>
    internal void LeaveNetworks()
    {
        foreach (NetworkPort port in Network.Ports)
            Network.Detach(port);
    }

    /// <summary>What the options ask for; places nearer to the root first, so that none is covered by another.</summary>
    private Errno MountWanted()
    {
        // First, so that what the user mounts there covers it. A root without a place for them goes without.
        if (_options.Names is { } names)
            _managed.ShowNames(Mounts, names);
        else
            _managed.ShowOwnName(Mounts, _options.HostName ?? LxBrand.DefaultHostName);
        foreach (ZoneMemoryDirectory wanted in _options.MemoryDirectories)
        {
            Errno e = ZonePlaces.Find(Mounts, wanted.Target, isDirectory: true, out VfsPath place);
            if (e != 0)
                return Problem(e, $"{wanted.Target}: {ErrnoText.Describe(e)}");
            var memory = TmpFileSystem.CreateLimited(_machine.FileSystems, wanted.Mode, wanted.Size);
            Memory.AddSource(() => memory.HeldBytes);
            Mounts.Attach(memory, place, wanted.Flags);
        }
        IEnumerable<(string Target, Func<string, Errno> Mount)> wantedPlaces = _options.Volumes
            .Select(volume => (volume.Target, (Func<string, Errno>)(_ => MountFolder(volume))))
            .Concat(_options.Mounted.Select(mount => (mount.Target, (Func<string, Errno>)(target => MountAt(mount.FileSystem, target, mount.IsReadOnly)))));
        foreach ((string target, Func<string, Errno> mount) in wantedPlaces.OrderBy(one => one.Target.Count(c => c == '/')))
        {
            if (mount(target) is var e and not 0)
                return e;
        }

        return _options.HasInit ? _managed.ShowInit(Mounts) : 0;
    }

    private Errno MountFolder(ZoneVolume volume)
    {
        Errno e = FolderFileSystem.Open(
            _machine.FileSystems, volume.Source, _options.UserId, _options.GroupId, volume.IsReadOnly, out FolderFileSystem? folder);
        if (e != 0)
            return Problem(e, $"{volume.Source}: {ErrnoText.Describe(e)}");
        _folders.Add(folder!);
        return MountAt(folder!, volume.Target, volume.IsReadOnly, volume.Source);
    }

    private Errno MountAt(IFileSystem fileSystem, string target, bool isReadOnly, string source = "")
    {
        bool isDirectory = fileSystem.Root.Inode!.Access.IsDirectory;
        Errno e = ZonePlaces.Find(Mounts, target, isDirectory, out VfsPath place);
        if (e != 0)
            return Problem(e, $"{target}: {ErrnoText.Describe(e)}");
        if (place.Inode.Access.IsDirectory != isDirectory)
        {
            (string from, string to) = isDirectory ? ("a directory", "a file") : ("a file", "a directory");
            return Problem(Errno.ENOTDIR, $"cannot mount {source} at {target}: the one is {from}, the other {to} of the zone; name {to} on both sides, or {from}");
        }

        Mounts.Attach(fileSystem, place, MountFlags.MS_RELATIME | (isReadOnly ? MountFlags.MS_RDONLY : 0));
        return 0;
    }

    private Errno Problem(Errno e, string text)
    {
        _problem = text;
        return e;
    }

    /// <summary>Changes what its files of names say, if they are the machine's.</summary>
    internal void Change(NameRecords names)
    {
        if (_options.Names is not null)
            _managed.Change(names);
    }

    /// <summary>What mount(2) knows by name.</summary>
    private void AddTypes(IFileSystem devices, IFileSystem system, IFileSystem groups)
    {
        // Of proc each mount is one of its own, as its options are.
        FileSystemTypes types = Mounts.Types;
        types.Add("sysfs", () => system);
        types.Add("tmpfs", () => new TmpOptions(_machine.FileSystems, "tmpfs", Memory));
        types.Add("ramfs", () => new TmpOptions(_machine.FileSystems, "ramfs", Memory));
        types.Add("proc", CreateProc);
        types.Add("devpts", () => new DevptsMount(_machine.FileSystems));
        types.Add("devtmpfs", () => devices, "size", "nr_inodes", "mode");
        types.Add("overlay", () => new LayeredOptions(_machine.FileSystems));
        types.Add("cgroup2", () => groups, "nsdelegate");
        types.Add("mqueue", () => MessageQueueMounts.Open(_machine.FileSystems, _brand));
    }

    private SyntheticFileSystem CreateProc() => ProcFileSystem.Create(_machine.FileSystems, _machine.Kernel, Pids, _brand);

    /// <summary>Mounts over a directory, which is made when it is missing from the root.</summary>
    private void Mount(string path, IFileSystem fileSystem, MountFlags flags = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(path[1..]);
        if (!name.Contains((byte)'/') && Mounts.Root.Inode is IDirectoryInode root && root.Lookup(name, out _) == Errno.ENOENT)
            root.Create(name, new NewInode(FileModeBits.S_IFDIR | 0x1ED, 0, 0), out _);
        var walk = new PathWalk(Mounts.Root, Mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(path), WalkFlags.Follow | WalkFlags.Directory);
        if (walk.Run() == 0)
            Mounts.Attach(fileSystem, walk.At, flags);
        walk.Dispose();
    }
}

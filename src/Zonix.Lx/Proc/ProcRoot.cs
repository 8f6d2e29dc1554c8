using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>The root of /proc: what concerns the machine, and a directory for each process.</summary>
internal sealed class ProcRoot : ISyntheticEntries
{
    // Numbers of 32 bits: those of i386 that do not ask for more read directories with them.
    private const ulong FirstProcess = 1UL << 28, FirstThread = 2UL << 28, SerialMask = FirstProcess - 1;
    private const string SlabHead =
        "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> " +
        "<sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n";

    private const string TerminalDrivers =
        "/dev/tty             /dev/tty        5       0 system:/dev/tty\n" +
        "/dev/console         /dev/console    5       1 system:console\n" +
        "/dev/ptmx            /dev/ptmx       5       2 system\n" +
        "pty_slave            /dev/pts      136 0-1048575 pty:slave\n" +
        "pty_master           /dev/ptm      128 0-1048575 pty:master\n";

    private readonly SyntheticFileSystem fileSystem;
    private readonly PidSpace pids;
    private readonly StaticEntries entries;

    public ProcRoot(SyntheticFileSystem fileSystem, KernelMachine machine, PidSpace pids, VirtualFileSystem vfs, LxBrand brand)
    {
        this.fileSystem = fileSystem;
        this.pids = pids;
        var options = new Lazy<byte[]>(BuildOptions.Compress);
        entries = new StaticEntries(fileSystem)
            .Link("self", () => ProcFileSystem.Caller?.Process.Pid.Value.ToString(CultureInfo.InvariantCulture) ?? "")
            .Link("thread-self", () => ProcFileSystem.Caller is { } t ? $"{t.Process.Pid.Value}/task/{t.Tid.Value}" : "")
            .Link("mounts", static () => "self/mounts")
            .Text("cgroups", () => GroupText.Controllers(brand.Groups))
            .Link("net", static () => "self/net")
            .Text("cmdline", "zonix\n")
            .Text("locks", () => LockText.Format(vfs.Locks))
            .Add("config.gz", FileModeBits.S_IFREG, n => new SyntheticText(new(fileSystem, n, 0x124), () => options.Value) { Size = (ulong)options.Value.Length })
            .Text("version", () => $"Linux version {brand.IdentityOn(machine).Release} (zonix) {brand.IdentityOn(machine).Version}\n")
            .Text("filesystems", () => string.Concat(brand.Mounts.Types.Names.Select(static name => $"nodev\t{name}\n")))
            .Directory("sys", directory => ProcSys.Fill(directory, machine, vfs, pids, brand))
            .Directory("sysvipc", directory => IpcText.Fill(directory, () => ProcFileSystem.Namespaces(brand).Ipc));
        FillMachine(entries, machine, pids, brand);
        FillDevices(entries);
    }

    private static void FillMachine(StaticEntries entries, KernelMachine machine, PidSpace pids, LxBrand brand) => entries
        .Text("cpuinfo", () => CpuText.Info(machine, brand.CpuCount(machine)))
        .Text("interrupts", () => MachineText.Interrupts(brand.CpuCount(machine)))
        .Text("loadavg", () => MachineText.LoadAverage(machine, pids))
        .Directory("pressure", pressure => pressure
            .Text("cpu", () => MachineText.CpuPressure(machine))
            .Text("memory", MachineText.MemoryPressure))
        .Text("softirqs", () => MachineText.SoftInterrupts(brand.CpuCount(machine)))
        .Text("stat", () => MachineText.Stat(machine, pids, brand.CpuCount(machine)))
        .Text("uptime", () => MachineText.Uptime(machine, pids, brand.CpuCount(machine)))
        .Text("buddyinfo", () => MemoryInfoText.FreeBlocks(brand.Memory))
        .Text("meminfo", () => MemoryInfoText.Info(brand.Memory))
        .Text("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")
        .Text("vmstat", () => MemoryInfoText.Statistics(machine, brand.Memory, brand.Groups.Root.Memory.CountOf(Kernel.Groups.MemoryIncident.Kill), pids))
        .Text("zoneinfo", () => MemoryInfoText.Zones(brand.Memory))
        .Text("slabinfo", static () => SlabHead, 0x100);

    private static void FillDevices(StaticEntries entries) => entries
        .Directory("bus", static bus => bus.Directory("input", static _ => { }).Directory("pci", static _ => { }))
        .Text("consoles", "")
        .Text("devices", "Character devices:\n  1 mem\n  4 tty\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n 10 misc\n128 ptm\n136 pts\n\nBlock devices:\n")
        .Text("diskstats", "")
        .Directory("driver", static _ => { })
        .Directory("fs", static _ => { })
        .Directory("irq", static _ => { })
        .Text("kallsyms", "")
        .Text("misc", "")
        .Text("modules", "")
        .Text("partitions", "major minor  #blocks  name\n\n")
        .Directory("tty", static tty => tty
            .Text("drivers", TerminalDrivers)
            .Directory("driver", static _ => { })
            .Directory("ldisc", static _ => { })
            .Text("ldiscs", "n_tty       0\n"));

    public int Folders => entries.Folders + pids.Processes.Count;

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        if (name is [>= (byte)'1' and <= (byte)'9', ..] && Utf8Parser.TryParse(name, out int number, out int used) && used == name.Length)
            return FindProcess(number);
        return entries.Find(name, directory);
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        entries.List(listing, directory);
        foreach (Process process in pids.Processes.Snapshot().OrderBy(p => p.Pid.Value))
            listing.Add(Encoding.ASCII.GetBytes(process.Pid.ToString()), NumberOf(process), 4);
    }

    // By what a later process with the same number does not share.
    private static ulong NumberOf(Process process) => FirstProcess + ((ulong)process.Serial & SerialMask);

    private SyntheticDirectory? FindProcess(int number)
    {
        // A thread's number is found too, though it is not listed. proc(5).
        KernelTask? task = pids.Tasks[new Tid(number)];
        Process? process = pids.Processes[new Pid(number)] ?? task?.Process;
        if (process is null)
            return null;
        KernelTask? shown = task ?? process.MainTask;
        ulong inode = task is null || ReferenceEquals(task, process.MainTask) ? NumberOf(process) : FirstThread + (ulong)number;
        return ProcProcess.Directory(new ProcSubject(fileSystem, process, shown, isThread: false), inode);
    }
}

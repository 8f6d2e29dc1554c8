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
    private const ulong FirstProcess = 1UL << 36, FirstThread = 1UL << 35;
    private readonly SyntheticFileSystem fileSystem;
    private readonly PidSpace pids;
    private readonly StaticEntries entries;

    public ProcRoot(SyntheticFileSystem fileSystem, KernelMachine machine, PidSpace pids, VirtualFileSystem vfs, LxBrand brand)
    {
        this.fileSystem = fileSystem;
        this.pids = pids;
        entries = new StaticEntries(fileSystem)
            .Link("self", () => ProcFileSystem.Caller?.Process.Pid.Value.ToString(CultureInfo.InvariantCulture) ?? "")
            .Link("thread-self", () => ProcFileSystem.Caller is { } t ? $"{t.Process.Pid.Value}/task/{t.Tid.Value}" : "")
            .Link("mounts", () => "self/mounts")
            .Text("cmdline", "zonix\n")
            .Text("cpuinfo", () => MachineText.CpuInfo(machine))
            .Text("filesystems", "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\toverlay\nnodev\tcgroup2\n")
            .Text("loadavg", () => MachineText.LoadAverage(machine, pids))
            .Text("cgroups", () => GroupText.Controllers(brand.Groups))
            .Text("meminfo", () => MachineText.MemoryInfo(brand.Memory))
            .Text("stat", () => MachineText.Stat(machine, pids))
            .Text("uptime", () => MachineText.Uptime(machine))
            .Text("version", () => $"Linux version {machine.Identity.Release} (zonix) {machine.Identity.Version}\n")
            .Text("vmstat", "nr_free_pages 0\n")
            .Text("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")
            .Text("devices", "Character devices:\n  1 mem\n  5 /dev/tty\n136 pts\n\nBlock devices:\n")
            .Text("partitions", "major minor  #blocks  name\n\n")
            .Text("diskstats", "")
            .Text("modules", "")
            .Directory("sys", directory => ProcSys.Fill(directory, machine, vfs, pids, brand))
            .Directory("sysvipc", directory => IpcText.Fill(directory, () => ProcFileSystem.Namespaces(brand).Ipc))
            .Directory("net", directory => directory.Text("dev", MachineText.NoDevices).Text("unix", MachineText.NoSockets));
    }

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
    private static ulong NumberOf(Process process) => FirstProcess + ((ulong)process.Serial << 8);

    private SyntheticDirectory? FindProcess(int number)
    {
        // A thread's number is found too, though it is not listed. proc(5).
        KernelTask? task = pids.Tasks[new Tid(number)];
        Process? process = pids.Processes[new Pid(number)] ?? task?.Process;
        if (process is null)
            return null;
        Credentials owner = (task ?? process.MainTask)?.Credentials ?? process.LastCredentials;
        ulong inode = task is null || ReferenceEquals(task, process.MainTask) ? NumberOf(process) : FirstThread + ((ulong)number << 8);
        var node = new SyntheticNode(fileSystem, inode, 0x16D, owner.EffectiveUid, owner.EffectiveGid);
        return new SyntheticDirectory(fileSystem, node, ProcProcess.Entries(node, process, task ?? process.MainTask), cachesNames: false);
    }
}

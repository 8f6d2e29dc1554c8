using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid] and /proc/[pid]/task/[tid]. proc_pid(5).</summary>
internal static class ProcProcess
{
    private const uint Private = 0x100;

    /// <summary>The entries of a process, as its task <paramref name="task"/> shows them; a process whose tasks have ended shows few.</summary>
    internal static ProcessEntries Entries(SyntheticNode node, Process process, KernelTask? task)
    {
        StaticEntries entries = Common(node, process, task);
        entries.Add("task", FileModeBits.S_IFDIR, number =>
            new SyntheticDirectory(node.FileSystem, node with { Number = number }, new ProcTasks(node, process), cachesNames: false));
        return new ProcessEntries(entries, process);
    }

    /// <summary>What /proc/[pid] and /proc/[pid]/task/[tid] both show.</summary>
    internal static StaticEntries Common(SyntheticNode node, Process process, KernelTask? task)
    {
        var entries = new StaticEntries(node.FileSystem);
        entries
            .Text("stat", () => ProcessText.Stat(process, task))
            .Text("statm", () => MemoryText.StatM(process))
            .Text("status", () => ProcessText.Status(process, task))
            .Add("comm", FileModeBits.S_IFREG, n => Writable(node, n, () => (task?.Name ?? process.LastName) + "\n", text => TaskSettings.SetName(task, text)))
            .Add("timerslack_ns", FileModeBits.S_IFREG, n => Writable(
                node, n, () => TaskSettings.TimerSlack(task), text => TaskSettings.SetTimerSlack(task, text)))
            .Text("limits", () => ProcessText.Limits(process))
            .Text("cgroup", () => GroupText.OfProcess(process))
            .Text("oom_score", () => OomSetting.Badness(process))
            .Text("loginuid", "4294967295")
            .Text("sessionid", "4294967295")
            .Text("wchan", "0")
            .Text("schedstat", () => string.Create(CultureInfo.InvariantCulture, $"{task?.CpuTimeNs ?? 0} {task?.WaitedNs ?? 0} {task?.Runs ?? 0}\n"))
            .Text("io", static () => "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n", Private)
            .Text("maps", () => MemoryText.Maps(process))
            .Text("smaps", () => MemoryText.Maps(process, detailed: true))
            .Text("smaps_rollup", () => MemoryText.Rollup(process))
            .Add("pagemap", FileModeBits.S_IFREG, n => new ProcMemory(node with { Number = n, Permissions = Private }, process, ProcMemoryKind.PageMap))
            .Add("mem", FileModeBits.S_IFREG, n => new ProcMemory(node with { Number = n, Permissions = 0x180 }, process, ProcMemoryKind.Contents))
            .Add("clear_refs", FileModeBits.S_IFREG, n => new SyntheticText(
                node with { Number = n, Permissions = 0x80 }, static () => [], bytes => ClearReferences(process, bytes.Span)))
            .Text("mounts", () => MountText.Mounts(task))
            .Text("mountinfo", () => MountText.MountInfo(task))
            .Text("mountstats", "")
            .Setting("oom_score_adj", () => OomSetting.Score(process), text => OomSetting.SetScore(process, text))
            .Setting("oom_adj", () => OomSetting.Old(process), text => OomSetting.SetOld(process, text))
            .Setting("coredump_filter", () => "00000033\n", static _ => Errno.EPERM)
            .Setting("setgroups", () => "allow\n", static _ => Errno.EPERM)
            .Text("uid_map", "         0          0 4294967295\n")
            .Text("gid_map", "         0          0 4294967295\n")
            .Add("cmdline", FileModeBits.S_IFREG, n => Bytes(node, n, () => ProcessText.CommandLine(process), 0x124))
            .Add("environ", FileModeBits.S_IFREG, n => Bytes(node, n, () => ProcessText.Environment(process), Private))
            .Add("auxv", FileModeBits.S_IFREG, n => Bytes(node, n, () => Memory(process)?.Program.AuxiliaryVector ?? [], Private))
            .Add("exe", FileModeBits.S_IFLNK, n => Magic(node, n, () => process.Executable))
            .Add("cwd", FileModeBits.S_IFLNK, n => Magic(node, n, () => task?.FileSystem?.WorkingDirectory ?? default))
            .Add("root", FileModeBits.S_IFLNK, n => Magic(node, n, () => task?.FileSystem?.Root ?? default))
            .Add("fd", FileModeBits.S_IFDIR, n => Descriptors(node, n, task, details: false))
            .Add("fdinfo", FileModeBits.S_IFDIR, n => Descriptors(node, n, task, details: true))
            .Directory("net", directory => directory.Text("dev", MachineText.NoDevices).Text("unix", MachineText.NoSockets))
            .Add("ns", FileModeBits.S_IFDIR, n => new SyntheticDirectory(
                node.FileSystem, node with { Number = n, Permissions = 0x149 }, Namespaces(node, task), cachesNames: false));
        return entries;
    }

    /// <summary>The memory of a process that has not ended.</summary>
    internal static Kernel.Memory.AddressSpace? Memory(Process process) => process.MainTask is null ? null : process.Memory;

    /// <summary>Which pages have been used is not kept, so that there is only the peak to reset. proc_pid_clear_refs(5).</summary>
    private static Errno ClearReferences(Process process, ReadOnlySpan<byte> text)
    {
        const int Last = 5, ResetPeak = 5;
        if (!int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int what)
            || what is < 1 or > Last)
        {
            return Errno.EINVAL;
        }
        if (what == ResetPeak)
            Memory(process)?.ResetPeak();
        return 0;
    }

    private static SyntheticText Bytes(SyntheticNode node, ulong number, Func<byte[]> read, uint permissions) =>
        new(node with { Number = number, Permissions = permissions }, read);

    private static SyntheticMagicLink Magic(SyntheticNode node, ulong number, Func<VfsPath> place) =>
        new(node with { Number = number, Permissions = 0x1FF }, place);

    private static SyntheticDirectory Descriptors(SyntheticNode node, ulong number, KernelTask? task, bool details) =>
        new(node.FileSystem, node with { Number = number, Permissions = 0x140 }, new ProcDescriptors(node, task, details), cachesNames: false);

    private static SyntheticText Writable(SyntheticNode node, ulong number, Func<string> read, Func<byte[], Errno> write) =>
        new(node with { Number = number, Permissions = 0x1A4 }, () => Encoding.Latin1.GetBytes(read()), bytes => write(bytes.ToArray()));

    private static StaticEntries Namespaces(SyntheticNode node, KernelTask? task)
    {
        var directory = new StaticEntries(node.FileSystem);
        foreach (string name in (ReadOnlySpan<string>)["cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts"])
        {
            string kind = name.EndsWith("_for_children", StringComparison.Ordinal) ? name[..name.IndexOf('_', StringComparison.Ordinal)] : name;
            directory.Add(name, FileModeBits.S_IFLNK, n => Magic(node, n, () =>
                task is { BrandState: LxTask state, FileSystem: { } files } ? state.Namespaces.Find(kind)!.Place(files.Vfs) : default));
        }

        return directory;
    }
}

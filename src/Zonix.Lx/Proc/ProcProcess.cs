using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>What is in /proc/[pid] and /proc/[pid]/task/[tid]. proc_pid(5).</summary>
internal static class ProcProcess
{
    private const uint ReadOnly = 0x124, Private = 0x100, Setting = 0x1A4, AnybodyWrites = 0x1B6, LinkPermissions = 0x1FF;

    // No security module keeps attributes: reading one answers EINVAL, as Linux does without one.
    private static readonly ProcEntry[] s_attributes =
    [
        Attribute("current", AnybodyWrites), Attribute("prev", ReadOnly), Attribute("exec", AnybodyWrites),
        Attribute("fscreate", AnybodyWrites), Attribute("keycreate", AnybodyWrites), Attribute("sockcreate", AnybodyWrites),
    ];

    /// <summary>What both show.</summary>
    private static readonly ProcEntry[] s_common =
    [
        Folder("fd", 0x140, (subject, node) => new ProcDescriptors(node, subject, details: false)),
        Folder("fdinfo", 0x16D, (subject, node) => new ProcDescriptors(node, subject, details: true)),
        Folder("ns", 0x149, (subject, _) => Namespaces(subject)),
        Folder("net", 0x16D, static (subject, _) => NetText.Fill(new StaticEntries(subject.FileSystem), subject)),
        Folder("attr", 0x16D, static (subject, _) => new ProcessEntries(s_attributes, subject)),
        Data("environ", Private, static s => ProcessText.Environment(s), ProcGuard.Opening),
        Data("auxv", Private, static s => s.Memory?.Program.AuxiliaryVector ?? [], ProcGuard.Opening),
        Text("status", ReadOnly, StatusText.Status),
        Text("personality", Private, static s => string.Create(CultureInfo.InvariantCulture, $"{(uint)(s.State?.Personality ?? 0):x8}\n"), guard: ProcGuard.Reading),
        Text("limits", ReadOnly, ProcessText.Limits),
        Text("sched", Setting, SchedulingText.Sched, static (s, _) => s.Task is null ? Errno.ESRCH : 0),
        Text("comm", Setting, static s => s.Name + "\n", static (s, text) => TaskSettings.SetName(s.Task, text)),
        Text("syscall", Private, CallText.Syscall, guard: ProcGuard.Reading),
        Data("cmdline", ReadOnly, static s => ProcessText.CommandLine(s)),
        Text("stat", ReadOnly, StatText.Stat),
        Text("statm", ReadOnly, MemoryText.StatM),
        Text("maps", ReadOnly, static s => MemoryText.Maps(s.Memory), guard: ProcGuard.Opening),
        Text("numa_maps", ReadOnly, static s => NodeText.Maps(s.Memory), guard: ProcGuard.Opening),
        new("mem", FileModeBits.S_IFREG, static (s, n) => new ProcMemory(s.Node(n, 0x180), s.Process, ProcMemoryKind.Contents)),
        Link("cwd", static s => s.Task?.FileSystem?.WorkingDirectory ?? default),
        Link("root", static s => s.Task?.FileSystem?.Root ?? default),
        Link("exe", static s => s.Memory is null ? default : s.Process.Executable),
        Mounts("mounts", ReadOnly, MountText.Mounts),
        Mounts("mountinfo", ReadOnly, MountText.MountInfo),
        Text("clear_refs", 0x80, static _ => "", static (s, text) => ClearReferences(s, text)),
        Text("smaps", ReadOnly, static s => MemoryText.Maps(s.Memory, detailed: true), guard: ProcGuard.Opening),
        Text("smaps_rollup", ReadOnly, static s => MemoryText.Rollup(s.Memory), guard: ProcGuard.Opening),
        new("pagemap", FileModeBits.S_IFREG, static (s, n) => new ProcMemory(s.Node(n, Private), s.Process, ProcMemoryKind.PageMap)),
        Text("wchan", ReadOnly, CallText.WaitChannel),
        Text("stack", Private, static _ => "", guard: ProcGuard.Reading),
        Text("schedstat", ReadOnly, SchedulingText.SchedStat),
        Text("cpuset", ReadOnly, static _ => "/\n"),
        Text("cgroup", ReadOnly, static s => GroupText.OfProcess(s.Process)),
        Text("oom_score", ReadOnly, static s => OomSetting.Badness(s.Process)),
        Text("oom_adj", Setting, static s => OomSetting.Old(s.Process), static (s, text) => OomSetting.SetOld(s.Process, Word(text))),
        Text("oom_score_adj", Setting, static s => OomSetting.Score(s.Process), static (s, text) => OomSetting.SetScore(s.Process, Word(text))),
        Text("loginuid", Setting, LoginSettings.User, static (s, text) => LoginSettings.SetUser(s, Word(text))),
        Text("sessionid", ReadOnly, LoginSettings.Session),
        Text("io", Private, ProcessText.Io, guard: ProcGuard.Reading),
        Text("uid_map", Setting, static _ => WholeMap, static (_, _) => Errno.EPERM),
        Text("gid_map", Setting, static _ => WholeMap, static (_, _) => Errno.EPERM),
        Text("projid_map", Setting, static _ => WholeMap, static (_, _) => Errno.EPERM),
        Text("setgroups", Setting, static _ => "allow\n", static (_, text) => Word(text) == "allow" ? Errno.EPERM : Errno.EINVAL),
    ];

    private static readonly ProcEntry[] s_process =
    [
        Folder("task", 0x16D, static (subject, node) => new ProcTasks(node, subject.Process)),
        Folder("map_files", 0x140, static (subject, _) => new ProcMapFiles(subject)),
        .. s_common,
        Mounts("mountstats", Private, MountText.Statistics),
        Text("coredump_filter", Setting, TaskSettings.CoreFilter, static (s, text) => TaskSettings.SetCoreFilter(s.Process, Word(text))),
        Text("timers", ReadOnly, static s => TimerText.Timers(s.Process)),
        Text(
            "timerslack_ns", AnybodyWrites, static s => TaskSettings.TimerSlack(s.Task), static (s, text) => TaskSettings.SetTimerSlack(s.Task, text),
            ProcGuard.ReadingNice),
        Text("timens_offsets", Setting, static _ => "monotonic           0         0\nboottime            0         0\n", static (_, _) => Errno.EACCES),
    ];

    private static readonly ProcEntry[] s_thread =
    [
        .. s_common,
        Text("children", ReadOnly, ProcessText.Children),
    ];

    private const string WholeMap = "         0          0 4294967295\n";

    /// <summary>The directory of a process, or of one of its tasks; its own permissions never change.</summary>
    internal static SyntheticDirectory Directory(ProcSubject subject, ulong number)
    {
        Credentials owner = subject.Credentials;
        bool isAlive = subject.Task is not null;
        var node = new SyntheticNode(subject.FileSystem, number, 0x16D, isAlive ? owner.EffectiveUid : 0, isAlive ? owner.EffectiveGid : 0);
        return new SyntheticDirectory(subject.FileSystem, node, new ProcessEntries(subject.IsThread ? s_thread : s_process, subject), cachesNames: false);
    }

    private static ProcEntry Mounts(string name, uint permissions, Func<FsContext, string> text) =>
        new(name, FileModeBits.S_IFREG, (subject, number) => new ProcMounts(subject.Node(number, permissions), subject.Task, text));

    /// <summary>What was written to a file, without blanks around it.</summary>
    private static string Word(byte[] text) => Encoding.Latin1.GetString(text).Trim('\0', ' ', '\t', '\n');

    /// <summary>Which pages have been used is not kept, so that there is only the peak to reset. proc_pid_clear_refs(5).</summary>
    private static Errno ClearReferences(ProcSubject subject, ReadOnlySpan<byte> text)
    {
        const int Last = 5, ResetPeak = 5;
        if (!int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int what)
            || what is < 1 or > Last)
        {
            return Errno.EINVAL;
        }
        if (what == ResetPeak)
            subject.Memory?.ResetPeak();
        return 0;
    }

    private static ProcEntry Data(string name, uint permissions, Func<ProcSubject, byte[]> read, ProcGuard guard = ProcGuard.None) =>
        new(name, FileModeBits.S_IFREG, (subject, number) => subject.Text(number, permissions, read, null, guard));

    private static ProcEntry Text(
        string name, uint permissions, Func<ProcSubject, string> read, Func<ProcSubject, byte[], Errno>? write = null, ProcGuard guard = ProcGuard.None) =>
        new(name, FileModeBits.S_IFREG, (subject, number) => subject.Text(number, permissions, s => ProcSubject.Bytes(read(s)), write, guard));

    private static ProcEntry Attribute(string name, uint permissions) =>
        new(name, FileModeBits.S_IFREG, (subject, number) => new SyntheticText(
            subject.Node(number, permissions), Refuse, permissions == ReadOnly ? null : static _ => Errno.EINVAL));

    private static Errno Refuse(out byte[] text)
    {
        text = [];
        return Errno.EINVAL;
    }

    private static ProcEntry Link(string name, Func<ProcSubject, VfsPath> place) =>
        new(name, FileModeBits.S_IFLNK, (subject, number) => subject.Link(number, LinkPermissions, place));

    private static ProcEntry Folder(string name, uint permissions, Func<ProcSubject, SyntheticNode, ISyntheticEntries> entries) =>
        new(name, FileModeBits.S_IFDIR, (subject, number) =>
        {
            SyntheticNode node = subject.Node(number, permissions);
            return new SyntheticDirectory(subject.FileSystem, node, entries(subject, node), cachesNames: false);
        });

    private static StaticEntries Namespaces(ProcSubject subject)
    {
        var directory = new StaticEntries(subject.FileSystem);
        foreach (string name in (ReadOnlySpan<string>)["cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts"])
        {
            string kind = name.EndsWith("_for_children", StringComparison.Ordinal) ? name[..name.IndexOf('_', StringComparison.Ordinal)] : name;
            directory.Add(name, FileModeBits.S_IFLNK, n => subject.Link(n, LinkPermissions, s =>
                s is { State: { } state, Task.FileSystem: { } files } ? state.Namespaces.Find(kind)!.Place(files.Vfs) : default));
        }

        return directory;
    }
}

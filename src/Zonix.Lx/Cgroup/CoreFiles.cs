using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>The files that every group has, whatever is handed down to it.</summary>
internal static class CoreFiles
{
    internal static CgroupFileKind[] Kinds() =>
    [
        new("cgroup.type", Controllers.None)
        {
            OnRoot = false,
            Read = static _ => "domain\n",
            // There are no groups whose threads are counted apart.
            Write = static (_, _, text) => text == "threaded" ? Errno.EOPNOTSUPP : Errno.EINVAL,
        },
        new("cgroup.procs", Controllers.None)
        {
            RootWritable = true,
            IsDelegated = true,
            Read = static group => Numbers(group.Processes.Select(process => process.Pid.Value)),
            Write = static (opener, group, text) => Migration.Move(opener, group, text, ofThread: false),
        },
        new("cgroup.threads", Controllers.None)
        {
            RootWritable = true,
            IsDelegated = true,
            Read = static group => Numbers(group.Processes.SelectMany(process => process.Tasks).Select(task => task.Tid.Value)),
            Write = static (opener, group, text) => Migration.Move(opener, group, text, ofThread: true),
        },
        new("cgroup.controllers", Controllers.None) { Read = static group => Names(group.Available) },
        new("cgroup.subtree_control", Controllers.None)
        {
            RootWritable = true,
            IsDelegated = true,
            Read = static group => Names(group.Enabled),
            Write = static (_, group, text) => Hand(group, text),
        },
        new("cgroup.events", Controllers.None)
        {
            OnRoot = false,
            Read = static group => $"populated {Bit(group.IsPopulated)}\nfrozen {Bit(group.IsFrozen)}\n",
            Event = static group => group.Events,
        },
        new("cgroup.max.descendants", Controllers.None)
        {
            RootWritable = true,
            Read = static group => CgroupText.Limit(group.MaxDescendants, int.MaxValue),
            Write = static (_, group, text) => SetCount(text, n => group.MaxDescendants = n),
        },
        new("cgroup.max.depth", Controllers.None)
        {
            RootWritable = true,
            Read = static group => CgroupText.Limit(group.MaxDepth, int.MaxValue),
            Write = static (_, group, text) => SetCount(text, n => group.MaxDepth = n),
        },
        new("cgroup.stat", Controllers.None)
        {
            // A group that was removed is gone at once: none is ever dying.
            Read = static group => string.Create(CultureInfo.InvariantCulture, $"nr_descendants {group.Descendants}\nnr_dying_descendants 0\n"),
        },
        new("cgroup.freeze", Controllers.None)
        {
            OnRoot = false,
            Read = static group => group.Freezes ? "1\n" : "0\n",
            Write = static (_, group, text) => CgroupFiles.SetSwitch(text, on => group.Freezes = on),
        },
        new("cgroup.kill", Controllers.None)
        {
            OnRoot = false,
            Write = static (_, group, text) => Kill(group, text),
        },
        new("cpu.stat", Controllers.None) { Read = CpuFiles.Statistics },
    ];

    /// <summary>The names of controllers, in Linux's order.</summary>
    internal static (string Name, Controllers Controller)[] ControllerNames() =>
    [
        ("cpuset", Controllers.CpuSet), ("cpu", Controllers.Cpu), ("io", Controllers.Io), ("memory", Controllers.Memory), ("pids", Controllers.Pids),
    ];

    private static int Bit(bool value) => value ? 1 : 0;

    private static string Numbers(IEnumerable<int> numbers) =>
        string.Concat(numbers.Select(number => number.ToString(CultureInfo.InvariantCulture) + "\n"));

    private static string Names(Controllers controllers) =>
        string.Join(' ', ControllerNames().Where(one => (controllers & one.Controller) != 0).Select(one => one.Name)) + "\n";

    private static Errno SetCount(string text, Action<int> set) =>
        CgroupText.TryParseLimit(text, int.MaxValue, out long value)
            ? value > int.MaxValue ? Errno.ERANGE : Set(set, (int)value)
            : long.TryParse(text, out _) ? Errno.ERANGE : Errno.EINVAL;

    private static Errno Set(Action<int> set, int value)
    {
        set(value);
        return 0;
    }

    /// <summary>Takes "+cpu -memory". cgroups(7).</summary>
    private static Errno Hand(ControlGroup group, string text)
    {
        Controllers on = 0, off = 0;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Controllers one = ControllerNames().FirstOrDefault(known => known.Name == word[1..]).Controller;
            if (one == 0 || word[0] is not ('+' or '-'))
                return Errno.EINVAL;
            // The last word about a controller counts.
            on = word[0] == '+' ? on | one : on & ~one;
            off = word[0] == '-' ? off | one : off & ~one;
        }

        return group.Hand(on, off);
    }

    private static Errno Kill(ControlGroup group, string text)
    {
        if (text != "1")
            return long.TryParse(text, out _) ? Errno.ERANGE : Errno.EINVAL;
        group.Kill();
        return 0;
    }
}

using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>The files of /proc/[pid] that tell of a process.</summary>
internal static class ProcessText
{
    private const long NsPerTick = 10_000_000;
    private const ulong PageSize = 4096;

    internal static byte[] CommandLine(Process process)
    {
        if (ProcProcess.Memory(process) is not { } memory)
            return [];
        return Copy(memory, memory.Program.ArgumentsStart, memory.Program.ArgumentsEnd);
    }

    internal static byte[] Environment(Process process)
    {
        if (ProcProcess.Memory(process) is not { } memory)
            return [];
        return Copy(memory, memory.Program.EnvironmentStart, memory.Program.EnvironmentEnd);
    }

    internal static string Stat(Process process, KernelTask? task)
    {
        AddressSpace? memory = ProcProcess.Memory(process);
        ProgramAreas? program = memory?.Program;
        ulong size = memory?.MappedBytes ?? 0;
        bool whole = task is null || ReferenceEquals(task, process.MainTask);
        long system = (whole ? process.SystemTimeNs : task!.SystemTimeNs) / NsPerTick;
        long user = Math.Max(0, ((whole ? process.CpuTimeNs : task!.CpuTimeNs) / NsPerTick) - system);
        SchedulingParameters how = task?.Scheduling ?? default;
        int priority = how.Priority > 0 ? -1 - how.Priority : 20 + how.Nice;
        var text = new StringBuilder();
        void Add(FormattableString part) => text.Append(' ').Append(part.ToString(CultureInfo.InvariantCulture));
        text.Append(CultureInfo.InvariantCulture, $"{task?.Tid ?? new Tid(process.Pid.Value)} ({task?.Name}) {State(process, task)}");
        Add($"{process.Parent?.Pid.Value ?? 0} {process.GroupId} {process.SessionId} 0 -1 4194304 0 0 0 0");
        Add($"{user} {system} 0 0 {priority} {how.Nice} {process.Tasks.Count} 0 {process.StartTimeNs / NsPerTick} {size} {Resident(memory) / PageSize}");
        Add($"{process.Rlimits[RlimitResource.RLIMIT_RSS].Soft} {program?.StartCode ?? 0} {program?.EndCode ?? 0} {program?.StartStack ?? 0} 0 0");
        // Of the sets of signals only the standard ones, as on Linux.
        (ulong ignored, ulong caught) = process.Signals.Sets();
        Add($"{(task?.Signals.Pending.Set ?? 0) & int.MaxValue} {(task?.Signals.Blocked ?? 0) & int.MaxValue} {ignored & int.MaxValue} {caught & int.MaxValue}");
        Add($"0 0 0 17 {task?.LastCpu ?? 0} {how.Priority} {how.Policy} 0 0 0");
        Add($"{program?.StartData ?? 0} {program?.EndData ?? 0} {memory?.StartBreak ?? 0} {program?.ArgumentsStart ?? 0} {program?.ArgumentsEnd ?? 0}");
        Add($"{program?.EnvironmentStart ?? 0} {program?.EnvironmentEnd ?? 0} {(process.IsExiting ? process.WaitStatus : 0)}");
        return text.Append('\n').ToString();
    }

    internal static string StatM(Process process)
    {
        AddressSpace? memory = ProcProcess.Memory(process);
        ulong size = (memory?.MappedBytes ?? 0) / PageSize, resident = Resident(memory) / PageSize;
        ulong code = memory is null ? 0 : (memory.Program.EndCode - memory.Program.StartCode) / PageSize;
        return string.Create(CultureInfo.InvariantCulture, $"{size} {resident} {resident / 2} {code} 0 {size / 2} 0\n");
    }

    internal static string Status(Process process, KernelTask? task)
    {
        AddressSpace? memory = ProcProcess.Memory(process);
        Credentials who = task?.Credentials ?? Credentials.Root;
        ulong size = (memory?.MappedBytes ?? 0) / 1024, resident = Resident(memory) / 1024;
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"Name:\t{task?.Name}");
        Line($"Umask:\t0{Convert.ToString((int)(task?.FileSystem?.Umask ?? 0), 8).PadLeft(3, '0')}");
        Line($"State:\t{StateName(State(process, task))}");
        Line($"Tgid:\t{process.Pid}\nNgid:\t0\nPid:\t{task?.Tid ?? new Tid(process.Pid.Value)}\nPPid:\t{process.Parent?.Pid.Value ?? 0}\nTracerPid:\t0");
        Line($"Uid:\t{who.Uid}\t{who.EffectiveUid}\t{who.SavedUid}\t{who.FsUid}");
        Line($"Gid:\t{who.Gid}\t{who.EffectiveGid}\t{who.SavedGid}\t{who.FsGid}");
        Line($"FDSize:\t{task?.Files?.Capacity ?? 0}\nGroups:\t{string.Join(' ', who.Groups)} ");
        Line($"NStgid:\t{process.Pid}\nNSpid:\t{process.Pid}\nNSpgid:\t{process.GroupId}\nNSsid:\t{process.SessionId}");
        Line($"VmPeak:\t{size,8} kB\nVmSize:\t{size,8} kB\nVmLck:\t{(memory?.LockedBytes ?? 0) / 1024,8} kB\nVmPin:\t       0 kB\nVmHWM:\t{resident,8} kB");
        Line($"VmRSS:\t{resident,8} kB\nRssAnon:\t{resident,8} kB\nRssFile:\t       0 kB\nRssShmem:\t       0 kB\nVmData:\t{size / 2,8} kB");
        Line($"VmStk:\t     132 kB\nVmExe:\t       0 kB\nVmLib:\t       0 kB\nVmPTE:\t       0 kB\nVmSwap:\t       0 kB");
        Line($"Threads:\t{process.Tasks.Count}\nSigQ:\t0/{process.Rlimits[RlimitResource.RLIMIT_SIGPENDING].Soft}");
        (ulong ignored, ulong caught) = process.Signals.Sets();
        Line($"SigPnd:\t{task?.Signals.Pending.Set ?? 0:x16}\nShdPnd:\t{process.Signals.Pending.Set:x16}\nSigBlk:\t{task?.Signals.Blocked ?? 0:x16}");
        Line($"SigIgn:\t{ignored:x16}\nSigCgt:\t{caught:x16}");
        Line($"CapInh:\t{who.InheritableCapabilities:x16}\nCapPrm:\t{who.PermittedCapabilities:x16}\nCapEff:\t{who.EffectiveCapabilities:x16}");
        Line($"CapBnd:\t{who.BoundingCapabilities:x16}\nCapAmb:\t{who.AmbientCapabilities:x16}\nNoNewPrivs:\t{(who.NoNewPrivileges ? 1 : 0)}");
        Line($"Seccomp:\t0\nSeccomp_filters:\t0\nCpus_allowed:\t{CpuMask(process, task):x}\nCpus_allowed_list:\t0-{process.Machine.CpuCount - 1}");
        Line($"Mems_allowed:\t1\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t{task?.VoluntarySwitches ?? 0}");
        Line($"nonvoluntary_ctxt_switches:\t{task?.InvoluntarySwitches ?? 0}");
        return text.ToString();
    }

    internal static string Limits(Process process)
    {
        (string Name, RlimitResource Resource, string Unit)[] rows =
        [
            ("Max cpu time", RlimitResource.RLIMIT_CPU, "seconds"), ("Max file size", RlimitResource.RLIMIT_FSIZE, "bytes"),
            ("Max data size", RlimitResource.RLIMIT_DATA, "bytes"), ("Max stack size", RlimitResource.RLIMIT_STACK, "bytes"),
            ("Max core file size", RlimitResource.RLIMIT_CORE, "bytes"), ("Max resident set", RlimitResource.RLIMIT_RSS, "bytes"),
            ("Max processes", RlimitResource.RLIMIT_NPROC, "processes"), ("Max open files", RlimitResource.RLIMIT_NOFILE, "files"),
            ("Max locked memory", RlimitResource.RLIMIT_MEMLOCK, "bytes"), ("Max address space", RlimitResource.RLIMIT_AS, "bytes"),
            ("Max file locks", RlimitResource.RLIMIT_LOCKS, "locks"), ("Max pending signals", RlimitResource.RLIMIT_SIGPENDING, "signals"),
            ("Max msgqueue size", RlimitResource.RLIMIT_MSGQUEUE, "bytes"), ("Max nice priority", RlimitResource.RLIMIT_NICE, ""),
            ("Max realtime priority", RlimitResource.RLIMIT_RTPRIO, ""), ("Max realtime timeout", RlimitResource.RLIMIT_RTTIME, "us"),
        ];
        var text = new StringBuilder("Limit                     Soft Limit           Hard Limit           Units     \n");
        foreach ((string name, RlimitResource resource, string unit) in rows)
        {
            Rlimit limit = process.Rlimits[resource];
            text.Append(CultureInfo.InvariantCulture, $"{name,-25} {Show(limit.Soft),-20} {Show(limit.Hard),-20} {unit,-10}\n");
        }
        return text.ToString();
    }

    internal static string Maps(Process process, bool detailed = false)
    {
        if (ProcProcess.Memory(process) is not { } memory)
            return "";
        var text = new StringBuilder();
        foreach (AreaDescription area in memory.Describe())
        {
            Prot p = area.Protection;
            char Bit(Prot bit, char c) => (p & bit) != 0 ? c : '-';
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{area.Start:x8}-{area.End:x8} {Bit(Prot.PROT_READ, 'r')}{Bit(Prot.PROT_WRITE, 'w')}{Bit(Prot.PROT_EXEC, 'x')}" +
                $"{((area.Flags & VmaFlags.Shared) != 0 ? 's' : 'p')} {area.Offset:x8} {area.Name.Device >> 32:x2}:{(uint)area.Name.Device:x2} {area.Name.Inode} ");
            text.Append(area.Name.Path.Length == 0 ? line : line.PadRight(73) + area.Name.Path).Append('\n');
            if (!detailed)
                continue;
            ulong size = (area.End - area.Start) / 1024;
            text.Append(CultureInfo.InvariantCulture, $"Size:           {size,8} kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n");
            text.Append(CultureInfo.InvariantCulture, $"Rss:            {size,8} kB\nPss:            {size,8} kB\n");
        }
        return text.ToString();
    }

    private static byte[] Copy(AddressSpace memory, ulong start, ulong end)
    {
        if (end <= start || end - start > 1 << 21)
            return [];
        var bytes = new byte[end - start];
        int copied = (int)memory.CopyIn(new UserAddress(start), bytes);
        return copied == bytes.Length ? bytes : bytes[..copied];
    }

    // Which pages are in memory the host knows; what is mapped is the bound.
    private static ulong Resident(AddressSpace? memory) => (memory?.MappedBytes ?? 0) / 2;

    private static ulong CpuMask(Process process, KernelTask? task)
    {
        int count = process.Machine.CpuCount;
        ulong all = count == 64 ? ulong.MaxValue : (1UL << count) - 1;
        return (task?.AffinityMask ?? ulong.MaxValue) & all;
    }

    private static char State(Process process, KernelTask? task) =>
        task is null ? 'Z' : process.IsStopped ? 'T' : task.IsParked ? 'S' : 'R';

    private static string StateName(char state) => state switch
    {
        'R' => "R (running)",
        'S' => "S (sleeping)",
        'T' => "T (stopped)",
        _ => "Z (zombie)",
    };

    private static string Show(ulong limit) => limit == Rlimit.Infinity ? "unlimited" : limit.ToString(CultureInfo.InvariantCulture);
}

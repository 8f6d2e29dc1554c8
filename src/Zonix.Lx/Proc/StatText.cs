using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>The 52 fields of /proc/[pid]/stat. proc_pid_stat(5).</summary>
internal static class StatText
{
    private const long NsPerTick = 10_000_000;
    private const ulong PageSize = 4096;
    private const int PF_EXITING = 0x4, PF_FORKNOEXEC = 0x40, PF_RANDOMIZE = 0x400000;
    private const ulong Standard = (1UL << 31) - 1;

    internal static string Stat(ProcSubject subject)
    {
        Process process = subject.Process;
        KernelTask? task = subject.Task;
        AddressSpace? memory = subject.Memory;
        bool mayRead = subject.MayRead;
        task?.SettleFaults();
        ResourceUsage own = subject.IsThread && task is not null ? task.Usage : process.Usage;
        ResourceUsage children = process.ChildrenUsage;
        SchedulingParameters how = task?.Scheduling ?? default;
        int priority = how.Priority > 0 ? -1 - how.Priority : 20 + how.Nice;
        char state = StatusText.State(subject);
        var text = new StringBuilder(512);
        text.Append(CultureInfo.InvariantCulture, $"{subject.Number} ({subject.Name}) {state}");
        Add(text, process.Parent?.Pid.Value ?? 0);
        Add(text, process.GroupId.Value);
        Add(text, process.SessionId.Value);
        (long terminal, long foreground) = TerminalOf(process);
        Add(text, terminal);
        Add(text, foreground);
        Add(text, Flags(process));
        Add(text, own.MinorFaults);
        Add(text, children.MinorFaults);
        Add(text, own.MajorFaults);
        Add(text, children.MajorFaults);
        Add(text, own.UserNs / NsPerTick);
        Add(text, own.SystemNs / NsPerTick);
        Add(text, children.UserNs / NsPerTick);
        Add(text, children.SystemNs / NsPerTick);
        Add(text, priority);
        Add(text, how.Nice);
        Add(text, Math.Max(1, process.Tasks.Count));
        Add(text, 0);
        Add(text, Math.Max(0, StartNs(subject) - process.Pids.BootNs) / NsPerTick);
        AppendMemory(text, process, memory, mayRead);
        AppendSignals(text, process, task);
        Add(text, state == 'R' ? 0 : 1);
        Add(text, 0);
        Add(text, 0);
        Add(text, process.ExitSignal);
        Add(text, task?.LastCpu ?? 0);
        Add(text, how.Priority);
        Add(text, how.Policy);
        Add(text, 0);
        Add(text, 0);
        Add(text, 0);
        AppendPlaces(text, mayRead ? memory : null);
        Add(text, mayRead && process.IsExiting ? process.WaitStatus : 0);
        return text.Append('\n').ToString();
    }

    /// <summary>The device of the controlling terminal, and the group in its foreground: 0 and -1 without one.</summary>
    private static (long Device, long Foreground) TerminalOf(Process process)
    {
        if (process.Terminal is not { } control)
            return (0, -1);
        uint major = (uint)(control.Terminal.Number >> 32), minor = (uint)control.Terminal.Number;
        int group = control.ForegroundGroup;
        return ((minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12), group == 0 ? -1 : group);
    }

    private static long StartNs(ProcSubject subject) =>
        subject is { IsThread: true, Task: { } task } ? task.StartTimeNs : subject.Process.StartTimeNs;

    private static long Flags(Process process) =>
        PF_RANDOMIZE | (process.HasExecuted ? 0 : PF_FORKNOEXEC) | (process.IsExiting ? PF_EXITING : 0);

    private static void AppendMemory(StringBuilder text, Process process, AddressSpace? memory, bool mayRead)
    {
        ProgramAreas? program = memory?.Program;
        Add(text, memory?.MappedBytes ?? 0);
        Add(text, process.MemoryUsage.Resident / PageSize);
        Add(text, process.Rlimits[RlimitResource.RLIMIT_RSS].Soft);
        Add(text, program is null ? 0 : mayRead ? program.StartCode : 1);
        Add(text, program is null ? 0 : mayRead ? program.EndCode : 1);
        Add(text, program is not null && mayRead ? program.StartStack : 0);

        // The stack pointer and the place of a live process are not told any more.
        Add(text, 0);
        Add(text, 0);
    }

    // Standard signals only: the fields are older than the others. Those of the task, as Linux does.
    private static void AppendSignals(StringBuilder text, Process process, KernelTask? task)
    {
        (ulong ignored, ulong caught) = process.Signals.Handled();
        Add(text, (task?.Signals.Pending.Set ?? 0) & Standard);
        Add(text, (task?.Signals.Blocked ?? 0) & Standard);
        Add(text, ignored & Standard);
        Add(text, caught & Standard);
    }

    private static void AppendPlaces(StringBuilder text, AddressSpace? memory)
    {
        ProgramAreas? program = memory?.Program;
        Add(text, program?.StartData ?? 0);
        Add(text, program?.EndData ?? 0);
        Add(text, memory?.StartBreak ?? 0);
        Add(text, program?.ArgumentsStart ?? 0);
        Add(text, program?.ArgumentsEnd ?? 0);
        Add(text, program?.EnvironmentStart ?? 0);
        Add(text, program?.EnvironmentEnd ?? 0);
    }

    private static void Add(StringBuilder text, long value) => text.Append(' ').Append(value);

    private static void Add(StringBuilder text, ulong value) => text.Append(' ').Append(value);
}

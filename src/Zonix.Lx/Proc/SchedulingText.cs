using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/sched and schedstat.</summary>
internal static class SchedulingText
{
    private const int NsPerMicrosecond = 1_000_000;

    /// <summary>CPU time, time spent queued, turns. proc_pid_schedstat(5).</summary>
    internal static string SchedStat(ProcSubject subject) => string.Create(
        CultureInfo.InvariantCulture, $"{subject.Task?.CpuTimeNs ?? 0} {subject.Task?.WaitedNs ?? 0} {subject.Task?.Runs ?? 0}\n");

    /// <summary>What the scheduler keeps for the task.</summary>
    internal static string Sched(ProcSubject subject)
    {
        if (subject.Task is not { } task)
            return "";
        SchedulingParameters how = task.Scheduling;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{task.Name} ({task.Tid}, #threads: {subject.Process.Tasks.Count})\n");
        text.Append('-', 67).Append('\n');
        Time(text, "se.vruntime", task.VirtualTimeNs);
        Time(text, "se.sum_exec_runtime", task.CpuTimeNs);
        Count(text, "se.nr_migrations", task.Migrations);
        Count(text, "nr_switches", task.VoluntarySwitches + task.InvoluntarySwitches);
        Count(text, "nr_voluntary_switches", task.VoluntarySwitches);
        Count(text, "nr_involuntary_switches", task.InvoluntarySwitches);
        Count(text, "se.load.weight", task.Weight * 1024L);
        Count(text, "policy", how.Policy);
        Count(text, "prio", how.Priority > 0 ? 99 - how.Priority : 120 + how.Nice);
        return text.ToString();
    }

    private static void Time(StringBuilder text, string name, long ns) => text.Append(
        CultureInfo.InvariantCulture, $"{name,-45}:{string.Create(CultureInfo.InvariantCulture, $"{ns / NsPerMicrosecond}.{Math.Abs(ns % NsPerMicrosecond):D6}"),21}\n");

    private static void Count(StringBuilder text, string name, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name,-45}:{value,21}\n");
}

using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/timers: those of timer_create(2). proc_pid_timers(5).</summary>
internal static class TimerText
{
    internal static string Timers(Process process)
    {
        var text = new StringBuilder();
        foreach ((int id, PosixTimer timer) in LxProcess.Of(process).PosixTimers?.Snapshot() ?? [])
        {
            (int signal, ulong value, int? thread) = timer.Notice;
            string notify = signal == 0 ? "none" : "signal";
            string target = thread is { } tid
                ? string.Create(CultureInfo.InvariantCulture, $"tid.{tid}")
                : string.Create(CultureInfo.InvariantCulture, $"pid.{process.Pid}");
            text.Append(CultureInfo.InvariantCulture, $"ID: {id}\nsignal: {signal}/{value:x16}\nnotify: {notify}/{target}\nClockID: {(int)timer.Clock}\n");
        }
        return text.ToString();
    }
}

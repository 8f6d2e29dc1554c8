using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/oom_score_adj, and oom_adj with its older scale. proc_pid_oom_score_adj(5), proc_pid_oom_adj(5).</summary>
internal static class OomSetting
{
    private const int Most = 1000;
    private const int OldNever = -17;
    private const int OldMost = 15;

    internal static string Score(Process process) => Text(LxProcess.Of(process).OomScoreAdjustment);

    internal static string Old(Process process)
    {
        int value = LxProcess.Of(process).OomScoreAdjustment;
        return Text(value == Most ? OldMost : value * -OldNever / Most);
    }

    /// <summary>/proc/[pid]/oom_score: the share of the memory that it uses, in thousandths, and the adjustment. 0 to 2000.</summary>
    internal static string Badness(Process process)
    {
        if (process.MainTask is null || process.Memory is not { } memory)
            return "0\n";
        int adjustment = LxProcess.Of(process).OomScoreAdjustment;
        long share = (long)(process.MemoryUsage.Resident * 1000 / Math.Max(memory.Group.Total, 1));

        // As Linux scales it: 0 where it is never killed, else between 0 and 2 thirds of 2000.
        return adjustment == -Most ? "0\n" : Text((int)Math.Max(0, (1000 + share + adjustment) * 2 / 3));
    }

    /// <returns>0; EINVAL for what is no number or out of range.</returns>
    internal static Errno SetScore(Process process, string text) => Set(process, text, -Most, Most, static value => value);

    /// <inheritdoc cref="SetScore"/>
    internal static Errno SetOld(Process process, string text) =>
        Set(process, text, OldNever, OldMost, static value => value == OldMost ? Most : value * Most / -OldNever);

    private static Errno Set(Process process, string text, int least, int most, Func<int, int> scale)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < least || value > most)
            return Errno.EINVAL;
        LxProcess.Of(process).OomScoreAdjustment = scale(value);
        return 0;
    }

    private static string Text(int value) => string.Create(CultureInfo.InvariantCulture, $"{value}\n");
}

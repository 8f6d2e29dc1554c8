using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Scheduling;

namespace Zonix.Lx.Cgroup;

/// <summary>The files of the cpu controller, and cpu.stat.</summary>
internal static class CpuFiles
{
    private const int UsualWeight = 100, MostWeight = 10_000;
    private const long MinimumQuotaUs = 1000, MinimumPeriodUs = 1000, MaximumPeriodUs = 1_000_000, MaximumQuotaUs = (1L << 44) - 1;

    internal static CgroupFileKind[] Kinds() =>
    [
        new("cpu.weight", Controllers.Cpu)
        {
            Read = static group => CgroupText.Line((long)WeightOf(group)),
            Write = static (_, group, text) => SetWeight(group, text),
        },
        new("cpu.weight.nice", Controllers.Cpu)
        {
            OnRoot = false,
            Read = static group => CgroupText.Line((long)NiceOf(group)),
            Write = static (_, group, text) => SetNice(group, text),
        },
        new("cpu.idle", Controllers.Cpu)
        {
            OnRoot = false,
            Read = static group => group.Cpu.IsIdle ? "1\n" : "0\n",
            Write = static (_, group, text) => CgroupFiles.SetSwitch(text, on => group.Cpu.IsIdle = on) is var error && error == Errno.ERANGE ? Errno.EINVAL : error,
        },
        new("cpu.max", Controllers.Cpu)
        {
            Read = static group => string.Create(
                CultureInfo.InvariantCulture,
                $"{(group.Cpu.QuotaNs == long.MaxValue ? "max" : (group.Cpu.QuotaNs / 1000).ToString(CultureInfo.InvariantCulture))} {group.Cpu.PeriodNs / 1000}\n"),
            Write = static (_, group, text) => SetMaximum(group, text),
        },
        new("cpu.stat.local", Controllers.Cpu)
        {
            OnRoot = false,
            Read = static group => $"throttled_usec {group.Cpu.ThrottledNs / 1000}\n",
        },
    ];

    internal static string Statistics(ControlGroup group)
    {
        CpuGroup cpu = group.Cpu;
        long used = cpu.UsageNs / 1000, system = Math.Min(cpu.SystemNs / 1000, used);
        string text = string.Create(CultureInfo.InvariantCulture, $"usage_usec {used}\nuser_usec {used - system}\nsystem_usec {system}\n");
        return (group.Available & Controllers.Cpu) == 0 ? text : text + string.Create(
            CultureInfo.InvariantCulture,
            $"nr_periods {cpu.Periods}\nnr_throttled {cpu.ThrottledPeriods}\nthrottled_usec {cpu.ThrottledNs / 1000}\nnr_bursts 0\nburst_usec 0\n");
    }

    // The scheduler's weights are those of the older cpu.shares: 1024 is usual.
    private static int WeightOf(ControlGroup group) =>
        group.Cpu.IsIdle ? 0 : Math.Clamp(((group.Cpu.Weight * UsualWeight) + (CpuGroup.DefaultWeight / 2)) / CpuGroup.DefaultWeight, 1, MostWeight);

    private static Errno SetWeight(ControlGroup group, string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long weight))
            return Errno.EINVAL;
        if (weight is < 1 or > MostWeight)
            return Errno.ERANGE;
        if (group.Cpu.IsIdle)
            return Errno.EINVAL;
        group.Cpu.Weight = (int)(((weight * CpuGroup.DefaultWeight) + (UsualWeight / 2)) / UsualWeight);
        return 0;
    }

    private static int NiceOf(ControlGroup group)
    {
        int best = 0, least = int.MaxValue;
        for (int nice = -20; nice <= 19; nice++)
        {
            int distance = Math.Abs(SchedulingWeights.OfNice(nice) - group.Cpu.Weight);
            if (distance < least)
                (best, least) = (nice, distance);
        }

        return best;
    }

    private static Errno SetNice(ControlGroup group, string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long nice))
            return Errno.EINVAL;
        if (nice is < -20 or > 19)
            return Errno.ERANGE;
        group.Cpu.Weight = SchedulingWeights.OfNice((int)nice);
        return 0;
    }

    /// <summary>"max", "QUOTA" or "QUOTA PERIOD", in microseconds; without a period the one there is stays.</summary>
    private static Errno SetMaximum(ControlGroup group, string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long period = group.Cpu.PeriodNs / 1000, quota = 0;
        if (words.Length is 0 or > 2 || (words.Length == 2 && !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out period)))
            return Errno.EINVAL;
        bool isUnlimited = words[0] == "max";
        if (!isUnlimited && !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out quota))
            return Errno.EINVAL;
        if (period is < MinimumPeriodUs or > MaximumPeriodUs || (!isUnlimited && quota is (< MinimumQuotaUs or > MaximumQuotaUs)))
            return Errno.EINVAL;
        group.Cpu.SetLimit(isUnlimited ? long.MaxValue : quota * 1000, period * 1000);
        return 0;
    }
}

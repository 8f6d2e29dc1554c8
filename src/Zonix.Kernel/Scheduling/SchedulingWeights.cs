using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Scheduling;

/// <summary>What share of a CPU a task gets among others, from its policy and nice value. sched(7).</summary>
public static class SchedulingWeights
{
    /// <summary>The weight of nice value 0.</summary>
    internal const int Default = 1024;

    private const int SchedIdle = 5;
    internal const int OfIdlePolicy = 3;
    private const double Ratio = 1.25;

    /// <summary>
    /// Each nice level is worth a quarter more than the next, so that one level's difference moves ten percent of a CPU
    /// between two tasks.
    /// </summary>
    internal static int Of(in SchedulingParameters parameters) =>
        parameters.Policy == SchedIdle ? OfIdlePolicy
        : OfNice(parameters.Nice);

    /// <summary>The weight of a nice value.</summary>
    public static int OfNice(int nice) => nice == 0 ? Default : Math.Max(1, (int)Math.Round(Default * Math.Pow(Ratio, -nice)));
}

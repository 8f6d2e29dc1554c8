using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tests.Scheduling;

/// <summary>Who gets how much of the CPUs. Times are those of the worker's clock, so a busy host does not matter.</summary>
public sealed class FairnessTests
{
    private const long EnoughNs = 1_200_000_000;
    private readonly Spinner.Switch power = new();

    [Fact]
    public void Equal_tasks_get_equal_shares()
    {
        using var machine = new TestMachine(1);
        KernelTask[] tasks = [.. Enumerable.Range(0, 4).Select(_ => machine.Add(new Spinner(power)))];
        Run(machine, used => used.All(ns => IsWithin(ns / (double)used.Sum(), 0.2, 0.3)), tasks);
    }

    [Fact]
    public void Nice_values_have_the_weights_of_linux()
    {
        using var machine = new TestMachine(1);
        KernelTask plain = machine.Add(new Spinner(power)), nice = machine.Add(new Spinner(power));
        nice.Scheduling = nice.Scheduling with { Nice = 5 };
        // 1024 : 335.
        Run(machine, used => IsWithin(used[0] / (double)used[1], 2.6, 3.5), plain, nice);
    }

    [Fact]
    public void Three_tasks_share_two_cpus()
    {
        using var machine = new TestMachine(2);
        KernelTask[] tasks = [.. Enumerable.Range(0, 3).Select(_ => machine.Add(new Spinner(power)))];
        Run(machine, used => used.All(ns => IsWithin(ns / (double)used.Sum(), 0.27, 0.4)), tasks);
    }

    [Fact]
    public void Groups_share_by_their_weight_however_many_tasks_they_have()
    {
        using var machine = new TestMachine(1);
        CpuGroup heavy = machine.Kernel.Scheduler.CreateGroup(), light = machine.Kernel.Scheduler.CreateGroup();
        heavy.Weight = 2048;
        KernelTask alone = machine.Add(new Spinner(power));
        alone.Group = heavy;
        KernelTask[] many = [.. Enumerable.Range(0, 3).Select(_ => machine.Add(new Spinner(power)))];
        foreach (KernelTask task in many)
            task.Group = light;
        Run(machine, _ => IsWithin(heavy.UsageNs / (double)light.UsageNs, 1.7, 2.35), [alone, .. many]);
    }

    [Fact]
    public void A_group_keeps_to_its_limit()
    {
        using var machine = new TestMachine(2);
        CpuGroup limited = machine.Kernel.Scheduler.CreateGroup();
        limited.SetLimit(10_000_000, 50_000_000);
        KernelTask[] tasks = [.. Enumerable.Range(0, 2).Select(_ => machine.Add(new Spinner(power)))];
        foreach (KernelTask task in tasks)
            task.Group = limited;
        long start = machine.Kernel.Clock.MonotonicNs;
        foreach (KernelTask task in tasks)
            task.Start();
        SpinWait.SpinUntil(() => machine.Kernel.Clock.MonotonicNs - start > 1_000_000_000);
        long used = limited.UsageNs, passed = machine.Kernel.Clock.MonotonicNs - start;
        End(machine);
        // A fifth. Of a busy host it may get less, and the last period may be half over.
        Assert.InRange(used / (double)passed, 0.02, 0.26);
        Assert.InRange(limited.ThrottledPeriods, 5, limited.Periods);
        Assert.True(limited.ThrottledNs > passed / 2);
    }

    [Fact]
    public void Realtime_tasks_run_before_others()
    {
        using var machine = new TestMachine(1);
        KernelTask plain = machine.Add(new Spinner(power)), low = machine.Add(new Spinner(power)), high = machine.Add(new Spinner(power));
        low.Scheduling = new SchedulingParameters(1, 10, 0, false);
        high.Scheduling = new SchedulingParameters(1, 20, 0, false);
        plain.Start();
        low.Start();
        high.Start();
        // What the others had before it came does not count, however long that was.
        Assert.True(SpinWait.SpinUntil(() => high.CpuTimeNs > 0, 20_000));
        long before = plain.CpuTimeNs + low.CpuTimeNs;
        Assert.True(SpinWait.SpinUntil(() => high.CpuTimeNs > 200_000_000, 20_000));
        long others = plain.CpuTimeNs + low.CpuTimeNs - before;
        End(machine);
        Assert.True(others < 100_000_000, $"others got {others} ns");
    }

    [Fact]
    public void A_queued_task_comes_forward_with_its_priority()
    {
        using var machine = new TestMachine(1);
        KernelTask hog = machine.Add(new Spinner(power)), late = machine.Add(new Spinner(power));
        hog.Scheduling = new SchedulingParameters(1, 10, 0, false);
        hog.Start();
        late.Start();
        Assert.True(SpinWait.SpinUntil(() => hog.CpuTimeNs > 50_000_000, 20_000));
        late.Scheduling = new SchedulingParameters(1, 20, 0, false);
        machine.Kernel.Scheduler.Reposition(late);
        Assert.True(SpinWait.SpinUntil(() => late.CpuTimeNs > 50_000_000, 20_000));
        End(machine);
    }

    [Fact]
    public void A_pair_that_wakes_each_other_does_not_keep_others_waiting()
    {
        using var machine = new TestMachine(1);
        var table = new Waiting.PingPong.Table(2);
        KernelTask spinner = machine.Add(new Spinner(power));
        KernelTask[] pair = [.. Enumerable.Range(0, 2).Select(i => machine.Add(new Waiting.PingPong(table, i, 200_000)))];
        foreach (KernelTask task in (KernelTask[])[.. pair, spinner])
            task.Start();
        bool becameFair = SpinWait.SpinUntil(
            () => pair.Sum(task => task.CpuTimeNs) is > 100_000_000 and var both && IsWithin(spinner.CpuTimeNs / (double)both, 0.2, 4), 20_000);
        long alone = spinner.CpuTimeNs, together = pair.Sum(task => task.CpuTimeNs);
        End(machine);
        Assert.True(becameFair, $"the spinner got {alone} ns, the pair {together} ns");
    }

    /// <summary>
    /// Runs tasks until their CPU times are as they shall be, having had enough of it all together. A busy host lengthens
    /// single turns, and takes this thread away while it reads: both matter the less the longer the tasks run, while an
    /// unfair share stays unfair.
    /// </summary>
    private void Run(TestMachine machine, Func<long[], bool> isFair, params KernelTask[] tasks)
    {
        long[] used = [];
        foreach (KernelTask task in tasks)
            task.Start();
        bool becameFair = SpinWait.SpinUntil(
            () =>
            {
                used = [.. tasks.Select(task => task.CpuTimeNs)];
                return used.Sum() > EnoughNs && isFair(used);
            },
            30_000);
        End(machine);
        Assert.True(becameFair, "shares: " + string.Join(", ", used));
    }

    private static bool IsWithin(double value, double low, double high) => value >= low && value <= high;

    private void End(TestMachine machine)
    {
        Volatile.Write(ref power.IsOff, true);
        Assert.True(machine.Process.Completion.Wait(30_000));
    }
}

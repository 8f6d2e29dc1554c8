using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Groups;

/// <content>Which CPUs its tasks may run on.</content>
public sealed partial class ControlGroup
{
    private ulong effectiveCpus;

    /// <summary>The CPUs it has been given; 0: those of its parent. cpuset.cpus.</summary>
    public ulong Cpus { get; private set; }

    /// <summary>The memory nodes it has been given; 0: those of its parent. There is one. cpuset.mems.</summary>
    public ulong MemoryNodes { get; set; }

    /// <summary>The CPUs its tasks may run on: the given ones, as far as its parent has them. Any thread.</summary>
    public ulong EffectiveCpus
    {
        get => Volatile.Read(ref effectiveCpus);
        private set => Volatile.Write(ref effectiveCpus, value);
    }

    /// <summary>Gives it CPUs; 0: those of its parent. Any thread.</summary>
    public void SetCpus(ulong mask)
    {
        lock (Tree.Gate)
        {
            Cpus = mask;
            UpdateCpus();
        }
    }

    private void UpdateCpus()
    {
        ulong above = Parent?.EffectiveCpus ?? Tree.AllCpus;
        ulong now = Cpus & above;
        now = now == 0 ? above : now;
        if (now == EffectiveCpus)
            return;
        EffectiveCpus = now;
        for (Process? process = first; process is not null; process = process.NextInGroup)
        {
            foreach (KernelTask task in process.Tasks)
                task.GroupCpus = now;
        }

        foreach (ControlGroup child in children)
            child.UpdateCpus();
    }
}

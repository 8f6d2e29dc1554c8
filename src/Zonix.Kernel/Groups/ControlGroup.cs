using Zonix.Abi;
using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Groups;

/// <summary>
/// A group of processes, which has limits and is counted for. Every group measures; the limits of a controller hold when its
/// parent hands the controller down (<see cref="Enabled"/>). All but what says otherwise is guarded by <see cref="ControlGroups.Gate"/>.
/// </summary>
public sealed partial class ControlGroup
{
    private readonly List<ControlGroup> children = [];
    private volatile Controllers enabled;

    internal ControlGroup(ControlGroups tree, CpuGroup cpu)
    {
        Tree = tree;
        Cpu = cpu;
        Name = "";
        Number = tree.NextNumber();
        Memory = new MemoryLimits(this, tree.Memory.Limit);
        Available = Controllers.All;
        EffectiveCpus = tree.AllCpus;
    }

    private ControlGroup(ControlGroup parent, string name)
    {
        Tree = parent.Tree;
        Parent = parent;
        Name = name;
        Number = Tree.NextNumber();
        Depth = parent.Depth + 1;
        Cpu = Tree.Scheduler.CreateGroup(parent.Cpu, competes: false);
        Memory = new MemoryLimits(this, ulong.MaxValue);
        EffectiveCpus = parent.EffectiveCpus;
    }

    /// <summary>The tree it belongs to. Any thread.</summary>
    public ControlGroups Tree { get; }

    /// <summary>The group it lies in; null for the root. Any thread.</summary>
    public ControlGroup? Parent { get; }

    /// <summary>Its name in its parent. Any thread.</summary>
    public string Name { get; }

    /// <summary>Its number, never given twice. Any thread.</summary>
    public ulong Number { get; }

    /// <summary>How many groups it lies in. Any thread.</summary>
    public int Depth { get; }

    /// <summary>Whether it has been removed. Any thread.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>The groups in it, in the order they were made.</summary>
    public IReadOnlyList<ControlGroup> Children => children;

    /// <summary>The CPU time of its tasks. Any thread.</summary>
    public CpuGroup Cpu { get; }

    /// <summary>The memory of its processes. Any thread.</summary>
    public MemoryLimits Memory { get; }

    /// <summary>How many tasks there are in it. Any thread may read.</summary>
    public TaskCount Pids { get; } = new();

    /// <summary>What was read from and written to devices. Any thread.</summary>
    public IoUsage Io { get; } = new();

    /// <summary>The controllers that hold here, as its parent hands them down. Any thread.</summary>
    public Controllers Available { get; private set; }

    /// <summary>The controllers that it hands down to the groups in it. Any thread.</summary>
    public Controllers Enabled => enabled;

    /// <summary>How deep groups may lie in it.</summary>
    public int MaxDepth { get; set; } = int.MaxValue;

    /// <summary>How many groups may lie in it, at any depth.</summary>
    public int MaxDescendants { get; set; } = int.MaxValue;

    /// <summary>How many groups lie in it, at any depth.</summary>
    public int Descendants { get; private set; }

    /// <summary>cgroup.events has changed.</summary>
    public GroupEvent Events { get; } = new();

    /// <summary>What the file system that shows the groups keeps for it.</summary>
    public object? FileState { get; set; }

    /// <summary>Whether it is the other group or lies in it. Any thread.</summary>
    public bool IsWithin(ControlGroup other)
    {
        for (ControlGroup? group = this; group is not null; group = group.Parent)
        {
            if (ReferenceEquals(group, other))
                return true;
        }

        return false;
    }

    /// <summary>The innermost group that both lie in. Any thread.</summary>
    public ControlGroup CommonAncestor(ControlGroup other)
    {
        ControlGroup group = this;
        while (!other.IsWithin(group))
            group = group.Parent!;
        return group;
    }

    /// <summary>The group of that name in it.</summary>
    public ControlGroup? Find(string name) => children.Find(child => child.Name == name);

    /// <summary>Makes a group in it. ENODEV when it is gone, EEXIST, EAGAIN beyond the limits of depth and number.</summary>
    public Errno Create(string name, out ControlGroup? group)
    {
        group = null;
        lock (Tree.Gate)
        {
            if (IsRemoved)
                return Errno.ENODEV;
            if (Find(name) is not null)
                return Errno.EEXIST;
            int depth = 1;
            for (ControlGroup? above = this; above is not null; above = above.Parent, depth++)
            {
                if (above.Descendants >= above.MaxDescendants || depth > above.MaxDepth)
                    return Errno.EAGAIN;
            }

            group = new ControlGroup(this, name);
            group.Inherit(this);
            children.Add(group);
            for (ControlGroup? above = this; above is not null; above = above.Parent)
                above.Descendants++;
        }

        return 0;
    }

    /// <summary>Takes it away. EBUSY while there are processes or groups in it; ended processes that nobody has waited for do not count.</summary>
    public Errno Remove()
    {
        lock (Tree.Gate)
        {
            if (Parent is null || children.Count > 0 || first is not null)
                return Errno.EBUSY;
            if (IsRemoved)
                return Errno.ENODEV;
            IsRemoved = true;
            Parent.children.Remove(this);
            for (ControlGroup? above = Parent; above is not null; above = above.Parent)
                above.Descendants--;
            Tree.Scheduler.RemoveGroup(Cpu);
            Memory.Reset();
            Io.MoveTo(Parent.Io);
            Parent.UpdateFrozen();
        }

        return 0;
    }

    /// <summary>
    /// Hands controllers down, or does so no more. ENOENT for one that it has not itself, EBUSY for one that a group in it hands
    /// down further, or while the group has processes of its own. cgroups(7), "no internal processes".
    /// </summary>
    public Errno Hand(Controllers on, Controllers off)
    {
        lock (Tree.Gate)
        {
            if (IsRemoved)
                return Errno.ENODEV;
            on &= ~enabled;
            off &= enabled;
            if ((on & ~Available) != 0)
                return Errno.ENOENT;
            foreach (ControlGroup child in children)
            {
                if ((child.enabled & off) != 0)
                    return Errno.EBUSY;
            }

            if (on != 0 && Parent is not null && first is not null && !MayShareWithGroups(on))
                return Errno.EBUSY;
            enabled = (enabled | on) & ~off;
            foreach (ControlGroup child in children)
                child.Inherit(this);
        }

        return 0;
    }

    // Those that can tell own tasks from groups may be handed down in any case, while no others are.
    private bool MayShareWithGroups(Controllers on)
    {
        if (((on | enabled) & ~Controllers.Threaded) != 0)
            return false;
        foreach (ControlGroup child in children)
        {
            if (child.IsPopulated)
                return false;
        }

        return true;
    }

    /// <summary>Takes on what its parent hands down; what it hands down no more is as if it had never been set.</summary>
    private void Inherit(ControlGroup parent)
    {
        Controllers lost = Available & ~parent.enabled;
        Available = parent.enabled;
        Cpu.Competes = (Available & Controllers.Cpu) != 0;
        if ((lost & Controllers.Cpu) != 0)
        {
            Cpu.Weight = CpuGroup.DefaultWeight;
            Cpu.IsIdle = false;
            Cpu.SetLimit(long.MaxValue);
        }

        if ((lost & Controllers.Memory) != 0)
            Memory.Reset();
        if ((lost & Controllers.Pids) != 0)
            Pids.Limit = long.MaxValue;
        if ((lost & Controllers.CpuSet) != 0)
            Cpus = MemoryNodes = 0;
        if ((Available & Controllers.Memory) != 0)
            Tree.MemoryLimitsChanged?.Invoke();
        UpdateCpus();
        UpdateFreezing();
    }
}

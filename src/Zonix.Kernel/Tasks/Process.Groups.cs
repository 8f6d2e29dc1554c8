using Zonix.Kernel.Groups;

namespace Zonix.Kernel.Tasks;

/// <content>Its control group; all of it is guarded by the gate of the groups, but for what says otherwise.</content>
public sealed partial class Process
{
    private ControlGroup? controlGroup;

    /// <summary>The group it is in, or was in when it ended; null where there are none. Any thread may read.</summary>
    public ControlGroup? ControlGroup
    {
        get => Volatile.Read(ref controlGroup);
        internal set => Volatile.Write(ref controlGroup, value);
    }

    /// <summary>Whether it is among the processes that live in the group.</summary>
    internal bool IsInGroupList { get; set; }

    /// <summary>The next one that lives in the group.</summary>
    internal Process? NextInGroup { get; set; }

    /// <summary>The one before.</summary>
    internal Process? PreviousInGroup { get; set; }

    /// <summary>How many tasks are counted for it.</summary>
    internal int CountedTasks { get; set; }

    /// <summary>How many of them have not ended, one that is still to be made included.</summary>
    internal int LiveTasks { get; set; }

    /// <summary>How many of them their group holds.</summary>
    internal int FrozenTasks { get; set; }

    /// <summary>A thread more is to be made; false: there are too many tasks in the group. Any thread.</summary>
    public bool TryCountTask() => Groups.ControlGroup.TryAddTask(this);
}

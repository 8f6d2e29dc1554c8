using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Groups;

/// <content>
/// Freezing: a task of a frozen group does not run guest code, nor does a call of it go on; it is left where it is, and is not
/// interrupted. It still dies at once. cgroup.freeze.
/// </content>
public sealed partial class ControlGroup
{
    private bool freezes;
    private int liveTasks;
    private int frozenTasks;

    /// <summary>Whether it has been told to freeze.</summary>
    public bool Freezes
    {
        get => freezes;
        set
        {
            lock (Tree.Gate)
            {
                if (IsRemoved)
                    return;
                freezes = value;
                UpdateFreezing();
            }
        }
    }

    /// <summary>Whether it, or one that it lies in, has been told to freeze.</summary>
    public bool IsFreezing { get; private set; }

    /// <summary>Whether all its tasks, and those of the groups in it, have been stopped by that.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>A task has come to where it is held; false: it need not be, after all. On its worker.</summary>
    internal static bool TryHold(KernelTask task)
    {
        if (task.Process.ControlGroup is not { } somewhere)
            return false;
        lock (somewhere.Tree.Gate)
        {
            if ((task.Attention & (TaskAttention.Freeze | TaskAttention.Kill)) != TaskAttention.Freeze)
                return false;
            if (task.IsFrozen)
                return true;
            ControlGroup group = task.Process.ControlGroup!;
            group.NoteFrozen(task, true);
            group.UpdateFrozen();
            return true;
        }
    }

    private void NoteFrozen(KernelTask task, bool isFrozen)
    {
        int change = isFrozen ? 1 : -1;
        task.IsFrozen = isFrozen;
        task.Process.FrozenTasks += change;
        frozenTasks += change;
    }

    private void UpdateFreezing()
    {
        bool isFreezing = freezes || Parent is { IsFreezing: true };
        if (isFreezing != IsFreezing)
        {
            IsFreezing = isFreezing;
            for (Process? process = first; process is not null; process = process.NextInGroup)
            {
                foreach (KernelTask task in process.Tasks)
                    ApplyFreezing(task);
            }

            foreach (ControlGroup child in children)
                child.UpdateFreezing();
        }

        UpdateFrozen();
    }

    private void ApplyFreezing(KernelTask task)
    {
        if (IsFreezing)
        {
            task.Post(TaskAttention.Freeze);
            return;
        }

        if ((task.Attention & TaskAttention.Freeze) == 0)
            return;
        task.Clear(TaskAttention.Freeze);
        if (task.IsFrozen)
            NoteFrozen(task, false);
        task.TryWake();
    }

    private void UpdateFrozen()
    {
        if (!IsFreezing && !IsFrozen)
            return;
        bool isFrozen = IsFreezing && frozenTasks == liveTasks;
        for (int i = 0; isFrozen && i < children.Count; i++)
            isFrozen = children[i].IsFrozen;
        if (isFrozen == IsFrozen)
            return;
        IsFrozen = isFrozen;
        Events.Raise();
        Parent?.UpdateFrozen();
    }
}

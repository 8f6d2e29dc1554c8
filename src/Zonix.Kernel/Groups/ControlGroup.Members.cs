using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Groups;

/// <content>
/// Who is in it. Processes hang in a list, so that fork and exit cost no more than a few stores; tasks are counted in each group up
/// to the root.
/// </content>
public sealed partial class ControlGroup
{
    private Process? first;
    private Process? last;
    private int populatedChildren;

    /// <summary>Whether a process lives in it or in a group in it. Any thread.</summary>
    public bool IsPopulated => Volatile.Read(ref first) is not null || Volatile.Read(ref populatedChildren) > 0;

    /// <summary>The processes that live in it, in the order they came: a copy. Any thread.</summary>
    public Process[] Processes
    {
        get
        {
            var found = new List<Process>();
            lock (Tree.Gate)
                AddTo(found, deep: false);
            return [.. found];
        }
    }

    /// <summary>Those, and the processes of the groups in it: a copy. Any thread.</summary>
    public Process[] AllProcesses
    {
        get
        {
            var found = new List<Process>();
            lock (Tree.Gate)
                AddTo(found, deep: true);
            return [.. found];
        }
    }

    /// <summary>The first process of a zone comes to it. Any thread.</summary>
    public void Enter(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        lock (Tree.Gate)
        {
            Count(process, process.Tasks.Count);
            process.LiveTasks = process.Tasks.Count;
            Link(process);
            Settle(process);
        }
    }

    /// <summary>
    /// A new process, with one task to come, enters a group, or that of its maker. False: there are too many, or its maker is being
    /// killed. Any thread.
    /// </summary>
    internal static bool TryAdd(Process process, Process maker, ControlGroup? into)
    {
        if ((into ?? maker.ControlGroup) is not { } somewhere)
            return true;
        lock (somewhere.Tree.Gate)
        {
            ControlGroup group = into ?? maker.ControlGroup!;
            // Whoever kills the group either sees the new process, or its maker has been told to end.
            if (group.IsRemoved || maker.IsExiting || !group.MayAddTask())
                return false;
            group.Count(process, 1);
            process.LiveTasks = 1;
            group.Link(process);
            group.UpdateFrozen();
            process.CpuGroup = group.Cpu;
        }

        return true;
    }

    /// <summary>A task more in a process here; false: there are too many. Any thread.</summary>
    internal static bool TryAddTask(Process process)
    {
        if (process.ControlGroup is not { } somewhere)
            return true;
        lock (somewhere.Tree.Gate)
        {
            ControlGroup group = process.ControlGroup!;
            if (!group.MayAddTask())
                return false;
            group.Count(process, 1);
            process.LiveTasks++;
            group.liveTasks++;
        }

        return true;
    }

    /// <summary>A task that is to run has been added to its process: it does as its group does. Any thread.</summary>
    internal static void TaskAdded(KernelTask task)
    {
        if (task.Process.ControlGroup is not { } somewhere)
            return;
        lock (somewhere.Tree.Gate)
        {
            ControlGroup group = task.Process.ControlGroup!;
            task.Group = group.Cpu;
            task.GroupCpus = group.EffectiveCpus;
            if (group.IsFreezing)
                task.Post(TaskAttention.Freeze);
        }
    }

    /// <summary>A task has ended; one that is not counted any more, or is when its process is waited for. Any thread.</summary>
    internal static void TaskEnded(KernelTask task, bool staysCounted)
    {
        Process process = task.Process;
        if (process.ControlGroup is not { } somewhere)
            return;
        lock (somewhere.Tree.Gate)
        {
            ControlGroup group = process.ControlGroup!;
            process.LiveTasks--;
            // The last task of a process may be quicker: what was left of the process has been taken off then.
            if (process.IsInGroupList)
                group.liveTasks--;
            if (!staysCounted && process.CountedTasks > 0)
                group.Count(process, -1);
            if (task.IsFrozen)
                group.NoteFrozen(task, false);

            group.UpdateFrozen();
        }
    }

    /// <summary>A process less lives in it. Any thread.</summary>
    internal static void ProcessEnded(Process process)
    {
        if (process.ControlGroup is not { } somewhere)
            return;
        lock (somewhere.Tree.Gate)
        {
            ControlGroup group = process.ControlGroup!;
            group.Unlink(process);
            group.UpdateFrozen();
        }
    }

    /// <summary>The last of what was counted for a process goes. Any thread.</summary>
    internal static void Uncount(Process process, int tasks = int.MaxValue)
    {
        if (process.ControlGroup is not { } somewhere)
            return;
        lock (somewhere.Tree.Gate)
            process.ControlGroup!.Count(process, -Math.Min(tasks, process.CountedTasks));
    }

    /// <summary>
    /// Brings a process here. The rules of permission have been checked. ENODEV when the group is gone, ESRCH when the process is,
    /// EBUSY when it hands controllers down and so may have no processes of its own. Any thread.
    /// </summary>
    public Errno Move(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        lock (Tree.Gate)
        {
            if (IsRemoved)
                return Errno.ENODEV;
            if (process.ControlGroup is not { } from || !process.IsInGroupList)
                return Errno.ESRCH;
            if (!MayHaveProcesses())
                return Errno.EBUSY;
            if (ReferenceEquals(from, this))
                return 0;
            int counted = process.CountedTasks;
            from.Count(process, -counted);
            from.Unlink(process);
            Count(process, counted);
            Link(process);
            from.frozenTasks -= process.FrozenTasks;
            frozenTasks += process.FrozenTasks;
            Settle(process);
            from.UpdateFrozen();
            UpdateFrozen();
        }

        return 0;
    }

    /// <summary>Whether processes may be brought here. Under the gate.</summary>
    public bool MayHaveProcesses()
    {
        if (Parent is null || enabled == 0)
            return true;
        return (enabled & ~Controllers.Threaded) == 0 && populatedChildren == 0;
    }

    /// <summary>Kills all processes in it and in the groups in it. Any thread.</summary>
    public void Kill()
    {
        var found = new List<Process>();
        lock (Tree.Gate)
        {
            AddTo(found, deep: true);
            foreach (Process process in found)
                process.BeginExitBySignal(Signal.SIGKILL);
        }
    }

    private bool MayAddTask()
    {
        for (ControlGroup? group = this; group is not null; group = group.Parent)
        {
            if (!group.Pids.IsFull)
                continue;
            Pids.Refuse(isHere: true);
            for (ControlGroup? above = group; above is not null; above = above.Parent)
                above.Pids.Refuse(isHere: false);
            return false;
        }

        return true;
    }

    private void Count(Process process, int tasks)
    {
        process.CountedTasks += tasks;
        for (ControlGroup? group = this; group is not null; group = group.Parent)
            group.Pids.Add(tasks);
    }

    /// <summary>Has all tasks of a process do as the group does.</summary>
    private void Settle(Process process)
    {
        process.CpuGroup = Cpu;
        foreach (KernelTask task in process.Tasks)
        {
            ApplyFreezing(task);
            task.GroupCpus = EffectiveCpus;
        }
    }

    private void AddTo(List<Process> found, bool deep)
    {
        for (Process? process = first; process is not null; process = process.NextInGroup)
            found.Add(process);
        for (int i = 0; deep && i < children.Count; i++)
            children[i].AddTo(found, deep);
    }

    private void Link(Process process)
    {
        bool wasPopulated = IsPopulated;
        process.ControlGroup = this;
        process.IsInGroupList = true;
        liveTasks += process.LiveTasks;
        process.PreviousInGroup = last;
        process.NextInGroup = null;
        if (last is null)
            Volatile.Write(ref first, process);
        else
            last.NextInGroup = process;
        last = process;
        NotePopulated(wasPopulated);
    }

    private void Unlink(Process process)
    {
        if (!process.IsInGroupList)
            return;
        liveTasks -= process.LiveTasks;
        if (process.PreviousInGroup is { } previous)
            previous.NextInGroup = process.NextInGroup;
        else
            Volatile.Write(ref first, process.NextInGroup);
        if (process.NextInGroup is { } next)
            next.PreviousInGroup = process.PreviousInGroup;
        else
            last = process.PreviousInGroup;
        process.NextInGroup = process.PreviousInGroup = null;
        process.IsInGroupList = false;
        NotePopulated(wasPopulated: true);
    }

    private void NotePopulated(bool wasPopulated)
    {
        bool isPopulated = IsPopulated;
        if (isPopulated == wasPopulated)
            return;
        if (Parent is { } parent)
        {
            bool parentWas = parent.IsPopulated;
            Volatile.Write(ref parent.populatedChildren, parent.populatedChildren + (isPopulated ? 1 : -1));
            parent.NotePopulated(parentWas);
        }

        Events.Raise();
        // Nobody looks after the memory of groups without processes.
        if (isPopulated && Memory.IsWatched)
            Tree.MemoryLimitsChanged?.Invoke();
    }
}

using Zonix.Kernel.Memory;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <content>What execve(2) and a move of the window ask of the other tasks of the process, and its address space.</content>
public sealed partial class Process
{
    private KernelTask? executing;
    private MemoryUsers? users;
    private int memoriesLeft;
    private ulong peakResidentBytes;

    /// <summary>Woken when a task ends while others live on.</summary>
    public WaitQueue TaskEnded { get; } = new();

    /// <summary>Its memory; replaced by execve.</summary>
    public AddressSpace Memory => users!.Memory;

    /// <summary>The processes that share its memory. Only while it has tasks; others call <see cref="VisitMemory"/>.</summary>
    public MemoryUsers MemoryUsers => users!;

    /// <summary>Its memory for somebody else, who ends the visit; null when it has none any more. Any thread.</summary>
    public MemoryUsers? VisitMemory() => Volatile.Read(ref users) is { } memory && memory.TryVisit() ? memory : null;

    /// <summary>Woken when the process, made by vfork(2), has left its parent's memory.</summary>
    public WaitQueue MemoryLeft { get; } = new();

    /// <summary>Gives the process an address space of its own, in place of the one it has. Called by its only running task, or before it has any.</summary>
    public void ReplaceMemory(AddressSpace memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        SwitchMemory(new MemoryUsers(memory, this));
    }

    /// <summary>The process starts in another one's memory. clone(2), CLONE_VM.</summary>
    public void ShareMemory(Process other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.MemoryUsers.Add(this);
        users = other.MemoryUsers;
    }

    private void SwitchMemory(MemoryUsers? next)
    {
        var old = users;
        peakResidentBytes = MaxResidentBytes;
        Volatile.Write(ref users, next);
        Interlocked.Increment(ref memoriesLeft);
        old?.Remove(this);
        MemoryLeft.WakeAll();
    }

    /// <summary>The most memory it has had at one time, of all its programs. Called by its tasks. getrusage(2), ru_maxrss.</summary>
    public ulong MaxResidentBytes => Math.Max(peakResidentBytes, users?.Memory.PeakResidentBytes ?? 0);

    /// <summary>How often it has left an address space: by execve(2), and by its end.</summary>
    public int MemoriesLeft => Volatile.Read(ref memoriesLeft);

    /// <summary>
    /// Asks all tasks but one to end; they do when they next come out of guest code. False: another task has asked before,
    /// and this one is to end too.
    /// </summary>
    public bool EndOtherTasks(KernelTask survivor)
    {
        if (Interlocked.CompareExchange(ref executing, survivor, null) is { } other && !ReferenceEquals(other, survivor))
        {
            return false;
        }

        foreach (var task in Tasks)
        {
            if (!ReferenceEquals(task, survivor))
            {
                task.Post(TaskAttention.Kill);
            }
        }

        return true;
    }

    /// <summary>
    /// Whether a live task is the only one, and nothing is left to be done of those that have ended: they have given back their numbers and files.
    /// What becomes true wakes <see cref="TaskEnded"/>. Any thread.
    /// </summary>
    public bool HasOneTask
    {
        get
        {
            lock (gate)
            {
                return tasks.Length == 1 && leaving == 0;
            }
        }
    }

    /// <summary>The last task takes the process's number. Called by the task itself, when <see cref="HasOneTask"/> holds.</summary>
    public void TakeLeadership(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        Volatile.Write(ref executing, null);
        if (task.Tid.Value == Pid.Value)
        {
            return;
        }

        // What was kept for the one that had the number is this one's now; somebody always answers to the number.
        Groups.ControlGroup.Uncount(this, tasks: 1);
        var former = task.Tid;
        task.Tid = new Tid(Pid.Value);
        Pids.Tasks.Add(task.Tid, task);
        Pids.Tasks.Remove(former);
        RenumberTracee(task);
    }
}

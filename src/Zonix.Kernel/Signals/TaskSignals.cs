using Zonix.Abi;

namespace Zonix.Kernel.Signals;

/// <summary>The signal state of one task. The blocked mask is written by the task itself, under the process's signal gate.</summary>
public sealed class TaskSignals
{
    private const int SS_DISABLE = 2;

    /// <summary>Blocked signals.</summary>
    public ulong Blocked { get; internal set; }

    /// <summary>
    /// The mask to return to after a call that waits with another one (sigsuspend, ppoll); null when there is none.
    /// </summary>
    public ulong? SavedMask { get; set; }

    /// <summary>Signals sent to this very task.</summary>
    public PendingSignals Pending { get; } = new();

    /// <summary>The alternate stack. sigaltstack(2).</summary>
    public StackT AlternateStack { get; set; } = new() { Flags = SS_DISABLE };

    /// <summary>clone(2): a new task starts with its parent's mask; nothing is pending for it.</summary>
    public void InheritMask(TaskSignals parent) => Blocked = parent.Blocked;
}

using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Syscalls;

/// <summary>What fork(2), vfork(2), clone(2) and clone3(2) have in common.</summary>
internal readonly record struct CloneRequest(
    CloneFlags Flags, ulong StackTop, UserPointer<int> ParentTid, UserPointer<int> ChildTid, ulong Tls)
{
    /// <summary>The signal that the end of a new process sends to its parent.</summary>
    internal int ExitSignal { get; init; }

    /// <summary>The number that the new task shall have; 0: any. clone3(2), set_tid.</summary>
    internal int Number { get; init; }

    /// <summary>The control group that a new process starts in; null: its maker's. clone3(2), CLONE_INTO_CGROUP.</summary>
    internal ControlGroup? Group { get; init; }

    /// <summary>Where the descriptor of CLONE_PIDFD goes.</summary>
    internal UserPointer<int> PidFd { get; init; }
}

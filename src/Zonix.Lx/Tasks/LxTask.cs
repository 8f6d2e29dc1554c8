using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Seccomp;
using Zonix.Lx.Tracing;

namespace Zonix.Lx.Tasks;

/// <summary>What the Linux brand keeps for a task.</summary>
internal sealed class LxTask(KernelTask task)
{
    private FutexWaits? futexWaits;
    private SeccompState? seccomp;
    private Queue<(Uring.UringFile Ring, Uring.UringRequest Request, bool IsInline)>? uringStarts;

    internal const int PR_MCE_KILL_DEFAULT = 2;
    private const ulong InitialTimerSlackNs = 50_000;

    /// <summary>The number of the running or last call, for its restart.</summary>
    internal ulong OriginalRax { get; set; }

    /// <summary>The result code of an interrupted call that is still to become EINTR or a restart; 0: none.</summary>
    internal int RestartCode { get; set; }

    /// <summary>Set while a call runs: for the log of an oops.</summary>
    internal bool InCall { get; set; }

    /// <summary>Whether the running call came through int 0x80.</summary>
    internal bool IsI386Call
    {
        get => task.CallAbi != GuestAbi.X64;
        set => task.CallAbi = value ? GuestAbi.I386 : GuestAbi.X64;
    }

    /// <summary>Cleared, and its futex woken, when the task ends. set_tid_address(2).</summary>
    internal UserPointer<int> ClearChildTid { get; set; }

    /// <summary>Head of the list of robust futexes. set_robust_list(2).</summary>
    internal UserAddress RobustList
    {
        get;
        set
        {
            field = value;
            RobustListAbi = task.CallAbi;
        }
    }

    /// <summary>The layout of that list.</summary>
    internal GuestAbi RobustListAbi { get; private set; }

    /// <summary>How many calls there are until the next one whose time is measured.</summary>
    internal int CallsToSample;

    /// <summary>How many calls a measured one stands for.</summary>
    internal int SampleWeight { get; set; } = 1;

    /// <summary>How many calls have been measured.</summary>
    internal int Samples { get; set; }

    /// <summary>Its registration for restartable sequences.</summary>
    internal RestartableSequence Rseq { get; } = new();

    /// <summary>Its futex waits.</summary>
    internal FutexWaits FutexWaits => futexWaits ??= new(task);

    /// <summary>What restart_syscall(2) goes on with.</summary>
    internal IRestartable? Restartable
    {
        get;
        set
        {
            field = value;
            RestartAbi = task.CallAbi;
        }
    }

    /// <summary>The layouts of the call that it goes on with.</summary>
    internal GuestAbi RestartAbi { get; private set; }

    /// <summary>The operations of read(2) and write(2): a task waits in one call at a time, so they need not be made anew.</summary>
    internal Syscalls.ReadOperation Reading { get; } = new();

    internal Syscalls.WriteOperation Writing { get; } = new();

    /// <summary>What the task, and those that share it, take back of semaphores at the end. semop(2), SEM_UNDO.</summary>
    internal SemaphoreUndo? SemaphoreUndo { get; set; }

    /// <summary>The rings that it has submitted to; null: none.</summary>
    internal HashSet<Uring.UringFile>? Rings { get; set; }

    /// <summary>Requests that it is to start next.</summary>
    internal Queue<(Uring.UringFile Ring, Uring.UringRequest Request, bool IsInline)> UringStarts => uringStarts ??= new();

    /// <summary>Whether it is just starting requests.</summary>
    internal bool IsStartingRequests { get; set; }

    /// <summary>The status to end with after exit(2).</summary>
    internal int ExitStatus { get; set; }

    /// <summary>Whether exit(2) was called: the task ends when it leaves the call.</summary>
    internal bool IsExiting { get; set; }

    /// <summary>trapno, err and cr2 of the last fault, for signal frames.</summary>
    internal FaultRecord LastFault { get; set; }

    /// <summary>personality(2).</summary>
    internal Persona Personality { get; set; }

    /// <summary>PR_SET_TIMERSLACK; remembered, since guests read it back: timers here are exact.</summary>
    internal ulong TimerSlackNs { get; set; } = InitialTimerSlackNs;

    /// <summary>What PR_SET_TIMERSLACK 0 goes back to: the value that the maker had.</summary>
    internal ulong DefaultTimerSlackNs { get; set; } = InitialTimerSlackNs;

    /// <summary>PR_MCE_KILL; remembered, since guests read it back: no memory goes bad here.</summary>
    internal int MachineCheckPolicy { get; set; } = PR_MCE_KILL_DEFAULT;

    /// <summary>What its calls are asked before they are made; null: nothing. seccomp(2). Other threads of the process may set it.</summary>
    internal SeccompState? Seccomp
    {
        get => Volatile.Read(ref seccomp);
        set => Volatile.Write(ref seccomp, value);
    }

    /// <summary>Whether its user had too many tasks when it became its: execve(2) then fails with EAGAIN. setuid(2).</summary>
    internal bool StartedOverProcessLimit { get; set; }

    /// <summary>Its namespaces. Replaced, never changed.</summary>
    internal NamespaceSet Namespaces { get; private set; } = LxBrand.Of(task).Namespaces.Acquire();

    /// <summary>How the machine has the task's calls answered.</summary>
    internal CallAnswers? Calls { get; set; }

    /// <summary>Where its pages shall lie; null: anywhere. set_mempolicy(2).</summary>
    internal Kernel.Memory.MemoryPolicy? MemoryPolicy { get; set; }

    /// <summary>Class and level; 0: none was set. ioprio_set(2).</summary>
    internal int IoPriority { get; set; }

    /// <summary>What it has to do on account of its tracing; null: it was never traced. ptrace(2).</summary>
    internal TraceState? Trace { get; private set; }

    /// <summary>The same, made when first asked for.</summary>
    internal TraceState TraceWork => Trace ??= new();

    internal CallWriter? TraceWriter { get; set; }

    /// <summary>The running call's line without its result; empty: it is written when the call is over.</summary>
    internal string? TraceLine { get; set; }

    internal uint TraceNumber { get; set; }

    /// <summary>The state of a task of this brand.</summary>
    internal static LxTask Of(KernelTask task) => (LxTask)task.BrandState!;

    /// <summary>Puts a call's result into its register.</summary>
    internal void SetResult(long result) => task.Cpu.Registers.Rax = task.Cpu.Window.IsI386 ? (uint)result : (ulong)result;

    /// <summary>clone(2): what a new task has from its maker.</summary>
    internal void InheritFrom(LxTask maker)
    {
        Personality = maker.Personality;
        TimerSlackNs = DefaultTimerSlackNs = maker.TimerSlackNs;
        Seccomp = maker.Seccomp;
        IoPriority = maker.IoPriority;
        MemoryPolicy = maker.MemoryPolicy;
        MachineCheckPolicy = maker.MachineCheckPolicy;
        Namespaces.Release();
        Namespaces = maker.Namespaces.Acquire();
    }

    /// <summary>Takes another namespace in place of that of its kind, as its user.</summary>
    internal void Enter(Namespace other)
    {
        Namespace old = Namespaces.Find(other.Name)!;
        Namespaces = Namespaces.With(other);
        old.Release();
    }

    /// <summary>Gives a new task its state.</summary>
    internal static LxTask Attach(KernelTask task)
    {
        var state = new LxTask(task);
        task.BrandState = state;
        return state;
    }
}

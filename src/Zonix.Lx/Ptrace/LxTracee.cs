using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;

namespace Zonix.Lx.Ptrace;

/// <summary>
/// What the Linux brand keeps for a traced task. Written by the tracer while the task stands still, under <see cref="Tracee.Gate"/>, and by
/// the task itself otherwise.
/// </summary>
internal sealed class LxTracee
{
    /// <summary>PTRACE_SETOPTIONS.</summary>
    internal PtraceOptions Options { get; set; }

    /// <summary>How the task goes on, or went on last.</summary>
    internal TraceMode Mode { get; set; }

    /// <summary>PTRACE_GETEVENTMSG.</summary>
    internal ulong Message { get; set; }

    /// <summary>The signal before which the task stands, or that describes its stop.</summary>
    internal SigInfo Info;

    /// <summary>The signal to go on with; 0: none.</summary>
    internal int ResumeSignal { get; set; }

    /// <summary>The event at which the task stands.</summary>
    internal PtraceEvent Event { get; set; }

    /// <summary>Whether the task stops before and behind calls.</summary>
    internal bool TracesCalls => Mode is TraceMode.Call or TraceMode.Emulate or TraceMode.EmulateStep;

    /// <summary>Whether calls are left to the tracer.</summary>
    internal bool Emulates => Mode is TraceMode.Emulate or TraceMode.EmulateStep;

    /// <summary>Whether the task executes one instruction.</summary>
    internal bool Steps => Mode is TraceMode.Step or TraceMode.EmulateStep;

    /// <summary>What its tracer watches; null: it never did.</summary>
    internal DebugRegisters? Debug { get; set; }

    /// <summary>Whether its instructions run one at a time.</summary>
    internal bool RunsSingly => Steps || Debug is { IsArmed: true };

    /// <summary>The state of a tracing by a task of this brand.</summary>
    internal static LxTracee Of(Tracee tracee) => (LxTracee)tracee.BrandState!;

    /// <summary>The state of a task's tracing; null: nobody traces it.</summary>
    internal static LxTracee? Of(KernelTask task) => task.Tracee is { } tracee ? Of(tracee) : null;

    /// <summary>Whether its tracer wants to hear of something.</summary>
    internal bool Wants(PtraceEvent what) => ((uint)Options & (1U << (int)what)) != 0;
}

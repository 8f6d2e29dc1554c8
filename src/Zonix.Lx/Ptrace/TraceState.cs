using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Ptrace;

/// <summary>
/// What a task has to do on account of its tracing, and goes on to do when the tracing has ended. For the task itself.
/// </summary>
internal sealed class TraceState
{
    /// <summary>What it stood still as; null: it does not stand still.</summary>
    internal LxTracee? Stood { get; set; }

    /// <summary>What it does when it goes on.</summary>
    internal AfterStop After { get; set; }

    /// <summary>An event to stop at before anything else.</summary>
    internal PtraceEvent Event { get; set; }

    /// <summary>What the tracer is told of the event.</summary>
    internal ulong Message { get; set; }

    /// <summary>What follows the event.</summary>
    internal AfterStop AfterEvent { get; set; }

    /// <summary>Whether it is to stop behind the call that is over.</summary>
    internal bool IsCallOver { get; set; }

    /// <summary>Whether the call before which it stood is not to be made.</summary>
    internal bool IsEmulated { get; set; }

    /// <summary>The signal before which it stands, and what Continues was when it was taken.</summary>
    internal SigInfo Info;

    internal int Continues { get; set; }

    /// <summary>The wait of its vfork(2).</summary>
    internal IOperation? VforkWait { get; set; }

    internal WaitQueue? VforkQueue { get; set; }

    /// <summary>Whether the tracer has heard that the task ends.</summary>
    internal bool IsEndTold { get; set; }

    /// <summary>Whether there is anything to do before guest code runs on.</summary>
    internal bool HasWork => Stood is not null || Event != PtraceEvent.None || IsCallOver || After != AfterStop.Nothing;
}

namespace Zonix.Kernel.Tracing;

/// <summary>Where a traced task stands still. ptrace(2), "Stopped states".</summary>
public enum TraceStopKind
{
    /// <summary>It runs.</summary>
    None,

    /// <summary>Before a signal is delivered, which the tracer may change or take away.</summary>
    Signal,

    /// <summary>Before a call.</summary>
    CallEntry,

    /// <summary>Behind a call.</summary>
    CallExit,

    /// <summary>At an event that the tracer wants to hear of.</summary>
    Event,

    /// <summary>With its whole process, which a signal has stopped.</summary>
    Group,
}

namespace Zonix.Kernel.Scheduling;

/// <summary>Why a brand gave a task back to its worker.</summary>
public enum RunEnd
{
    /// <summary>The task waits; it may already be running elsewhere and must not be touched.</summary>
    Parked,

    /// <summary>The task gives way and wants to run again.</summary>
    Yielded,

    /// <summary>The task has ended.</summary>
    Ended,
}

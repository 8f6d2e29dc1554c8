namespace Zonix.Kernel.Signals;

/// <summary>What became of a signal that was sent.</summary>
public enum SendOutcome
{
    /// <summary>It waits to be taken.</summary>
    Kept,

    /// <summary>It was ignored, or a standard signal that was pending already, or had its effect at once.</summary>
    Dropped,

    /// <summary>The queue of its user is full: EAGAIN. sigqueue(3).</summary>
    NoRoom,
}

using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>A file whose readiness changes.</summary>
public interface IPollable : IFile
{
    /// <summary>Woken when it may have become readable (or hung up).</summary>
    WaitQueue ReadQueue { get; }

    /// <summary>Woken when it may have become writable; may be the same queue.</summary>
    WaitQueue WriteQueue { get; }

    /// <summary>
    /// What it is ready for now. A file whose readiness comes from the host arranges here for a wake-up when it is not ready
    /// for what <paramref name="interest"/> names.
    /// </summary>
    PollEvents Poll(PollEvents interest);
}

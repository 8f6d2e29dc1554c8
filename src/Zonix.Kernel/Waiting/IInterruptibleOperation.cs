using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>An operation that must act when a signal ends its wait (nanosleep stores the rest of its time, futex leaves its queue).</summary>
public interface IInterruptibleOperation : IOperation
{
    /// <summary>
    /// The wait ends because a signal is pending; <paramref name="result"/> is what the restart mode gives. Answers the
    /// result to use: the same, or another (a write that has moved bytes answers their number).
    /// </summary>
    SysResult Interrupted(KernelTask task, SysResult result);
}

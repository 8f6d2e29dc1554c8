using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>An operation that answers something other than ETIMEDOUT when its deadline passes (poll answers 0).</summary>
public interface ITimedOperation : IOperation
{
    /// <summary>The answer after the deadline; a last <see cref="IOperation.Try"/> has just failed.</summary>
    SysResult TimedOut(KernelTask task);
}

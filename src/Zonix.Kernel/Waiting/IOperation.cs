using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>A call that may have to wait: tried until it is finished. Stands in tail position behind <c>task.Block</c>.</summary>
public interface IOperation
{
    /// <summary>
    /// Tries to finish. Runs on a worker, in the context of <paramref name="task"/>, holding no lock. False: not yet; it
    /// is tried again after a wake-up of one of the queues.
    /// </summary>
    bool Try(KernelTask task, out SysResult result);
}

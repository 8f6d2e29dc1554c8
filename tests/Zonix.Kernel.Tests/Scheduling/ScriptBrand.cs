using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Tests.Scheduling;

/// <summary>A brand whose tasks run C# in place of guest code: a script is asked for calls until it has no more.</summary>
internal sealed class ScriptBrand : IBrand
{
    public RunEnd Run(KernelTask task, Worker worker)
    {
        var script = (IScript)task.BrandState!;
        while (true)
        {
            if (task.IsWaiting)
            {
                if (!task.TryFinishWait(out var waited))
                    return RunEnd.Parked;
                script.Finished(task, waited);
            }

            if ((task.Attention & TaskAttention.Kill) != 0)
            {
                task.Process.EndTask(task, 0);
                return RunEnd.Ended;
            }

            if (worker.ShouldYield())
            {
                task.LeaveWorker();
                return RunEnd.Yielded;
            }

            if (script.Call(task) is not { } result)
            {
                task.Process.EndTask(task, 0);
                return RunEnd.Ended;
            }

            if (!result.IsBlocked)
                script.Finished(task, result);
        }
    }

    public void TaskExiting(KernelTask task)
    {
    }

    public bool DumpsCore(Process process) => false;
}

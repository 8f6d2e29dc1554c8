using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>What user space expects at the end of a task: robust futexes are marked, joiners are woken.</summary>
internal static class TaskExit
{
    internal static void Release(KernelTask task, LxTask state)
    {
        if (task.Process.MainTask is null)
        {
            return;
        }

        if (task.Process.Tasks.Count == 1)
        {
            (task.Process.BrandState as LxProcess)?.Release();
        }

        state.SemaphoreUndo?.Release(task.Process.Pid.Value, task.Machine.Clock.RealtimeNs / 1_000_000_000);
        state.Namespaces.Release();
        RobustList.Leave(task, state, ends: true);
        LeaveMemory(task, state);
    }

    /// <summary>The task stops using its memory, by its end or execve(2).</summary>
    internal static void LeaveMemory(KernelTask task, LxTask state)
    {
        foreach (Uring.UringFile ring in state.Rings ?? [])
        {
            ring.CancelAll(task);
        }

        state.Rings = null;
        // set_tid_address(2): only when somebody else still uses the memory.
        if (!state.ClearChildTid.IsNull && (task.Process.Tasks.Count > 1 || task.Process.MemoryUsers.IsShared) &&
            task.Memory.TryWrite(state.ClearChildTid, 0))
        {
            Syscalls.FutexWords.WakeOne(task, new UserAddress(state.ClearChildTid.Value));
        }
    }
}

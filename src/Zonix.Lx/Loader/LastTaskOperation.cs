using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Loader;

/// <summary>execve(2) of a process with several tasks: waits until the others have ended, then starts the program.</summary>
internal sealed class LastTaskOperation : IOperation
{
    private readonly LoadedProgram _loaded;
    private readonly ProgramArguments _arguments;

    private LastTaskOperation(LoadedProgram loaded, ProgramArguments arguments)
    {
        _loaded = loaded;
        _arguments = arguments;
    }

    /// <summary>Ends the other tasks. Of two tasks that try at once, the second ends like the others.</summary>
    internal static SysResult Begin(KernelTask task, LoadedProgram loaded, ProgramArguments arguments)
    {
        if (!task.Process.EndOtherTasks(task))
        {
            loaded.Memory.Dispose();
            return SysResult.RestartNoIntr;
        }

        task.BlockUninterruptibly(task.Process.TaskEnded, new LastTaskOperation(loaded, arguments));
        return SysResult.Blocked;
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.NoReturn;
        if (!task.Process.HasOneTask)
            return false;
        Tid former = task.Tid;
        task.Process.TakeLeadership(task);
        ProgramStart.Commit(task, _loaded, _arguments, former);
        return true;
    }
}

using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <summary>
/// A guest thread. It is data: it needs a host thread only while a worker runs it. All members are for the worker that
/// runs the task, unless they say otherwise.
/// </summary>
public sealed class KernelTask
{
    /// <summary>A task of <paramref name="process"/>, not yet started.</summary>
    public KernelTask(Process process, Tid tid)
    {
        Process = process;
        Tid = tid;
    }

    /// <summary>Its number.</summary>
    public Tid Tid { get; }

    /// <summary>Its process.</summary>
    public Process Process { get; }

    /// <summary>The machine it runs on.</summary>
    public KernelMachine Machine => Process.Machine;

    /// <summary>The memory of its process.</summary>
    public AddressSpace Memory => Process.Memory;

    /// <summary>Its open files.</summary>
    public FileTable Files { get; set; } = null!;

    /// <summary>Its root, working directory and umask.</summary>
    public FsContext FileSystem { get; set; } = null!;

    /// <summary>Its identity.</summary>
    public Credentials Credentials { get; set; } = Credentials.Root;

    /// <summary>Its name (comm), at most 15 bytes. prctl(2), PR_SET_NAME.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Tries <paramref name="operation"/>, and when it is not finished waits for <paramref name="queue"/> and tries again,
    /// until it finishes, the deadline passes or a signal comes. Stands in tail position of a call.
    /// </summary>
    public SysResult Block(
        WaitQueue queue, IOperation operation, long deadlineNs = long.MaxValue, Restart restart = Restart.IfSaRestart) =>
        Block([queue], operation, deadlineNs, restart);

    /// <summary>The same for several queues: poll, epoll_wait.</summary>
    public SysResult Block(
        ReadOnlySpan<WaitQueue> queues, IOperation operation, long deadlineNs = long.MaxValue, Restart restart = Restart.IfSaRestart)
    {
        if (operation.Try(this, out var result))
        {
            return result;
        }

        throw new NotSupportedException();
    }
}

using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Memory barriers on other CPUs. membarrier(2).</summary>
internal static class Membarriers
{
    private const uint MEMBARRIER_CMD_FLAG_CPU = 1;

    /// <summary>
    /// Makes every running thread pass a full barrier. The host's CPUs are asked: each thread of ours, whatever it runs,
    /// passes one before the call comes back, and code translated before is not used after.
    /// </summary>
    [Syscall(X64 = 324, I386 = 375)]
    internal static SysResult Membarrier(KernelTask task, MembarrierCommand command, uint flags, int cpu)
    {
        var ofOneCpu = command == MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ && flags == MEMBARRIER_CMD_FLAG_CPU;
        if (flags != 0 && !ofOneCpu)
        {
            return Errno.EINVAL;
        }

        const MembarrierCommand supported =
            MembarrierCommand.MEMBARRIER_CMD_GLOBAL | MembarrierCommand.MEMBARRIER_CMD_GLOBAL_EXPEDITED |
            MembarrierCommand.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED |
            MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED |
            MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE |
            MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE |
            MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ | MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ |
            MembarrierCommand.MEMBARRIER_CMD_GET_REGISTRATIONS;
        var process = LxProcess.Of(task.Process);
        switch (command)
        {
            case MembarrierCommand.MEMBARRIER_CMD_QUERY:
                return (int)supported;
            case MembarrierCommand.MEMBARRIER_CMD_GET_REGISTRATIONS:
                return Volatile.Read(ref process.MembarrierCommands);
            case MembarrierCommand.MEMBARRIER_CMD_GLOBAL or MembarrierCommand.MEMBARRIER_CMD_GLOBAL_EXPEDITED:
                break;
            case MembarrierCommand.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED or
                MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED or
                MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE or
                MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ:
                Interlocked.Or(ref process.MembarrierCommands, (int)command);
                return SysResult.Success;
            case MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED or MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE or
                MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ:
                // membarrier(2): the process must have registered its intent; the registering command is the next bit.
                if ((process.MembarrierCommands & ((int)command << 1)) == 0)
                {
                    return Errno.EPERM;
                }

                break;
            default:
                return Errno.EINVAL;
        }

        if (command == MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ)
        {
            RestartSequences(task, ofOneCpu ? cpu : -1);
            return SysResult.Success;
        }

        Interlocked.MemoryBarrierProcessWide();
        return SysResult.Success;
    }

    /// <summary>Aborts critical sections of the process's other threads, on all CPUs or one; when it returns, none is in an old one.</summary>
    private static void RestartSequences(KernelTask task, int cpu)
    {
        var tasks = task.Process.Tasks;
        foreach (var other in tasks)
        {
            if (!ReferenceEquals(other, task) && (cpu < 0 || other.LastCpu == cpu))
            {
                other.Flag(TaskAttention.Moved);
            }
        }

        // A kick brings them out of guest code within microseconds; whoever is not in it sees the flag before it gets there.
        var spin = new SpinWait();
        foreach (var other in tasks)
        {
            while (!ReferenceEquals(other, task) && other.IsBeyondAttention(TaskAttention.Moved))
            {
                spin.SpinOnce();
            }
        }
    }
}

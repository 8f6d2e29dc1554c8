using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Memory barriers on other CPUs. membarrier(2).</summary>
internal static class Membarriers
{
    /// <summary>
    /// Makes every running thread pass a full barrier. The host's CPUs are asked: each thread of ours, whatever it runs,
    /// passes one before the call comes back, and code translated before is not used after.
    /// </summary>
    [Syscall(X64 = 324, I386 = 375, Support = Support.Partial, Missing = "restartable sequences (PRIVATE_EXPEDITED_RSEQ)")]
    internal static SysResult Membarrier(KernelTask task, MembarrierCommand command, uint flags, int cpu)
    {
        if (flags != 0)
        {
            return Errno.EINVAL;
        }

        const MembarrierCommand supported =
            MembarrierCommand.MEMBARRIER_CMD_GLOBAL | MembarrierCommand.MEMBARRIER_CMD_GLOBAL_EXPEDITED |
            MembarrierCommand.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED |
            MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED |
            MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE |
            MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
        var process = LxProcess.Of(task.Process);
        switch (command)
        {
            case MembarrierCommand.MEMBARRIER_CMD_QUERY:
                return (int)supported;
            case MembarrierCommand.MEMBARRIER_CMD_GLOBAL or MembarrierCommand.MEMBARRIER_CMD_GLOBAL_EXPEDITED:
                break;
            case MembarrierCommand.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED or
                MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED or
                MembarrierCommand.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
                Interlocked.Or(ref process.MembarrierCommands, (int)command);
                return SysResult.Success;
            case MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED or MembarrierCommand.MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE:
                // membarrier(2): the process must have registered its intent; the registering command is the next bit.
                if ((process.MembarrierCommands & ((int)command << 1)) == 0)
                {
                    return Errno.EPERM;
                }

                break;
            default:
                return Errno.EINVAL;
        }

        Interlocked.MemoryBarrierProcessWide();
        return SysResult.Success;
    }
}

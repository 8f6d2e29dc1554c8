using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Restartable sequences. rseq(2).</summary>
internal static class RestartableSequences
{
    private const int RSEQ_FLAG_UNREGISTER = 1;
    private const uint FirstSize = 32;
    private const uint FirstAlignment = 32;
    private const ulong UserAddressLimit = 0x7FFF_FFFF_F000;

    /// <summary>Registers the thread's structure, or ends its registration. rseq(2).</summary>
    [Syscall(X64 = 334, I386 = 386)]
    internal static SysResult Rseq(KernelTask task, UserAddress rseq, uint length, int flags, uint signature)
    {
        var current = LxTask.Of(task).Rseq;
        if ((flags & RSEQ_FLAG_UNREGISTER) != 0)
        {
            return flags != RSEQ_FLAG_UNREGISTER || current.Address.IsNull || current.Address != rseq || length != current.Length ? Errno.EINVAL
                : current.Signature != signature ? Errno.EPERM
                : current.Unregister(task) ? SysResult.Success
                : Errno.EFAULT;
        }

        if (flags != 0)
        {
            return Errno.EINVAL;
        }

        if (!current.Address.IsNull)
        {
            return current.Address != rseq || current.Length != length ? Errno.EINVAL
                : current.Signature != signature ? Errno.EPERM
                : Errno.EBUSY;
        }

        // The structure that every Linux knows: larger ones are for features that are not announced (AT_RSEQ_FEATURE_SIZE).
        if (length != FirstSize || (rseq.Value & (FirstAlignment - 1)) != 0)
        {
            return Errno.EINVAL;
        }

        if (rseq.Value >= UserAddressLimit - length)
        {
            return Errno.EFAULT;
        }

        current.Register(task, rseq, length, signature);
        return SysResult.Success;
    }
}

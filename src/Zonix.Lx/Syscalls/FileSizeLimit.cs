using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>RLIMIT_FSIZE: a file does not grow beyond it; who tries gets SIGXFSZ and EFBIG. setrlimit(2).</summary>
internal static class FileSizeLimit
{
    /// <summary>Sends the signal when a write has met the limit, not when it has met the file system's own; answers the result.</summary>
    internal static SysResult Signal(KernelTask task, SysResult result)
    {
        if (result == Errno.EFBIG && task.Process.Rlimits.FileSize != Rlimit.Infinity)
            SignalSending.Send(task, SigInfo.FromKernel((int)Abi.Signal.SIGXFSZ));
        return result;
    }

    /// <summary>Whether a new size lies beyond the limit; the signal is sent then. A file that is larger already may shrink.</summary>
    internal static bool Exceeds(KernelTask task, IInode inode, long size)
    {
        ulong limit = task.Process.Rlimits.FileSize;
        if (limit == Rlimit.Infinity || (ulong)size <= limit)
            return false;
        if (inode.GetAttributes(out InodeAttributes attributes) == 0 && (ulong)size <= attributes.Size)
            return false;
        Signal(task, Errno.EFBIG);
        return true;
    }
}

using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>A read that waits for the host's terminal.</summary>
internal sealed class HostTerminalRead(HostTerminalFile file, UserBuffer buffer) : IOperation
{
    private UserBuffer buffer = buffer;

    public bool Try(KernelTask task, out SysResult result)
    {
        result = file.Read(ref buffer, 0);
        return result != Errno.EAGAIN;
    }
}

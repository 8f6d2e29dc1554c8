using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>An interrupted call that restart_syscall(2) can go on with.</summary>
internal interface IRestartable
{
    /// <summary>Goes on.</summary>
    SysResult Restart(KernelTask task);
}

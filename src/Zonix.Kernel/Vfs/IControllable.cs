using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>A file that understands ioctl(2) requests of its own; ENOTTY for all others.</summary>
public interface IControllable : IFile
{
    /// <summary>Carries out a request.</summary>
    SysResult Control(KernelTask task, uint request, UserAddress argument);
}

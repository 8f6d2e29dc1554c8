using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>A file whose transfers follow the rules of terminals: job control comes first, and reads wait by VMIN and VTIME. termios(3).</summary>
public interface ITerminalFile : IPollable
{
    /// <summary>Reads, waiting as the settings say, unless that is not allowed.</summary>
    SysResult Read(KernelTask task, in UserBuffer buffer, bool nonBlocking);

    /// <summary>Whether the task may write now: 0, EIO, or a restart after the signal that was sent.</summary>
    SysResult BeforeWrite(KernelTask task);
}

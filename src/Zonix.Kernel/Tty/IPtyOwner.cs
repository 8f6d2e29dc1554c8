using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>Where ptys are made and have their names: an instance of devpts.</summary>
public interface IPtyOwner
{
    /// <summary>The master was closed: the name goes.</summary>
    void Unlink(int index);

    /// <summary>No file of the pty is open any more: the number is free again.</summary>
    void Release(int index);

    /// <summary>Opens the slave by way of the master. ioctl_tty(2), TIOCGPTPEER.</summary>
    Errno OpenPeer(KernelTask task, Pty pty, OpenFlags flags, out OpenFileDescription? opened);
}

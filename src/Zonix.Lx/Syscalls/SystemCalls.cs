using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the system offers beside files and processes. vhangup(2), sysfs(2).</summary>
internal static class SystemCalls
{
    private const int CAP_SYS_TTY_CONFIG = 26;

    /// <summary>Hangs up the caller's controlling terminal; nothing happens where it has none. vhangup(2).</summary>
    [Syscall(X64 = 153, I386 = 111)]
    internal static SysResult Vhangup(KernelTask task)
    {
        if (!task.Credentials.Has(CAP_SYS_TTY_CONFIG))
            return Errno.EPERM;
        task.Process.Terminal?.Terminal.HangUp();
        return 0;
    }

    /// <summary>Types of file systems by number: 1, the number of a name; 2, the name of a number; 3, how many there are. sysfs(2).</summary>
    [Syscall(X64 = 139, I386 = 135)]
    internal static SysResult Sysfs(KernelTask task, int option, ulong first, ulong second)
    {
        IReadOnlyList<string> names = task.FileSystem.Mounts.Types.Names;
        switch (option)
        {
            case 1:
                Errno e = MountCalls.ReadText(task, new UserCString(first), out string? name);
                if (e != 0 || name is null)
                    return e != 0 ? e : Errno.EFAULT;
                for (int i = 0; i < names.Count; i++)
                {
                    if (names[i] == name)
                        return i;
                }
                return Errno.EINVAL;
            case 2:
                return first >= (ulong)names.Count ? Errno.EINVAL
                    : task.Memory.TryCopyOut(new UserAddress(second), Encoding.Latin1.GetBytes(names[(int)first] + "\0")) ? 0 : Errno.EFAULT;
            case 3:
                return names.Count;
            default:
                return Errno.EINVAL;
        }
    }
}

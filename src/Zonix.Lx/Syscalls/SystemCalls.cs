using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the system offers beside files and processes. vhangup(2), sysfs(2), reboot(2).</summary>
internal static class SystemCalls
{
    private const int CAP_SYS_BOOT = 22, CAP_SYS_TTY_CONFIG = 26;

    /// <summary>Hangs up the caller's controlling terminal; nothing happens where it has none. vhangup(2).</summary>
    [Syscall(X64 = 153, I386 = 111)]
    internal static SysResult Vhangup(KernelTask task)
    {
        if (!task.Credentials.Has(CAP_SYS_TTY_CONFIG))
            return Errno.EPERM;
        task.Process.Terminal?.Terminal.HangUp();
        return 0;
    }

    /// <summary>
    /// Ends the zone, or has it started anew, as in a namespace of processes of Linux: its first process is killed by SIGINT, or by SIGHUP.
    /// reboot(2), pid_namespaces(7).
    /// </summary>
    [Syscall(X64 = 169, I386 = 88)]
    internal static SysResult Reboot(KernelTask task, uint magic, uint magic2, uint command)
    {
        const uint LINUX_REBOOT_MAGIC1 = 0xfee1dead, LINUX_REBOOT_CMD_RESTART = 0x01234567, LINUX_REBOOT_CMD_RESTART2 = 0xA1B2C3D4;
        const uint LINUX_REBOOT_CMD_HALT = 0xCDEF0123, LINUX_REBOOT_CMD_POWER_OFF = 0x4321FEDC;
        if (!task.Credentials.Has(CAP_SYS_BOOT))
            return Errno.EPERM;
        // LINUX_REBOOT_MAGIC2 to MAGIC2C: birthdays.
        if (magic != LINUX_REBOOT_MAGIC1 || magic2 is not (672274793 or 85072278 or 369367448 or 537993216))
            return Errno.EINVAL;
        PidSpace pids = task.Process.Pids;
        switch (command)
        {
            case LINUX_REBOOT_CMD_RESTART or LINUX_REBOOT_CMD_RESTART2:
                pids.IsRebooting = true;
                pids.Init?.BeginExit((int)Signal.SIGHUP);
                break;
            case LINUX_REBOOT_CMD_HALT or LINUX_REBOOT_CMD_POWER_OFF:
                pids.Init?.BeginExit((int)Signal.SIGINT);
                break;
            default:
                return Errno.EINVAL;
        }
        task.Process.BeginExit(0);
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

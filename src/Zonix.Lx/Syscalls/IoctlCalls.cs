using Zonix.Kernel.Events;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>ioctl(2): what every file understands; the rest is the file's.</summary>
internal static class IoctlCalls
{
    private const uint FIONREAD = 0x541B, FIONBIO = 0x5421, FIONCLEX = 0x5450, FIOCLEX = 0x5451, FIOASYNC = 0x5452, FIOQSIZE = 0x5460;

    /// <summary>Controls a file. ioctl(2).</summary>
    [Syscall(X64 = 16, I386 = 54)]
    internal static SysResult Ioctl(KernelTask task, Fd fd, uint request, UserAddress argument)
    {
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        if (task.CallAbi != GuestAbi.X64)
            request = FromI386(request);
        switch (request)
        {
            case FIOCLEX or FIONCLEX:
                return task.Files.SetCloseOnExec(fd, request == FIOCLEX);
            case FIONBIO:
                if (!task.Memory.TryRead(argument, out int on))
                    return Errno.EFAULT;
                file.Flags = on != 0 ? file.Flags | OpenFlags.O_NONBLOCK : file.Flags & ~OpenFlags.O_NONBLOCK;
                return 0;
            case FIOASYNC:
                if (!task.Memory.TryRead(argument, out on))
                    return Errno.EFAULT;
                if (file.Pollable is null)
                    return Errno.ENOTTY;
                OwnerCommands.SetAsync(task, file, fd, on != 0);
                file.Flags = on != 0 ? file.Flags | OpenFlags.FASYNC : file.Flags & ~OpenFlags.FASYNC;
                return 0;
            case FIONREAD when file.File.Inode.Access.IsRegular:
                Errno e = file.File.Inode.GetAttributes(out InodeAttributes attributes);
                if (e != 0)
                    return e;
                int left = (int)Math.Clamp((long)attributes.Size - file.Offset, int.MinValue, int.MaxValue);
                return task.Memory.TryWrite(argument, left) ? 0 : Errno.EFAULT;
            case FIOQSIZE when file.File.Inode.Access is { IsRegular: true } or { IsDirectory: true }:
                e = file.File.Inode.GetAttributes(out attributes);
                return e != 0 ? e : task.Memory.TryWrite(argument, attributes.Size) ? 0 : Errno.EFAULT;
            default:
                if (file.File is ISocket && InterfaceRequests.Knows(request))
                    return InterfaceRequests.Control(task, request, argument);
                if (file.File is PidFile process)
                    return PidFdCalls.Control(task, process, request, argument);
                return file.File is IControllable device
                    ? device.Control(task, request, argument)
                    : InodeCommands.Control(task, file, request, argument);
        }
    }

    // The numbers of these hold the size of a long that is none: both read and write the same.
    private static uint FromI386(uint request) => request switch
    {
        0x8004_6601 or 0x4004_6602 or 0x8004_7601 or 0x4004_7602 => request + 0x4_0000, // FS_IOC32_GETFLAGS, SETFLAGS, GETVERSION, SETVERSION
        0x8004_1270 or 0x4004_1271 or 0x8004_1272 => request + 0x4_0000, // BLKBSZGET, BLKBSZSET, BLKGETSIZE64
        _ => request,
    };
}

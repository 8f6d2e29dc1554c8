using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>stat(2) and statfs(2) of i386, in the forms that followed each other.</summary>
internal static class OldStatusCalls
{
    private const int LongerStatFs64 = 88;

    /// <summary>Attributes of a file. stat64(2).</summary>
    [Syscall(I386 = 195)]
    internal static SysResult Stat64(KernelTask task, UserCString path, UserPointer<Stat64> buffer) =>
        StatusCalls.OfPath(task, Fd.AT_FDCWD, path, buffer, 0);

    /// <summary>Attributes of a file or of a symbolic link itself. lstat64(2).</summary>
    [Syscall(I386 = 196)]
    internal static SysResult Lstat64(KernelTask task, UserCString path, UserPointer<Stat64> buffer) =>
        StatusCalls.OfPath(task, Fd.AT_FDCWD, path, buffer, AtFlags.AT_SYMLINK_NOFOLLOW);

    /// <summary>Attributes of an open file. fstat64(2).</summary>
    [Syscall(I386 = 197)]
    internal static SysResult Fstat64(KernelTask task, Fd fd, UserPointer<Stat64> buffer) => StatusCalls.OfDescriptor(task, fd, buffer);

    /// <summary>Attributes of a file relative to a directory. fstatat64(2).</summary>
    [Syscall(I386 = 300)]
    internal static SysResult Fstatat64(KernelTask task, Fd directory, UserCString path, UserPointer<Stat64> buffer, AtFlags flags) =>
        StatusCalls.OfPath(task, directory, path, buffer, flags);

    /// <summary>Attributes of a file. stat(2).</summary>
    [Syscall(I386 = 106, Name = "stat")]
    internal static SysResult ShortStat(KernelTask task, UserCString path, UserPointer<ShortStat> buffer) =>
        StatusCalls.OfPath(task, Fd.AT_FDCWD, path, buffer, 0);

    /// <summary>Attributes of a file or of a symbolic link itself. lstat(2).</summary>
    [Syscall(I386 = 107, Name = "lstat")]
    internal static SysResult ShortLstat(KernelTask task, UserCString path, UserPointer<ShortStat> buffer) =>
        StatusCalls.OfPath(task, Fd.AT_FDCWD, path, buffer, AtFlags.AT_SYMLINK_NOFOLLOW);

    /// <summary>Attributes of an open file. fstat(2).</summary>
    [Syscall(I386 = 108, Name = "fstat")]
    internal static SysResult ShortFstat(KernelTask task, Fd fd, UserPointer<ShortStat> buffer) => StatusCalls.OfDescriptor(task, fd, buffer);

    /// <summary>Attributes of a file. oldstat(2).</summary>
    [Syscall(I386 = 18, Name = "oldstat")]
    internal static SysResult OldStat(KernelTask task, UserCString path, UserPointer<OldStat> buffer) =>
        StatusCalls.OfPath(task, Fd.AT_FDCWD, path, buffer, 0);

    /// <summary>Attributes of a file or of a symbolic link itself. oldlstat(2).</summary>
    [Syscall(I386 = 84, Name = "oldlstat")]
    internal static SysResult OldLstat(KernelTask task, UserCString path, UserPointer<OldStat> buffer) =>
        StatusCalls.OfPath(task, Fd.AT_FDCWD, path, buffer, AtFlags.AT_SYMLINK_NOFOLLOW);

    /// <summary>Attributes of an open file. oldfstat(2).</summary>
    [Syscall(I386 = 28, Name = "oldfstat")]
    internal static SysResult OldFstat(KernelTask task, Fd fd, UserPointer<OldStat> buffer) => StatusCalls.OfDescriptor(task, fd, buffer);

    /// <summary>The file system a file lies in; the structure's size comes along. statfs64(2).</summary>
    [Syscall(I386 = 268, Wide = true)]
    internal static SysResult Statfs64(KernelTask task, UserCString path, nuint size, UserPointer<LinuxStatFs> buffer) =>
        IsSize(size) ? StatusCalls.Statfs(task, path, buffer) : Errno.EINVAL;

    /// <summary>The file system an open file lies in. fstatfs64(2).</summary>
    [Syscall(I386 = 269, Wide = true)]
    internal static SysResult Fstatfs64(KernelTask task, Fd fd, nuint size, UserPointer<LinuxStatFs> buffer) =>
        IsSize(size) ? StatusCalls.Fstatfs(task, fd, buffer) : Errno.EINVAL;

    // Programs of other architectures' headers count the padding at the end.
    private static bool IsSize(nuint size) => size == (nuint)LinuxStatFs.SizeOf(GuestAbi.I386Wide) || size == LongerStatFs64;
}

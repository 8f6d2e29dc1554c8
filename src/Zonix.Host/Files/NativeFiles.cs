using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[module: SkipLocalsInit]

namespace Zonix.Host.Files;

/// <summary>The C library's file calls, named as it names them.</summary>
internal static unsafe partial class NativeFiles
{
    private const string C = "libc";

    internal const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_EMPTY_PATH = 0x1000;
    internal const uint STATX_BASIC_STATS = 0x7ff, STATX_BTIME = 0x800, STATX_MNT_ID = 0x1000;
    internal const int O_PATH = 0x200000, O_CLOEXEC = 0x80000, O_NOFOLLOW = 0x20000, O_DIRECTORY = 0x10000;
    internal const int O_NONBLOCK = 0x800, O_NOCTTY = 0x100, O_NOATIME = 0x40000;
    internal const int EINTR = 4, EAGAIN = 11, ENOSYS = 38;

    [LibraryImport(C)] internal static partial int close(int fd);
    [LibraryImport(C, SetLastError = true)] internal static partial int openat(int dirfd, byte* path, int flags, uint mode);
    [LibraryImport(C, SetLastError = true)] internal static partial int openat(HostDescriptor dirfd, byte* path, int flags, uint mode);
    [LibraryImport(C, SetLastError = true)] internal static partial int statx(HostDescriptor dirfd, byte* path, int flags, uint mask, StatxBuffer* buffer);
    [LibraryImport(C, SetLastError = true)] internal static partial nint readlinkat(HostDescriptor dirfd, byte* path, byte* buffer, nuint size);
    [LibraryImport(C, SetLastError = true)] internal static partial nint pread(HostDescriptor fd, byte* buffer, nuint count, long offset);
    [LibraryImport(C, SetLastError = true)] internal static partial nint pwrite(HostDescriptor fd, byte* buffer, nuint count, long offset);
    [LibraryImport(C, SetLastError = true)] internal static partial nint read(HostDescriptor fd, byte* buffer, nuint count);
    [LibraryImport(C, SetLastError = true)] internal static partial nint write(HostDescriptor fd, byte* buffer, nuint count);
    [LibraryImport(C, SetLastError = true)] internal static partial long lseek(HostDescriptor fd, long offset, int whence);
    [LibraryImport(C, SetLastError = true)] internal static partial int ftruncate(HostDescriptor fd, long length);
    [LibraryImport(C, SetLastError = true)] internal static partial int fallocate(HostDescriptor fd, int mode, long offset, long length);
    [LibraryImport(C, SetLastError = true)] internal static partial int fsync(HostDescriptor fd);
    [LibraryImport(C, SetLastError = true)] internal static partial int syncfs(HostDescriptor fd);
    [LibraryImport(C, SetLastError = true)] internal static partial nint copy_file_range(HostDescriptor fdIn, long* offIn, HostDescriptor fdOut, long* offOut, nuint length, uint flags);
    [LibraryImport(C, SetLastError = true)] internal static partial nint sendfile(HostDescriptor fdOut, HostDescriptor fdIn, long* offset, nuint count);
    [LibraryImport(C, SetLastError = true)] internal static partial int posix_fadvise(HostDescriptor fd, long offset, long length, int advice);
    [LibraryImport(C, SetLastError = true)] internal static partial int memfd_create(byte* name, uint flags);
    [LibraryImport(C, SetLastError = true)] internal static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);
    [LibraryImport(C, SetLastError = true)] internal static partial nint llistxattr(byte* path, byte* list, nuint size);
    [LibraryImport(C, SetLastError = true)] internal static partial int mkdirat(HostDescriptor dirfd, byte* path, uint mode);
    [LibraryImport(C, SetLastError = true)] internal static partial int mknodat(HostDescriptor dirfd, byte* path, uint mode, ulong device);
    [LibraryImport(C, SetLastError = true)] internal static partial int symlinkat(byte* target, HostDescriptor dirfd, byte* path);
    [LibraryImport(C, SetLastError = true)] internal static partial int unlinkat(HostDescriptor dirfd, byte* path, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int renameat2(HostDescriptor from, byte* path, HostDescriptor to, byte* newPath, uint flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int linkat(int from, byte* path, HostDescriptor to, byte* newPath, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int chmod(byte* path, uint mode);
    [LibraryImport(C, SetLastError = true)] internal static partial int fchownat(HostDescriptor dirfd, byte* path, uint uid, uint gid, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int utimensat(HostDescriptor dirfd, byte* path, long* times, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int truncate(byte* path, long size);
    [LibraryImport(C, SetLastError = true)] internal static partial nint getxattr(byte* path, byte* name, byte* value, nuint size);
    [LibraryImport(C, SetLastError = true)] internal static partial nint listxattr(byte* path, byte* list, nuint size);
    [LibraryImport(C, SetLastError = true)] internal static partial int setxattr(byte* path, byte* name, byte* value, nuint size, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int removexattr(byte* path, byte* name);
    [LibraryImport(C, SetLastError = true)] internal static partial int fdatasync(HostDescriptor fd);
    [LibraryImport(C)] internal static partial uint umask(uint mask);
    [LibraryImport(C, SetLastError = true)] internal static partial int fstatfs(HostDescriptor fd, StatFsBuffer* buffer);
    [LibraryImport(C, SetLastError = true)] internal static partial nint syscall(nint number, HostDescriptor fd, byte* buffer, nuint count);
    [LibraryImport(C, SetLastError = true)] internal static partial int ioctl(HostDescriptor fd, nuint request, void* argument);
    [LibraryImport(C, SetLastError = true)] internal static partial int fcntl(HostDescriptor fd, int command, nint argument);
    [LibraryImport(C, SetLastError = true)] internal static partial int poll(PollEntry* entries, nuint count, int timeout);
    [LibraryImport(C, SetLastError = true)] internal static partial int epoll_create1(int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int epoll_ctl(HostDescriptor epoll, int operation, HostDescriptor fd, EpollEvent* e);
    [LibraryImport(C, SetLastError = true)] internal static partial int epoll_wait(HostDescriptor epoll, EpollEvent* events, int count, int timeout);
    [LibraryImport(C, SetLastError = true)] internal static partial int eventfd(uint initial, int flags);
    [LibraryImport(C, SetLastError = true)] internal static partial int getrlimit(int resource, ulong* limits);
    [LibraryImport(C, SetLastError = true)] internal static partial int setrlimit(int resource, ulong* limits);
    [LibraryImport(C)] internal static partial uint geteuid();
    [LibraryImport(C)] internal static partial uint getegid();

    internal static int Errno => Marshal.GetLastPInvokeError();

    /// <summary>Value, or the negated errno.</summary>
    internal static long Result(long value) => value >= 0 ? value : -Errno;

    /// <summary>Copies a path component and terminates it. The buffer has room for one more byte than the name.</summary>
    internal static void Terminate(ReadOnlySpan<byte> name, byte* buffer)
    {
        name.CopyTo(new Span<byte>(buffer, name.Length));
        buffer[name.Length] = 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events, Returned;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct EpollEvent
    {
        public uint Events;
        public ulong Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct StatxBuffer
    {
        public uint Mask, BlockSize;
        public ulong Attributes;
        public uint Links, Uid, Gid;
        public ushort Mode, Spare0;
        public ulong Inode, Size, Blocks, AttributesMask;
        public StatxTime Access, Birth, Change, Modify;
        public uint RdevMajor, RdevMinor, DevMajor, DevMinor;
        public ulong MountId;
    }

    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct StatFsBuffer
    {
        public long Type, BlockSize;
        public ulong Blocks, BlocksFree, BlocksAvailable, Files, FilesFree;
        public ulong FsId;
        public long NameLength, FragmentSize, Flags;
    }
}

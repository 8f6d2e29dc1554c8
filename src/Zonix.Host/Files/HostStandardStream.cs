using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>
/// One of the process's own descriptors 0, 1 and 2. They are shared with whoever started the process, so O_NONBLOCK is
/// never set on them: a pipe or terminal is reopened to get a description of our own, and where that is refused a
/// transfer is kept so small, after asking poll(2), that it cannot wait. Transfers answer -EAGAIN instead of waiting.
/// </summary>
public sealed unsafe class HostStandardStream
{
    private const uint S_IFMT = 0xF000, S_IFIFO = 0x1000, S_IFCHR = 0x2000, S_IFREG = 0x8000, S_IFBLK = 0x6000;
    private const int PIPE_BUF = 4096;
    private readonly bool nonBlocking;

    private HostStandardStream(HostDescriptor descriptor, in HostStat stat, int flags, bool nonBlocking)
    {
        Descriptor = descriptor;
        Stat = stat;
        AccessMode = flags & 3;
        Append = (flags & 0x400) != 0;
        this.nonBlocking = nonBlocking;
        IsTerminal = HostTerminal.IsTerminal(descriptor);
    }

    /// <summary>The descriptor all transfers use.</summary>
    public HostDescriptor Descriptor { get; }

    /// <summary>What fstat(2) said at start.</summary>
    public HostStat Stat { get; }

    /// <summary>O_RDONLY, O_WRONLY or O_RDWR, as the descriptor was opened.</summary>
    public int AccessMode { get; }

    /// <summary>O_APPEND was set.</summary>
    public bool Append { get; }

    /// <summary>Whether it is a terminal.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether it is a regular file or block device: always ready, and it has an offset.</summary>
    public bool IsRegular => (Stat.Mode & S_IFMT) is S_IFREG or S_IFBLK;

    /// <summary>Takes one of the process's standard streams; null when it is closed.</summary>
    public static HostStandardStream? Open(int number)
    {
        var own = new HostDescriptor(number, owns: false);
        var file = new HostFile(own);
        int flags = file.StatusFlags;
        if (flags < 0 || file.Stat(out HostStat stat) != 0)
            return null;
        if ((stat.Mode & S_IFMT) is S_IFIFO or S_IFCHR)
        {
            byte* path = stackalloc byte[16];
            "/proc/self/fd/"u8.CopyTo(new Span<byte>(path, 14));
            path[14] = (byte)('0' + number);
            path[15] = 0;
            int fd = openat(AT_FDCWD, path, (flags & 3) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
            if (fd >= 0)
                return new HostStandardStream(new HostDescriptor(fd), stat, flags, nonBlocking: true);
        }
        return new HostStandardStream(own, stat, flags, nonBlocking: false);
    }

    /// <summary>The same stream for offsets, mapping and the like. It borrows the descriptor: closing it is not needed.</summary>
    public HostFile AsFile() => new(Descriptor);

    /// <summary>read(2); -EAGAIN when there is nothing yet.</summary>
    public long Read(Span<byte> buffer)
    {
        if (!IsRegular && !nonBlocking && EpollReadinessSource.Query(Descriptor, HostReadiness.Read) == HostReadiness.None)
            return -EAGAIN;
        fixed (byte* p = buffer)
            return Retry(read(Descriptor, p, (nuint)buffer.Length));
    }

    /// <summary>write(2); -EAGAIN when there is no room yet. May write less than asked.</summary>
    public long Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsRegular && !nonBlocking)
        {
            if (EpollReadinessSource.Query(Descriptor, HostReadiness.Write) == HostReadiness.None)
                return -EAGAIN;
            buffer = buffer[..Math.Min(buffer.Length, PIPE_BUF)];
        }
        fixed (byte* p = buffer)
            return Retry(write(Descriptor, p, (nuint)buffer.Length));
    }

    // An interrupted transfer moved nothing; the caller tries again as for "not yet".
    private static long Retry(nint n) => n >= 0 ? n : Errno is EINTR ? -EAGAIN : -Errno;
}

using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>
/// An open file of the host. I/O answers the byte count, or the negated errno; the other calls answer an errno, 0 for
/// success. Safe to use from several threads; a call in flight keeps the descriptor open.
/// </summary>
public sealed unsafe class HostFile : IDisposable
{
    private int references = 1;

    /// <summary>Takes over <paramref name="descriptor"/>.</summary>
    public HostFile(HostDescriptor descriptor) => Handle = descriptor;

    /// <summary>The descriptor's owner.</summary>
    public HostDescriptor Handle { get; }

    /// <summary>The descriptor's number, for mapping. Only valid while the caller holds a reference to this file.</summary>
    public int Descriptor => Handle.Number;

    /// <summary>A file in memory, without a name: the content of tmpfs files. memfd_create(2).</summary>
    public static int CreateInMemory(string name, out HostFile? file)
    {
        file = null;
        byte* text = stackalloc byte[64];
        int length = Math.Min(name.Length, 63);
        for (int i = 0; i < length; i++)
            text[i] = (byte)name[i];
        text[length] = 0;
        int fd = memfd_create(text, 1 /* MFD_CLOEXEC */);
        if (fd < 0)
            return Errno;
        file = new HostFile(new HostDescriptor(fd));
        return 0;
    }

    /// <summary>One more owner; each disposes once.</summary>
    public HostFile AddReference()
    {
        Interlocked.Increment(ref references);
        return this;
    }

    /// <summary>Drops one owner; the last closes the descriptor.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref references) == 0)
            Handle.Dispose();
    }

    /// <summary>pread(2) into host memory.</summary>
    public long PRead(byte* buffer, nuint count, long offset)
    {
        long n;
        do
            n = Result(pread(Handle, buffer, count, offset));
        while (n == -EINTR);
        return n;
    }

    /// <summary>pwrite(2) from host memory.</summary>
    public long PWrite(byte* buffer, nuint count, long offset)
    {
        long n;
        do
            n = Result(pwrite(Handle, buffer, count, offset));
        while (n == -EINTR);
        return n;
    }

    /// <summary>pread(2).</summary>
    public long PRead(Span<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
            return PRead(p, (nuint)buffer.Length, offset);
    }

    /// <summary>pwrite(2).</summary>
    public long PWrite(ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
            return PWrite(p, (nuint)buffer.Length, offset);
    }

    /// <summary>read(2) at the descriptor's own offset.</summary>
    public long Read(Span<byte> buffer)
    {
        fixed (byte* p = buffer)
            return Result(read(Handle, p, (nuint)buffer.Length));
    }

    /// <summary>write(2) at the descriptor's own offset.</summary>
    public long Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* p = buffer)
            return Result(write(Handle, p, (nuint)buffer.Length));
    }

    /// <summary>lseek(2); whence as the host has it (SEEK_DATA 3, SEEK_HOLE 4).</summary>
    public long Seek(long offset, int whence) => Result(lseek(Handle, offset, whence));

    /// <summary>ftruncate(2).</summary>
    public int Truncate(long length) => ftruncate(Handle, length) < 0 ? Errno : 0;

    /// <summary>fallocate(2).</summary>
    public int Allocate(int mode, long offset, long length) => fallocate(Handle, mode, offset, length) < 0 ? Errno : 0;

    /// <summary>Gives the pages of a range back; it reads as zeros.</summary>
    public int PunchHole(long offset, long length) => Allocate(3 /* PUNCH_HOLE | KEEP_SIZE */, offset, length);

    /// <summary>fsync(2).</summary>
    public int Sync() => fsync(Handle) < 0 ? Errno : 0;

    /// <summary>fdatasync(2).</summary>
    public int SyncData() => fdatasync(Handle) < 0 ? Errno : 0;

    /// <summary>Writes back all of the file system that it lies in. syncfs(2).</summary>
    public int SyncFileSystem() => syncfs(Handle) < 0 ? Errno : 0;

    /// <summary>O_APPEND of the descriptor: every write goes to the end, wherever it was to go.</summary>
    public void SetAppending(bool on)
    {
        const int F_SETFL = 4, O_APPEND = 0x400;
        int flags = StatusFlags;
        if (flags >= 0)
            _ = fcntl(Handle, F_SETFL, on ? flags | O_APPEND : flags & ~O_APPEND);
    }

    /// <summary>posix_fadvise(2).</summary>
    public int Advise(long offset, long length, int advice) => posix_fadvise(Handle, offset, length, advice);

    /// <summary>fstat(2).</summary>
    public int Stat(out HostStat stat)
    {
        StatxBuffer s;
        byte empty = 0;
        if (statx(Handle, &empty, AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &s) < 0)
        {
            stat = default;
            return Errno;
        }
        stat = new HostStat(s);
        return 0;
    }

    /// <summary>Bytes that can be read at once. FIONREAD.</summary>
    public int Available(out int count)
    {
        int n = 0;
        int e = ioctl(Handle, 0x541B, &n) < 0 ? Errno : 0;
        count = n;
        return e;
    }

    /// <summary>F_GETFL.</summary>
    public int StatusFlags => fcntl(Handle, 3, 0);

    /// <summary>Copies within the host, without passing through this process. Answers bytes copied or the negated errno.</summary>
    public long CopyTo(HostFile target, long sourceOffset, long targetOffset, long count)
    {
        long n = Result(copy_file_range(Handle, &sourceOffset, target.Handle, &targetOffset, (nuint)count, 0));
        if (n >= 0)
            return n;
        // Across file systems older hosts answer EXDEV or EINVAL: go through a buffer.
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Min(count, 1 << 17));
        try
        {
            n = PRead(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)), sourceOffset);
            return n <= 0 ? n : target.PWrite(buffer.AsSpan(0, (int)n), targetOffset);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

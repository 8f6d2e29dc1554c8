using System.Buffers;
using Zonix.Host.Files;

namespace Zonix.FileSystems.Tmpfs;

/// <content>
/// fallocate(2). A tmpfs knows holes alone, as Linux's; the upper layer of an overlay stands for a disk and answers as ext4.
/// </content>
internal sealed partial class TmpContent
{
    private const int MoveSize = 256 * 1024;

    public Errno Allocate(FallocateMode mode, long offset, long length)
    {
        const FallocateMode OnlyHoles = FallocateMode.FALLOC_FL_KEEP_SIZE | FallocateMode.FALLOC_FL_PUNCH_HOLE;
        if ((mode & FallocateMode.FALLOC_FL_UNSHARE_RANGE) != 0 || (!fileSystem.IsUpper && (mode & ~OnlyHoles) != 0))
            return Errno.EOPNOTSUPP;
        lock (gate)
        {
            using var change = new Change(this);
            bool keeps = (mode & FallocateMode.FALLOC_FL_KEEP_SIZE) != 0;
            bool punches = (mode & FallocateMode.FALLOC_FL_PUNCH_HOLE) != 0;
            if (punches ? (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0 : (seals & F_SEAL_GROW) != 0 && offset + length > size)
                return Errno.EPERM;
            Errno e = MoveToFile();
            if (e != 0)
                return e;
            e = (mode & ~FallocateMode.FALLOC_FL_KEEP_SIZE) switch
            {
                FallocateMode.FALLOC_FL_PUNCH_HOLE => (Errno)file!.PunchHole(offset, length),
                FallocateMode.FALLOC_FL_COLLAPSE_RANGE => Collapse(offset, length),
                FallocateMode.FALLOC_FL_INSERT_RANGE => Insert(offset, length),
                FallocateMode.FALLOC_FL_ZERO_RANGE when file!.PunchHole(offset, length) is var error and not 0 => (Errno)error,
                _ => Provide(offset, length, keeps),
            };
            Recount();
            return e;
        }
    }

    /// <summary>Pages of a range that are in memory. cachestat(2).</summary>
    public ulong CountPages(long offset, long end)
    {
        lock (gate)
        {
            end = Math.Min(end, (size + PageSize - 1) & ~(PageSize - 1));
            offset &= ~(PageSize - 1);
            if (file is null)
            {
                end = Math.Min(end, (array.Length + PageSize - 1) & ~(PageSize - 1));
                return end > offset ? (ulong)((end - offset) / PageSize) : 0;
            }
            ulong pages = 0;
            while (offset < end && TryFindData(offset, end, out long start, out long stop))
            {
                pages += (ulong)((stop - start + PageSize - 1) / PageSize);
                offset = stop;
            }
            return pages;
        }
    }

    private Errno Provide(long offset, long length, bool keepsSize)
    {
        if (fileSystem.Limits is { } limits && !Reserve(limits, offset, length))
            return Errno.ENOSPC;
        int error = file!.Allocate(keepsSize ? (int)FallocateMode.FALLOC_FL_KEEP_SIZE : 0, offset, length);
        if (error == 0 && !keepsSize)
            Volatile.Write(ref size, Math.Max(size, offset + length));
        return (Errno)error;
    }

    // The range goes, and what lies behind it moves to its place.
    private Errno Collapse(long offset, long length)
    {
        if (((offset | length) & (PageSize - 1)) != 0 || offset + length >= size)
            return Errno.EINVAL;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MoveSize);
        Errno e = 0;
        for (long at = offset + length; at < size && e == 0;)
        {
            if (!TryFindData(at, size, out long data, out long end))
                data = end = size;
            if (data > at)
                e = (Errno)file!.PunchHole(at - length, data - at);
            for (at = data; at < end && e == 0;)
            {
                int count = (int)Math.Min(end - at, MoveSize);
                e = Move(buffer, at, at - length, count);
                at += count;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (e == 0)
            e = (Errno)file!.Truncate(size - length);
        if (e == 0)
            Volatile.Write(ref size, size - length);
        return e;
    }

    // What lies behind the offset makes room for a hole.
    private Errno Insert(long offset, long length)
    {
        if (((offset | length) & (PageSize - 1)) != 0 || offset >= size)
            return Errno.EINVAL;
        if (size > long.MaxValue - length)
            return Errno.EFBIG;
        Errno e = (Errno)file!.Truncate(size + length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MoveSize);
        // From the end, so that nothing is overwritten before it has moved.
        for (long end = size; end > offset && e == 0;)
        {
            long at = Math.Max(offset, (end - 1) & ~(MoveSize - 1L));
            if (!TryFindData(at, end, out long data, out _))
                data = end;
            // The hole comes after the move: it may lie where the moved bytes come from.
            if (data < end)
                e = Move(buffer, data, data + length, (int)(end - data));
            if (e == 0 && data > at)
                e = (Errno)file!.PunchHole(at + length, data - at);
            end = at;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (e == 0)
            e = (Errno)file!.PunchHole(offset, length);
        if (e == 0)
            Volatile.Write(ref size, size + length);
        return e;
    }

    private Errno Move(byte[] buffer, long from, long to, int count)
    {
        // All of it is read before any is written: the places may overlap.
        for (int done = 0; done < count;)
        {
            long got = file!.PRead(buffer.AsSpan(done, count - done), from + done);
            if (got <= 0)
                return got < 0 ? (Errno)(-got) : Errno.EIO;
            done += (int)got;
        }
        for (int done = 0; done < count;)
        {
            long put = file!.PWrite(buffer.AsSpan(done, count - done), to + done);
            if (put <= 0)
                return put < 0 ? (Errno)(-put) : Errno.ENOSPC;
            done += (int)put;
        }
        return 0;
    }

    private bool TryFindData(long from, long limit, out long start, out long end)
    {
        const int SEEK_DATA = 3, SEEK_HOLE = 4;
        end = 0;
        start = file!.Seek(from, SEEK_DATA);
        if (start < 0 || start >= limit)
            return false;
        end = Math.Min(limit, file.Seek(start, SEEK_HOLE));
        return end > start;
    }
}

using System.Buffers;
using Zonix.Host.Files;

namespace Zonix.FileSystems;

/// <summary>What the content of a file does with ranges of the host's file behind it. The caller holds the content's gate.</summary>
internal static class HostRanges
{
    private const int MoveSize = 256 * 1024, SEEK_DATA = 3, SEEK_HOLE = 4;
    private const long PageSize = 4096;

    /// <summary>Copies the first <paramref name="length"/> bytes into an empty file, within the host; holes stay holes.</summary>
    public static Errno Copy(HostFile source, HostFile target, long length)
    {
        if (target.Truncate(length) != 0)
            return Errno.ENOSPC;
        for (long at = 0; at < length;)
        {
            long data = source.Seek(at, SEEK_DATA);
            if (data == -(long)Errno.ENXIO)
                break;
            // A host file system that knows no holes is all data.
            at = data < 0 ? at : data;
            long end = data < 0 ? length : source.Seek(at, SEEK_HOLE);
            Errno e = Copy(source, target, at, Math.Min(end < 0 ? length : end, length));
            if (e != 0)
                return e;
            at = end < 0 ? length : end;
        }
        return 0;
    }

    /// <summary>The range goes, and what lies behind it moves to its place. FALLOC_FL_COLLAPSE_RANGE.</summary>
    public static Errno Collapse(HostFile file, ref long size, long offset, long length)
    {
        if (((offset | length) & (PageSize - 1)) != 0 || offset + length >= size)
            return Errno.EINVAL;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MoveSize);
        Errno e = 0;
        for (long at = offset + length; at < size && e == 0;)
        {
            if (!TryFindData(file, at, size, out long data, out long end))
                data = end = size;
            if (data > at)
                e = (Errno)file.PunchHole(at - length, data - at);
            for (at = data; at < end && e == 0;)
            {
                int count = (int)Math.Min(end - at, MoveSize);
                e = Move(file, buffer, at, at - length, count);
                at += count;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (e == 0)
            e = (Errno)file.Truncate(size - length);
        if (e == 0)
            Volatile.Write(ref size, size - length);
        return e;
    }

    /// <summary>What lies behind the offset makes room for a hole. FALLOC_FL_INSERT_RANGE.</summary>
    public static Errno Insert(HostFile file, ref long size, long offset, long length)
    {
        if (((offset | length) & (PageSize - 1)) != 0 || offset >= size)
            return Errno.EINVAL;
        if (size > long.MaxValue - length)
            return Errno.EFBIG;
        Errno e = (Errno)file.Truncate(size + length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MoveSize);
        // From the end, so that nothing is overwritten before it has moved.
        for (long end = size; end > offset && e == 0;)
        {
            long at = Math.Max(offset, (end - 1) & ~(MoveSize - 1L));
            if (!TryFindData(file, at, end, out long data, out _))
                data = end;
            // The hole comes after the move: it may lie where the moved bytes come from.
            if (data < end)
                e = Move(file, buffer, data, data + length, (int)(end - data));
            if (e == 0 && data > at)
                e = (Errno)file.PunchHole(at + length, data - at);
            end = at;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (e == 0)
            e = (Errno)file.PunchHole(offset, length);
        if (e == 0)
            Volatile.Write(ref size, size + length);
        return e;
    }

    /// <summary>The first stretch of data from an offset on, as far as the limit.</summary>
    public static bool TryFindData(HostFile file, long from, long limit, out long start, out long end)
    {
        end = 0;
        start = file.Seek(from, SEEK_DATA);
        if (start < 0 || start >= limit)
            return false;
        end = Math.Min(limit, file.Seek(start, SEEK_HOLE));
        return end > start;
    }

    private static Errno Copy(HostFile source, HostFile target, long at, long end)
    {
        while (at < end)
        {
            long n = source.CopyTo(target, at, at, end - at);
            if (n < 0)
                return (Errno)(-n);
            if (n == 0)
                break;
            at += n;
        }
        return 0;
    }

    private static Errno Move(HostFile file, byte[] buffer, long from, long to, int count)
    {
        // All of it is read before any is written: the places may overlap.
        for (int done = 0; done < count;)
        {
            long got = file.PRead(buffer.AsSpan(done, count - done), from + done);
            if (got <= 0)
                return got < 0 ? (Errno)(-got) : Errno.EIO;
            done += (int)got;
        }
        for (int done = 0; done < count;)
        {
            long put = file.PWrite(buffer.AsSpan(done, count - done), to + done);
            if (put <= 0)
                return put < 0 ? (Errno)(-put) : Errno.ENOSPC;
            done += (int)put;
        }
        return 0;
    }
}

using Zonix.Kernel.Events;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <content>Reading, writing, seeking.</content>
public sealed partial class OpenFileDescription
{
    /// <summary>Reads at the offset and moves it; EAGAIN when it would have to wait.</summary>
    public SysResult Read(ref UserBuffer buffer)
    {
        if (readable is null)
            return Unreadable();
        SysResult result;
        if (seekable is null)
        {
            result = readable.Read(ref buffer, 0);
        }
        else
        {
            lock (offsetGate)
            {
                if (directMask != 0 && IsUnaligned(offset, buffer, writes: false))
                    return Errno.EINVAL;
                result = readable.Read(ref buffer, offset);
                if (!result.IsError)
                    offset += result.Value;
            }
        }
        return Accessed(result);
    }

    /// <summary>It was read, or is going to be, as memory. inode(7), st_atime.</summary>
    public void Accessed()
    {
        if (accessed is not null)
            Path.Mount.Accessed(accessed);
    }

    /// <summary>
    /// Writes at the offset (the end, with O_APPEND) and moves it; EAGAIN when it would have to wait. A regular file is not
    /// written beyond <paramref name="sizeLimit"/>: EFBIG.
    /// </summary>
    public SysResult Write(ref UserBuffer buffer, ulong sizeLimit = ulong.MaxValue) =>
        Write(ref buffer, sizeLimit, (Flags & OpenFlags.O_APPEND) != 0);

    /// <summary>The same, whatever O_APPEND says. pwritev2(2), RWF_APPEND and RWF_NOAPPEND.</summary>
    public SysResult Write(ref UserBuffer buffer, ulong sizeLimit, bool appends)
    {
        if (writable is null)
            return Unwritable();
        long at = 0;
        if (seekable is null)
            return Told(writable.Write(ref buffer, ref at), FileEvents.IN_MODIFY);
        SysResult result;
        lock (offsetGate)
        {
            at = appends ? -1 : offset;
            if (sizeLimit != ulong.MaxValue && IsBeyond(ref buffer, at, sizeLimit))
                return Errno.EFBIG;
            if (directMask != 0 && IsUnaligned(at, buffer, writes: true))
                return Errno.EINVAL;
            result = writable.Write(ref buffer, ref at);
            if (!result.IsError)
                offset = at + result.Value;
        }
        return Told(result, FileEvents.IN_MODIFY);
    }

    /// <summary>pread(2).</summary>
    public SysResult ReadAt(ref UserBuffer buffer, long at)
    {
        if (readable is null)
            return Unreadable();
        if (File is IOwnOffset own)
            return own.ReadAt(ref buffer, at);
        if (Overflows(at, buffer))
            return Errno.EINVAL;
        if (directMask != 0 && IsUnaligned(at, buffer, writes: false))
            return Errno.EINVAL;
        return seekable is null ? Errno.ESPIPE : Accessed(readable.Read(ref buffer, at));
    }

    /// <summary>pwrite(2); with O_APPEND it appends all the same, as Linux does. <paramref name="sizeLimit"/>: see <see cref="Write"/>.</summary>
    public SysResult WriteAt(ref UserBuffer buffer, long at, ulong sizeLimit = ulong.MaxValue) =>
        WriteAt(ref buffer, at, sizeLimit, (Flags & OpenFlags.O_APPEND) != 0);

    /// <summary>The same, whatever O_APPEND says.</summary>
    public SysResult WriteAt(ref UserBuffer buffer, long at, ulong sizeLimit, bool appends)
    {
        if (writable is null)
            return Unwritable();
        if (File is IOwnOffset own)
            return own.WriteAt(ref buffer, at);
        if (seekable is null)
            return Errno.ESPIPE;
        if (Overflows(at, buffer))
            return Errno.EINVAL;
        if (appends)
            at = -1;
        if (sizeLimit != ulong.MaxValue && IsBeyond(ref buffer, at, sizeLimit))
            return Errno.EFBIG;
        if (directMask != 0 && IsUnaligned(at, buffer, writes: true))
            return Errno.EINVAL;
        return Told(writable.Write(ref buffer, ref at), FileEvents.IN_MODIFY);
    }

    /// <summary>lseek(2).</summary>
    public SysResult Seek(long distance, SeekWhence whence)
    {
        if (IsPath)
            return Errno.EBADF;
        if (File is IOwnOffset own)
            return own.Seek(distance, whence);
        if (File is IUnmovable)
            return 0;
        if (seekable is null)
            return File is IDirectoryFile ? SeekDirectory(distance, whence) : Errno.ESPIPE;
        lock (offsetGate)
        {
            long target;
            switch (whence)
            {
                case SeekWhence.SEEK_SET:
                    target = distance;
                    break;
                case SeekWhence.SEEK_CUR:
                    target = unchecked(offset + distance);
                    break;
                case SeekWhence.SEEK_END:
                    Errno e = seekable.GetSize(out long size);
                    if (e != 0)
                        return e;
                    target = unchecked(size + distance);
                    break;
                case SeekWhence.SEEK_DATA or SeekWhence.SEEK_HOLE:
                    if (distance < 0)
                        return Errno.ENXIO;
                    SysResult found = seekable.SeekData(distance, whence == SeekWhence.SEEK_HOLE);
                    if (!found.IsError)
                        offset = found.Value;
                    return found;
                default:
                    return Errno.EINVAL;
            }
            if (target < 0)
                return Errno.EINVAL;
            return offset = target;
        }
    }

    /// <summary>getdents64(2) at the offset.</summary>
    public Errno ReadEntries(ref DirectoryBuffer buffer)
    {
        if (!Readable)
            return Errno.EBADF;
        if (File is not IDirectoryFile directory)
            return Errno.ENOTDIR;
        if (Path.Dentry.IsUnlinked)
            return Errno.ENOENT;
        InodeAttributes above = default;
        Path.Dentry.Parent.Inode?.GetAttributes(out above);
        Errno result;
        lock (offsetGate)
            result = directory.ReadEntries(ref offset, ref buffer, above.Inode);
        if (result == 0)
        {
            Report(FileEvents.IN_ACCESS);
            Accessed();
        }
        return result;
    }

    // setrlimit(2), RLIMIT_FSIZE: what fits is written, and only a write that begins beyond the limit fails.
    private bool IsBeyond(ref UserBuffer buffer, long at, ulong sizeLimit)
    {
        if (!File.Inode.Access.IsRegular || buffer.Remaining == 0)
            return false;
        if (at < 0 && seekable!.GetSize(out at) != 0)
            return false;
        if ((ulong)at >= sizeLimit)
            return true;
        buffer.Truncate(sizeLimit - (ulong)at);
        return false;
    }

    private uint MaskOf(OpenFlags value) => (value & OpenFlags.O_DIRECT) != 0 && directAlignment > 0 ? directAlignment - 1 : 0;

    // open(2), O_DIRECT: blocks as a whole; behind the end nothing is read, wherever that is.
    private bool IsUnaligned(long at, in UserBuffer buffer, bool writes)
    {
        if (buffer.Remaining == 0 || seekable is null)
            return false;
        bool knowsEnd = !writes || at < 0;
        if (knowsEnd && seekable.GetSize(out long size) == 0)
        {
            if (!writes && at >= size)
                return false;
            at = at < 0 ? size : at;
        }
        return (((ulong)at | buffer.Remaining) & directMask) != 0;
    }

    // pread(2): the end of the transfer has to be an offset, too.
    private static bool Overflows(long at, in UserBuffer buffer) => at > 0 && buffer.Remaining > (ulong)(long.MaxValue - at);

    private SysResult SeekDirectory(long distance, SeekWhence whence)
    {
        lock (offsetGate)
        {
            long target = whence switch
            {
                SeekWhence.SEEK_SET => distance,
                SeekWhence.SEEK_CUR => offset + distance,
                _ => -1,
            };
            if (target < 0)
                return Errno.EINVAL;
            return offset = target;
        }
    }

    private SysResult Accessed(SysResult result)
    {
        if (accessed is not null && !result.IsError)
            Accessed();
        return Told(result, FileEvents.IN_ACCESS);
    }

    private SysResult Told(SysResult result, FileEvents what)
    {
        if (watching is { IsActive: true } active && result.Raw > 0)
            active.Report(this, what);
        return result;
    }

    private SysResult Unreadable() => !Readable ? Errno.EBADF : File is IDirectoryFile ? Errno.EISDIR : Errno.EINVAL;

    private SysResult Unwritable() => !Writable ? Errno.EBADF : Errno.EINVAL;
}

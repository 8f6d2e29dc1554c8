namespace Zonix.FileSystems.Tmpfs;

/// <content>
/// fallocate(2). A tmpfs knows holes alone, as Linux's; the upper layer of an overlay stands for a disk and answers as ext4.
/// </content>
internal sealed partial class TmpContent
{
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
                FallocateMode.FALLOC_FL_COLLAPSE_RANGE => HostRanges.Collapse(file!, ref size, offset, length),
                FallocateMode.FALLOC_FL_INSERT_RANGE => HostRanges.Insert(file!, ref size, offset, length),
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
            while (offset < end && HostRanges.TryFindData(file, offset, end, out long start, out long stop))
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
}

using Zonix.Host.Files;

namespace Zonix.FileSystems.Tmpfs;

/// <content>
/// What the limits of a mounted tmpfs know of a content: its pages are taken before they are written, and counted anew where nobody
/// could tell how many there are. Under the gate.
/// </content>
internal sealed partial class TmpContent
{
    // Pages that the file system's limits know of. As long as it is not scattered, they are the first ones.
    private long charged;
    private bool scattered;
    private bool recountDue;

    // Pages before it may have been taken by fallocate(2).
    private long allocatedEnd;

    /// <summary>Counts what was written through mappings.</summary>
    public void RecountMapped()
    {
        if (!Volatile.Read(ref changesUnseen) || fileSystem.Limits is null)
            return;
        lock (gate)
            Recount();
    }

    // What is held may be less, or lie elsewhere, than before. Under the gate.
    private void Recount()
    {
        if (fileSystem.Limits is not { } limits)
            return;
        long held = (Math.Min(size, array.Length) + PageSize - 1) / PageSize;
        if (file is not null)
        {
            held = file.Stat(out HostStat stat) == 0 ? (long)stat.Blocks / 8 : charged;
            scattered = true;
        }
        limits.AddPages(held - charged);
        charged = held;
        recountDue = false;
    }

    // Pages that are held though nothing was ever written to them.
    private long Unwritten()
    {
        const int SEEK_DATA = 3, SEEK_HOLE = 4;
        if (file is null || file.Stat(out HostStat stat) != 0)
            return 0;
        long written = 0;
        for (long data = file.Seek(0, SEEK_DATA); data >= 0;)
        {
            long hole = file.Seek(data, SEEK_HOLE);
            if (hole < 0)
                break;
            written += (hole - data + PageSize - 1) / PageSize;
            data = file.Seek(hole, SEEK_DATA);
        }
        return Math.Max(0, ((long)stat.Blocks / 8) - written);
    }

    /// <summary>Takes the pages that a write needs; what does not fit is cut off. False: nothing fits.</summary>
    private bool Charge(TmpLimits limits, long offset, ref ulong count)
    {
        long first = offset / PageSize, last = (offset + (long)count - 1) / PageSize;
        if (!scattered && first > charged)
        {
            if (file is null && MoveToFile() != 0)
                return false;
            scattered = true;
        }
        for (long page = first; page <= last;)
        {
            (long missing, long next) = NextMissing(page, last);
            if (missing > last)
                break;
            long got = limits.TakePages(next - missing);
            charged += got;
            if (got < next - missing && last < allocatedEnd && next - missing - got <= Unwritten())
            {
                // Room that fallocate(2) has taken looks like holes until it is written.
                recountDue = true;
            }
            else if (got < next - missing)
            {
                long end = (missing + got) * PageSize;
                if (end <= offset)
                    return false;
                count = (ulong)(end - offset);
                return true;
            }
            page = next;
        }
        return true;
    }

    private bool Reserve(TmpLimits limits, long offset, long length)
    {
        if (length > long.MaxValue - offset)
            return true;
        long first = offset / PageSize, last = (offset + length - 1) / PageSize, wanted = 0;
        for (long page = first; page <= last;)
        {
            (long missing, long next) = NextMissing(page, last);
            wanted += missing > last ? 0 : next - missing;
            page = next;
        }
        long got = limits.TakePages(wanted);
        charged += got;
        if (got == wanted)
        {
            allocatedEnd = Math.Max(allocatedEnd, last + 1);
            return true;
        }
        limits.AddPages(-got);
        charged -= got;
        return false;
    }

    // The first run of pages from `page` on that are not held, as far as `last`.
    private (long Start, long End) NextMissing(long page, long last)
    {
        const int SEEK_DATA = 3, SEEK_HOLE = 4;
        if (!scattered || file is null)
            return (Math.Max(page, charged), last + 1);
        long hole = file.Seek(page * PageSize, SEEK_HOLE);
        // Beyond the end of the file all is missing.
        long start = hole < 0 ? page : Math.Max(page, (hole + PageSize - 1) / PageSize);
        if (start > last)
            return (start, last + 1);
        long data = file.Seek(start * PageSize, SEEK_DATA);
        return (start, data < 0 ? last + 1 : Math.Min(last + 1, data / PageSize));
    }
}

using Zonix.Abi;
using Zonix.Host.Memory;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>madvise(2).</summary>
    /// <returns>Success; EINVAL, ENOMEM, EACCES, EPERM, and what the object answers.</returns>
    public SysResult Advise(ulong address, ulong length, Advice advice)
    {
        if (!IsKnown(advice) || (address & PageMask) != 0)
            return Errno.EINVAL;
        ulong size = PageAlign(length);
        if (length != 0 && size == 0)
            return Errno.EINVAL;
        ulong end = unchecked(address + size);
        if (end < address)
            return Errno.EINVAL;
        if (size == 0)
            return SysResult.Success;
        if (advice is Advice.MADV_HWPOISON or Advice.MADV_SOFT_OFFLINE)
            return Errno.EPERM;
        lock (_lock)
            return AdviseLocked(address, end, advice);
    }

    private SysResult AdviseLocked(ulong start, ulong end, Advice advice)
    {
        SysResult result = SysResult.Success;
        ulong at = start;
        while (at < end)
        {
            int index = _areas.IndexAbove(at);
            if (index == _areas.Count || _areas[index].Start >= end)
                return Finish(start, end, Errno.ENOMEM);
            Vma area = _areas[index];
            if (area.Start > at)
            {
                // Holes are reported, but what lies behind them is still advised.
                result = Errno.ENOMEM;
                at = area.Start;
                if (advice is Advice.MADV_POPULATE_READ or Advice.MADV_POPULATE_WRITE)
                    return result;
            }

            ulong stop = Math.Min(end, area.End);
            if ((area.Flags & VmaFlags.Sealed) != 0 && !MayAdviseSealed(area, advice))
                return Finish(start, end, Errno.EPERM);
            SysResult one = AdviseArea(area, at, stop, advice);
            if (one.IsError)
                return Finish(start, end, one);
            at = stop;
        }

        return Finish(start, end, result);
    }

    /// <summary>mseal(2): pages that cannot be written must not be thrown away either.</summary>
    private static bool MayAdviseSealed(Vma area, Advice advice) =>
        (area.Protection & Prot.PROT_WRITE) != 0 || !area.IsAnonymous
        || advice is not (Advice.MADV_FREE or Advice.MADV_DONTNEED or Advice.MADV_DONTNEED_LOCKED or Advice.MADV_REMOVE
            or Advice.MADV_DONTFORK or Advice.MADV_WIPEONFORK);

    private SysResult Finish(ulong start, ulong end, SysResult result)
    {
        _areas.MergeAround(start, end);
        return result;
    }

    private static bool IsKnown(Advice advice) => advice is
        (>= Advice.MADV_NORMAL and <= Advice.MADV_DONTNEED)
        or (>= Advice.MADV_FREE and <= Advice.MADV_DONTNEED_LOCKED)
        or Advice.MADV_HWPOISON or Advice.MADV_SOFT_OFFLINE;

    private SysResult AdviseArea(Vma area, ulong start, ulong end, Advice advice) => advice switch
    {
        Advice.MADV_NORMAL => Change(area, start, end, 0, VmaFlags.RandomRead | VmaFlags.SequentialRead),
        Advice.MADV_RANDOM => Change(area, start, end, VmaFlags.RandomRead, VmaFlags.SequentialRead),
        Advice.MADV_SEQUENTIAL => Change(area, start, end, VmaFlags.SequentialRead, VmaFlags.RandomRead),
        Advice.MADV_DONTFORK => Change(area, start, end, VmaFlags.DontFork, 0),
        Advice.MADV_DOFORK when (area.Flags & VmaFlags.Special) != 0 => Errno.EINVAL,
        Advice.MADV_DOFORK => Change(area, start, end, 0, VmaFlags.DontFork),
        Advice.MADV_DONTDUMP => Change(area, start, end, VmaFlags.DontDump, 0),
        Advice.MADV_DODUMP => Change(area, start, end, 0, VmaFlags.DontDump),
        Advice.MADV_WIPEONFORK when area.IsAnonymous => Change(area, start, end, VmaFlags.WipeOnFork, 0),
        Advice.MADV_WIPEONFORK => Errno.EINVAL,
        Advice.MADV_KEEPONFORK => Change(area, start, end, 0, VmaFlags.WipeOnFork),
        Advice.MADV_HUGEPAGE => Change(area, start, end, VmaFlags.HugePage, VmaFlags.NoHugePage),
        Advice.MADV_NOHUGEPAGE => Change(area, start, end, VmaFlags.NoHugePage, VmaFlags.HugePage),
        Advice.MADV_MERGEABLE => Change(area, start, end, VmaFlags.Mergeable, 0),
        Advice.MADV_UNMERGEABLE => Change(area, start, end, 0, VmaFlags.Mergeable),
        Advice.MADV_DONTNEED when (area.Flags & VmaFlags.Locked) != 0 => Errno.EINVAL,
        Advice.MADV_DONTNEED or Advice.MADV_DONTNEED_LOCKED => Discard(area, start, end),
        Advice.MADV_FREE when !area.IsAnonymous || (area.Flags & VmaFlags.Locked) != 0 => Errno.EINVAL,
        Advice.MADV_FREE => Discard(area, start, end),
        Advice.MADV_REMOVE => RemovePages(area, start, end),
        Advice.MADV_POPULATE_READ => PopulateArea(area, start, end, Prot.PROT_READ, HostAdvice.PopulateRead),
        Advice.MADV_POPULATE_WRITE => PopulateArea(area, start, end, Prot.PROT_WRITE, HostAdvice.PopulateWrite),
        Advice.MADV_COLD or Advice.MADV_PAGEOUT when (area.Flags & VmaFlags.Locked) != 0 => Errno.EINVAL,

        // MADV_WILLNEED, MADV_COLD, MADV_PAGEOUT: hints on when, not what; the host sees the accesses itself.
        _ => SysResult.Success,
    };

    private SysResult Change(Vma area, ulong start, ulong end, VmaFlags set, VmaFlags clear)
    {
        VmaFlags flags = (area.Flags & ~clear) | set;
        if (flags == area.Flags)
            return SysResult.Success;
        if (_areas.Count + 2 > Group.MaxAreas)
            return Errno.ENOMEM;
        _areas.SplitAt(start);
        _areas.SplitAt(end);
        _areas.Find(start)!.Flags = flags;
        _areas.Touch();
        return SysResult.Success;
    }

    /// <summary>Anonymous pages read as zero afterwards, private file pages as the file's.</summary>
    private SysResult Discard(Vma area, ulong start, ulong end)
    {
        NotePeakBefore(end - start);
        if ((area.Flags & VmaFlags.Special) != 0)
            return Errno.EINVAL;
        if ((area.Protection & Prot.PROT_EXEC) != 0 && !area.IsShared)
        {
            Window.InvalidateCode(start, end - start);

            // Pages with translations were watched for writes; now nobody watches them.
            if (area.IsInWindow)
                _ = Window.Protect(start, end - start, ToMachine(area.Protection));
        }

        if (area.Origin is not null || (area.IsFrozen && area.IsAnonymous))
            return SysResult.FromErrno(MapAfresh(area, start, end));
        if (area.IsAnonymous)
            return SysResult.FromErrno(_anonymous.PunchHole(area.Offset + (start - area.Start), end - start));
        return area.IsInWindow ? SysResult.FromErrno(Window.Advise(start, end - start, HostAdvice.DontNeed)) : SysResult.Success;
    }

    /// <summary>Takes the pages of a range away where they are shared with others or lie apart from their file.</summary>
    private int MapAfresh(Vma area, ulong start, ulong end)
    {
        IMemoryObject? shown = area.IsAnonymous ? null : area.Shown;
        var request = new MapRequest(start, end - start, area.Protection, MapFlags.MAP_FIXED, shown, area.ShownOffset + (start - area.Start));
        VmaFlags flags = area.Flags;
        shown?.AddReference();
        Forget(start, end);
        int error = MapArea(start, end - start, request, flags);
        if (error != 0)
        {
            shown?.Release();
            _ = Window.Unmap(start, end - start);
        }

        return error;
    }

    private static SysResult RemovePages(Vma area, ulong start, ulong end)
    {
        if ((area.Flags & VmaFlags.Locked) != 0 || area.IsAnonymous)
            return Errno.EINVAL;
        const VmaFlags Needed = VmaFlags.Shared | VmaFlags.MayWrite;
        if ((area.Flags & Needed) != Needed)
            return Errno.EACCES;
        return SysResult.FromErrno(area.Memory.PunchHole(area.Offset + (start - area.Start), end - start));
    }

    private SysResult PopulateArea(Vma area, ulong start, ulong end, Prot needed, HostAdvice advice)
    {
        if ((area.Protection & needed) == 0)
            return Errno.EINVAL;
        BringIn(start, end);
        return SysResult.FromErrno(Window.Advise(start, end - start, advice));
    }
}

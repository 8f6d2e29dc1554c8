using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Memory;

/// <summary>mlock(2) and its family. Locked pages are brought in; the host may still page them out, it is not privileged.</summary>
public sealed partial class AddressSpace
{
    private VmaFlags _lockFuture;

    /// <summary>Locks a range. <paramref name="unlimited"/>: CAP_IPC_LOCK.</summary>
    /// <returns>Success; EINVAL, ENOMEM, EPERM.</returns>
    public SysResult LockRange(ulong address, ulong length, bool onFault, bool unlimited)
    {
        ulong limit = Limit(RlimitResource.RLIMIT_MEMLOCK);
        if (limit == 0 && !unlimited)
            return Errno.EPERM;
        SysResult range = CheckRange(ref address, length, out ulong end);
        if (range.IsError || address == end)
            return range;
        lock (_lock)
        {
            ulong locked = LockedBytesIn(0, ulong.MaxValue) - LockedBytesIn(address, end) + (end - address);
            if (!unlimited && locked > limit)
                return Errno.ENOMEM;
            SysResult result = SetLocked(address, end, VmaFlags.Locked | (onFault ? VmaFlags.LockOnFault : 0));
            if (!onFault)
                PopulateRange(address, end);
            return result;
        }
    }

    /// <summary>Unlocks a range.</summary>
    public SysResult UnlockRange(ulong address, ulong length)
    {
        SysResult range = CheckRange(ref address, length, out ulong end);
        if (range.IsError || address == end)
            return range;
        lock (_lock)
            return SetLocked(address, end, 0);
    }

    /// <summary>mlockall(2); the flags have been checked.</summary>
    public SysResult LockAll(MlockallFlags flags, bool unlimited)
    {
        ulong limit = Limit(RlimitResource.RLIMIT_MEMLOCK);
        if (limit == 0 && !unlimited)
            return Errno.EPERM;
        VmaFlags set = VmaFlags.Locked | ((flags & MlockallFlags.MCL_ONFAULT) != 0 ? VmaFlags.LockOnFault : 0);
        lock (_lock)
        {
            bool current = (flags & MlockallFlags.MCL_CURRENT) != 0;
            if (current && !unlimited && _mappedBytes > limit)
                return Errno.ENOMEM;
            _lockFuture = (flags & MlockallFlags.MCL_FUTURE) != 0 ? set : 0;
            if (!current)
                return SysResult.Success;
            SetAllLocked(set);
            if ((set & VmaFlags.LockOnFault) == 0)
                PopulateRange(0, ulong.MaxValue);
        }

        return SysResult.Success;
    }

    /// <summary>munlockall(2).</summary>
    public SysResult UnlockAll()
    {
        lock (_lock)
        {
            _lockFuture = 0;
            SetAllLocked(0);
        }

        return SysResult.Success;
    }

    /// <summary>Bytes that are locked: VmLck.</summary>
    public ulong LockedBytes
    {
        get
        {
            lock (_lock)
                return LockedBytesIn(0, ulong.MaxValue);
        }
    }

    private static SysResult CheckRange(ref ulong address, ulong length, out ulong end)
    {
        length = PageAlign(unchecked(length + (address & PageMask)));
        address &= ~PageMask;
        end = unchecked(address + length);
        return end < address ? Errno.EINVAL : SysResult.Success;
    }

    private SysResult SetLocked(ulong start, ulong end, VmaFlags set)
    {
        SysResult result = SysResult.Success;
        ulong at = start;
        while (at < end)
        {
            if (_areas.Find(at) is not { } area)
            {
                result = Errno.ENOMEM;
                break;
            }

            ulong stop = Math.Min(end, area.End);
            if ((area.Flags & VmaFlags.Special) == 0)
                result = Change(area, at, stop, set, (VmaFlags.Locked | VmaFlags.LockOnFault) & ~set);
            if (result.IsError)
                break;
            at = stop;
        }

        _areas.MergeAround(start, end);
        return result;
    }

    private void SetAllLocked(VmaFlags set)
    {
        for (int i = 0; i < _areas.Count; i++)
        {
            Vma area = _areas[i];
            if ((area.Flags & VmaFlags.Special) == 0)
                area.Flags = (area.Flags & ~(VmaFlags.Locked | VmaFlags.LockOnFault)) | set;
        }

        _areas.Touch();
        _areas.MergeAround(0, ulong.MaxValue);
    }

    /// <summary>Stores are tried where they make pages of the process's own; what is shared is only read.</summary>
    private void PopulateLocked(Vma area, ulong start, ulong end)
    {
        bool isReadable = (area.Protection & ProtMask) != 0;
        Populate(start, end - start, area.IsShared && isReadable ? Prot.PROT_READ : area.Protection);
    }

    private void PopulateRange(ulong start, ulong end)
    {
        for (int i = _areas.IndexAbove(start); i < _areas.Count && _areas[i].Start < end; i++)
        {
            ulong first = Math.Max(start, _areas[i].Start);
            PopulateLocked(_areas[i], first, Math.Min(end, _areas[i].End));
        }
    }
}

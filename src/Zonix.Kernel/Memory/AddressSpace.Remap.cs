using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>mremap(2).</summary>
    /// <returns>The new address; EINVAL, EFAULT, ENOMEM, EAGAIN.</returns>
    public SysResult Remap(ulong address, ulong oldLength, ulong newLength, RemapFlags flags, ulong newAddress)
    {
        const RemapFlags Known = RemapFlags.MREMAP_MAYMOVE | RemapFlags.MREMAP_FIXED | RemapFlags.MREMAP_DONTUNMAP;
        bool mayMove = (flags & RemapFlags.MREMAP_MAYMOVE) != 0;
        bool moves = (flags & (RemapFlags.MREMAP_FIXED | RemapFlags.MREMAP_DONTUNMAP)) != 0;
        if ((flags & ~Known) != 0 || (moves && !mayMove) || (address & PageMask) != 0)
            return Errno.EINVAL;
        if ((flags & RemapFlags.MREMAP_DONTUNMAP) != 0 && oldLength != newLength)
            return Errno.EINVAL;
        ulong limit = AddressLayout.MaximumEnd;
        if (newLength == 0 || newLength > limit || oldLength > limit || address > limit)
            return newLength > limit ? Errno.ENOMEM : Errno.EINVAL;
        var remap = new RemapRequest(address, PageAlign(oldLength), PageAlign(newLength), flags, newAddress);
        while (true)
        {
            bool outgrown = false;
            SysResult result;
            lock (_lock)
                result = moves ? RemapTo(remap, out outgrown) : RemapAnywhere(remap, out outgrown);
            if (!outgrown || !Grow())
                return result;
        }
    }

    /// <summary>Shows other pages of the object of a shared mapping: Linux makes a new mapping of it too. remap_file_pages(2).</summary>
    /// <returns>Success; EINVAL, and what mmap(2) answers.</returns>
    public SysResult RemapPages(ulong address, ulong length, ulong page, bool populate)
    {
        address &= ~PageMask;
        length &= ~PageMask;
        if (unchecked(address + length) <= address || unchecked(page + (length / PageSize)) < page || page > ulong.MaxValue / PageSize)
            return Errno.EINVAL;
        lock (_lock)
        {
            if (_areas.Find(address) is not { } area || !area.IsShared || (area.Flags & VmaFlags.Special) != 0)
                return Errno.EINVAL;
            for (Vma last = area; last.End < address + length;)
            {
                if (_areas.Find(last.End) is not { } next || next.Flags != area.Flags || next.Protection != area.Protection
                    || !Equals(next.Memory.Identity, area.Memory.Identity))
                {
                    return Errno.EINVAL;
                }

                last = next;
            }

            const VmaFlags Kept = VmaFlags.Shared | VmaFlags.MayAll;
            MapFlags flags = MapFlags.MAP_SHARED | MapFlags.MAP_FIXED | (populate ? MapFlags.MAP_POPULATE : MapFlags.MAP_NONBLOCK);
            if ((area.Flags & VmaFlags.Locked) != 0)
                flags |= MapFlags.MAP_LOCKED;
            IMemoryObject memory = area.Memory;
            if (memory is IAttachedMemory { IsRemoved: true } segment)
            {
                // As Linux does it: the old pages go first, and the segment with them, if nobody else shows it.
                UnmapLocked(address, address + length);
                if (!segment.TryAttach())
                    return Errno.EINVAL;
            }
            else
            {
                memory.AddReference();
            }

            SysResult result = MapLocked(
                new MapRequest(address, length, area.Protection, flags, memory, page * PageSize, area.Flags & Kept) { MayLockAll = true }, out _);
            if (result.IsError)
                memory.Release();
            return result.IsError ? result : SysResult.Success;
        }
    }

    private readonly record struct RemapRequest(ulong Address, ulong OldLength, ulong NewLength, RemapFlags Flags, ulong NewAddress);

    private SysResult RemapAnywhere(in RemapRequest request, out bool outgrown)
    {
        outgrown = false;
        (ulong address, ulong oldLength, ulong newLength) = (request.Address, request.OldLength, request.NewLength);
        if (_areas.Find(address) is not { } area)
            return Errno.EFAULT;
        if (IsAnySealed(address, address + Math.Max(oldLength, 1)))
            return Errno.EPERM;
        if (oldLength > newLength)
        {
            if ((area.Flags & VmaFlags.Special) != 0)
                return Errno.EINVAL;
            UnmapLocked(address + newLength, address + oldLength);
            return address;
        }

        SysResult allowed = CheckResize(area, request, out ulong visibleEnd);
        if (allowed.IsError || (oldLength == newLength && oldLength != 0))
            return allowed.IsError ? allowed : address;
        if (oldLength != 0 && visibleEnd == address + oldLength && TryExtend(visibleEnd, newLength - oldLength))
            return address;
        if ((request.Flags & RemapFlags.MREMAP_MAYMOVE) == 0)
            return Errno.ENOMEM;
        SysResult placed = Place(PlacementFor(area, newLength), newLength, out outgrown);
        return placed.IsError ? placed : MoveArea(request, (ulong)placed.Value);
    }

    private SysResult RemapTo(in RemapRequest request, out bool outgrown)
    {
        outgrown = false;
        (ulong address, ulong oldLength, ulong newLength) = (request.Address, request.OldLength, request.NewLength);
        bool isFixed = (request.Flags & RemapFlags.MREMAP_FIXED) != 0;
        ulong target = request.NewAddress;
        if (_areas.Find(address) is null)
            return Errno.EFAULT;
        if ((target & PageMask) != 0 || target > AddressLayout.MaximumEnd - newLength
            || (address + oldLength > target && target + newLength > address))
        {
            return Errno.EINVAL;
        }

        if (IsAnySealed(address, address + Math.Max(oldLength, 1)) || (isFixed && IsAnySealed(target, target + newLength)))
            return Errno.EPERM;
        if (isFixed)
        {
            if (target < AddressLayout.MinimumAddress)
                return Errno.EPERM;
            if (target + newLength > End)
            {
                outgrown = CanGrow;
                return Errno.ENOMEM;
            }

            if (_areas.Count + 4 > Group.MaxAreas)
                return Errno.ENOMEM;
            UnmapLocked(target, target + newLength);
        }

        if (oldLength > newLength)
        {
            UnmapLocked(address + newLength, address + oldLength);
            oldLength = newLength;
        }

        if (_areas.Find(address) is not { } area)
            return Errno.EFAULT;
        RemapRequest moved = request with { OldLength = oldLength };
        SysResult allowed = CheckResize(area, moved, out _);
        if (allowed.IsError)
            return allowed;
        if (!isFixed)
        {
            if (!MayExpand(newLength, area.Protection, area.Flags))
                return Errno.ENOMEM;
            SysResult placed = Place(PlacementFor(area, newLength) with { Address = target }, newLength, out outgrown);
            if (placed.IsError)
                return placed;
            target = (ulong)placed.Value;
        }

        return MoveArea(moved, target);
    }

    private static MapRequest PlacementFor(Vma area, ulong length) =>
        new(0, length, area.Protection, MapFlags.MAP_PRIVATE, area.IsAnonymous ? null : area.Shown);

    private SysResult CheckResize(Vma area, in RemapRequest request, out ulong visibleEnd)
    {
        visibleEnd = VisibleEnd(area);
        if (request.OldLength == 0 && !area.IsShared)
            return Errno.EINVAL;
        if ((area.Flags & VmaFlags.Special) != 0 && request.OldLength != request.NewLength)
            return Errno.EFAULT;
        if (request.OldLength > visibleEnd - request.Address)
            return Errno.EFAULT;
        if (request.NewLength <= request.OldLength)
            return SysResult.Success;
        ulong more = request.NewLength - request.OldLength;
        if ((area.Flags & VmaFlags.Locked) != 0
            && LockedBytesIn(0, ulong.MaxValue) + more > Limit(RlimitResource.RLIMIT_MEMLOCK))
        {
            return Errno.EAGAIN;
        }

        return MayExpand(more, area.Protection, area.Flags) && ((area.Flags & VmaFlags.Accounted) == 0 || Group.MayCommit(more))
            ? SysResult.Success
            : Errno.ENOMEM;
    }

    /// <summary>Where the area ends that Linux would see here.</summary>
    private ulong VisibleEnd(Vma area)
    {
        int index = _areas.IndexAbove(area.Start);
        while (index + 1 < _areas.Count && _areas[index].LooksLike(_areas[index + 1]))
            index++;
        return _areas[index].End;
    }

    /// <summary>Grows the area that ends at <paramref name="end"/> in place, if the space behind it is free.</summary>
    private bool TryExtend(ulong end, ulong more)
    {
        if (more > End || end > End - more || !_areas.IsFree(end, end + more, StackGuardGap))
            return false;
        return MapTail(_areas.Find(end - 1)!, end, more);
    }

    /// <summary>Maps what follows <paramref name="last"/> in its object, or fresh pages if it is anonymous.</summary>
    private bool MapTail(Vma last, ulong address, ulong length)
    {
        var request = new MapRequest(address, length, last.Protection, MapFlags.MAP_FIXED, last.IsAnonymous ? null : last.Shown,
            last.ShownOffset + last.Length);
        if (!last.IsAnonymous)
            last.Shown.AddReference();
        if (MapArea(address, length, request, last.Flags) == 0)
            return true;
        if (!last.IsAnonymous)
            last.Shown.Release();
        _ = Window.Unmap(address, length);
        return false;
    }

    /// <summary>Moves the pages of an area, grown to its new length, to a free range.</summary>
    private SysResult MoveArea(in RemapRequest request, ulong target)
    {
        (ulong source, ulong oldLength, ulong newLength) = (request.Address, request.OldLength, request.NewLength);
        bool keep = (request.Flags & RemapFlags.MREMAP_DONTUNMAP) != 0;
        if (oldLength == 0)
            return Duplicate(_areas.Find(source)!, source, target, newLength);
        BringIn(source, source + oldLength);
        var moved = new List<Vma>();
        _areas.Remove(source, source + oldLength, moved);
        foreach (Vma part in moved)
        {
            ulong to = part.Start - source + target;
            int error = Window.Move(part.Start, to, part.Length, ToMachine(part.Protection));
            if (error != 0)
            {
                Undo(moved, part, source, target);
                return SysResult.FromErrno(error);
            }
        }

        foreach (Vma part in moved)
            Settle(part, part.Start - source + target, keep);
        if (newLength > oldLength && !MapTail(_areas.Find(target + oldLength - 1)!, target + oldLength, newLength - oldLength))
            return Errno.ENOMEM;
        return target;
    }

    private void Settle(Vma part, ulong to, bool keep)
    {
        if (ReferenceEquals(part.Memory, _anonymous))
            _anonymous.Moved(to, part.Offset, part.Length);
        if (keep)
        {
            // The source stays mapped: anonymous memory becomes empty, files are shown afresh.
            if (!part.IsAnonymous)
                part.Shown.AddReference();
            var again = new MapRequest(part.Start, part.Length, part.Protection, MapFlags.MAP_FIXED,
                part.IsAnonymous ? null : part.Shown, part.ShownOffset);
            if (MapArea(part.Start, part.Length, again, part.Flags & ~(VmaFlags.Locked | VmaFlags.LockOnFault)) != 0 && !part.IsAnonymous)
                part.Shown.Release();
        }

        _areas.Insert(part.MovedTo(to));
    }

    private void Undo(List<Vma> moved, Vma failed, ulong source, ulong target)
    {
        foreach (Vma part in moved)
        {
            if (part.Start < failed.Start)
                _ = Window.Move(part.Start - source + target, part.Start, part.Length, ToMachine(part.Protection));
            _areas.Insert(part);
        }
    }

    /// <summary>An old length of 0 makes a second mapping of the same shared pages.</summary>
    private SysResult Duplicate(Vma area, ulong source, ulong target, ulong length)
    {
        area.Memory.AddReference();
        var request = new MapRequest(target, length, area.Protection, MapFlags.MAP_FIXED, area.Memory, area.Offset + (source - area.Start));
        int error = MapArea(target, length, request, area.Flags);
        if (error == 0)
            return target;
        area.Memory.Release();
        return SysResult.FromErrno(error);
    }
}

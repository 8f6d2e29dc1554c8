using Zonix.Abi;
using Zonix.Host.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>mmap(2).</summary>
    /// <returns>The address; EINVAL, ENOMEM, EPERM, EEXIST, EAGAIN.</returns>
    public SysResult Map(in MapRequest request)
    {
        while (true)
        {
            bool outgrown;
            SysResult result;
            lock (_lock)
                result = MapLocked(request, out outgrown);
            if (outgrown && Grow())
                continue;
            Account();
            if (result.IsError)
                request.Memory?.Release();
            return result;
        }
    }

    /// <summary>munmap(2).</summary>
    public SysResult Unmap(ulong address, ulong length)
    {
        if ((address & PageMask) != 0 || length == 0)
            return Errno.EINVAL;
        ulong limit = Window.IsI386 ? End : MemoryWindow.MaximumSize;
        length = PageAlign(length);
        if (length == 0 || address > limit || length > limit - address)
            return Errno.EINVAL;
        lock (_lock)
        {
            if (IsAnySealed(address, address + length))
                return Errno.EPERM;
            if ((_areas.Count + 1 > Group.MaxAreas || IsHostFull) && WouldSplitInside(address, address + length))
                return Errno.ENOMEM;
            NotePeakBefore(length);
            UnmapLocked(address, address + length);
        }

        return SysResult.Success;
    }

    private SysResult MapLocked(in MapRequest request, out bool outgrown)
    {
        outgrown = false;
        ulong length = PageAlign(request.Length);
        if (request.Length == 0)
            return Errno.EINVAL;
        if (length == 0 || length > AddressLayout.MaximumEnd)
            return Errno.ENOMEM;
        if (request.Offset + length < request.Offset)
            return Errno.EOVERFLOW;
        if (_areas.Count > Group.MaxAreas || IsHostFull)
            return Errno.ENOMEM;
        SysResult placed = request.IsFixed ? CheckFixed(request, length, out outgrown) : Place(request, length, out outgrown);
        if (placed.IsError)
            return placed;
        ulong address = (ulong)placed.Value;
        VmaFlags flags = AreaFlags(request);
        SysResult allowed = CheckLimits(request, address, length, flags);
        if (allowed.IsError)
            return allowed;
        if (request.IsFixed)
            Forget(address, address + length);
        int error = MapArea(address, length, request, flags);
        if (error != 0)
        {
            _ = Window.Unmap(address, length);

            // The window refuses executable pages whose low address bits others have: try elsewhere.
            return error == (int)Errno.ENOMEM && !request.IsFixed && request.Address != 0
                ? MapLocked(request with { Address = 0 }, out outgrown)
                : SysResult.FromErrno(error);
        }

        if ((request.Flags & (MapFlags.MAP_POPULATE | MapFlags.MAP_LOCKED)) != 0 && (request.Flags & MapFlags.MAP_NONBLOCK) == 0
            || ((flags & VmaFlags.Locked) != 0 && (flags & VmaFlags.LockOnFault) == 0))
        {
            Populate(address, length, request.Protection);
        }

        return address;
    }

    private int MapArea(ulong address, ulong length, in MapRequest request, VmaFlags flags)
    {
        bool anonymous = request.Memory is null;
        IMemoryObject memory = request.Memory ?? _anonymous;
        ulong offset = anonymous ? _anonymous.Allocate(address, length) : request.Offset;
        bool shared = (flags & VmaFlags.Shared) != 0;
        int error = memory.Map(Window, address, length, offset, ToMachine(request.Protection), shared || anonymous);
        if (error != 0)
        {
            if (anonymous)
                _anonymous.Free(address, offset, length);
            return error;
        }

        _isPutAway = false;
        if (anonymous)
            memory.AddReference();
        var area = new Vma(address, address + length, request.Protection & ProtMask, flags, memory, offset)
        {
            IsInWindow = true,
            WasWritable = !anonymous && !shared && (request.Protection & Prot.PROT_WRITE) != 0,
            Policy = request.Policy,
        };
        CountIn(area);
        _areas.Insert(area);
        return 0;
    }

    private const Prot ProtMask = Prot.PROT_READ | Prot.PROT_WRITE | Prot.PROT_EXEC;

    private SysResult CheckFixed(in MapRequest request, ulong length, out bool outgrown)
    {
        outgrown = false;
        if ((request.Address & PageMask) != 0)
            return Errno.EINVAL;
        if (request.Address > AddressLayout.MaximumEnd - length)
            return Errno.ENOMEM;
        if (request.Address < AddressLayout.MinimumAddress)
            return Errno.EPERM;
        if (request.Address + length > End)
        {
            outgrown = CanGrow;
            return Errno.ENOMEM;
        }

        if ((request.Flags & MapFlags.MAP_FIXED_NOREPLACE) != 0 && _areas.Overlaps(request.Address, request.Address + length))
            return Errno.EEXIST;
        return IsAnySealed(request.Address, request.Address + length) ? Errno.EPERM : request.Address;
    }

    private VmaFlags AreaFlags(in MapRequest request)
    {
        VmaFlags flags = request.AreaFlags | _lockFuture;
        if ((request.Flags & MapFlags.MAP_GROWSDOWN) != 0)
            flags |= VmaFlags.GrowsDown;
        if ((request.Flags & MapFlags.MAP_LOCKED) != 0)
            flags |= VmaFlags.Locked;
        bool never = Group.Overcommit == OvercommitMode.Never;
        if ((request.Flags & MapFlags.MAP_NORESERVE) != 0 && !never)
            flags |= VmaFlags.NoReserve;
        else if ((flags & VmaFlags.Shared) == 0 && (request.Protection & Prot.PROT_WRITE) != 0)
            flags |= VmaFlags.Accounted;
        if ((flags & VmaFlags.Special) != 0)
            flags &= ~(VmaFlags.Locked | VmaFlags.LockOnFault);
        return flags;
    }

    private SysResult CheckLimits(in MapRequest request, ulong address, ulong length, VmaFlags flags)
    {
        ulong replaced = request.IsFixed ? _areas.MappedBytes(address, address + length) : 0;
        if (!MayExpand(length - replaced, request.Protection, flags))
            return Errno.ENOMEM;
        if ((flags & VmaFlags.Locked) != 0 && !request.MayLockAll
            && LockedBytesIn(0, ulong.MaxValue) + length > Limit(RlimitResource.RLIMIT_MEMLOCK))
        {
            return Errno.EAGAIN;
        }

        return (flags & VmaFlags.Accounted) == 0 || Group.MayCommit(length) ? SysResult.Success : Errno.ENOMEM;
    }

    /// <summary>Brings the pages in, as far as that works: mmap(2) says that failing to do so is no error.</summary>
    private void Populate(ulong address, ulong length, Prot protection)
    {
        BringIn(address, address + length);
        if ((protection & ProtMask) != 0)
            _ = Window.Advise(address, length, (protection & Prot.PROT_WRITE) != 0 ? HostAdvice.PopulateWrite : HostAdvice.PopulateRead);
    }

    private bool WouldSplitInside(ulong start, ulong end) => _areas.Find(start) is { } area && area.Start < start && area.End > end;

    /// <summary>Unmaps a range from the window and from the books.</summary>
    private void UnmapLocked(ulong start, ulong end)
    {
        _areas.Remove(start, end, _removed);
        if (_removed.Count == 0)
            return;
        ulong first = _removed[0].Start;
        ulong length = _removed[^1].End - first;
        if (IsAnyInWindow(_removed))
            _ = Window.Unmap(first, length);
        else
            Window.Declare(first, length, MemoryProtection.None);
        ReleaseRemoved();
    }

    /// <summary>
    /// Takes a range out of the books whose host mapping is about to be replaced. Anonymous pages are freed first, so that new
    /// ones at the same place read as zero.
    /// </summary>
    private void Forget(ulong start, ulong end)
    {
        _areas.Remove(start, end, _removed);
        ReleaseRemoved();
    }

    private void ReleaseRemoved()
    {
        foreach (Vma area in _removed)
        {
            CountOut(area);
            FreePages(area);
            area.ReleaseReferences();
        }

        _removed.Clear();
    }

    private void FreePages(Vma area)
    {
        if (!ReferenceEquals(area.Memory, _anonymous))
            return;
        if (area.IsFrozen && !_anonymous.IsUnshared)
            _anonymous.Abandon(area.Offset, area.Length);
        else
            _anonymous.Free(area.Start, area.Offset, area.Length);
    }
}

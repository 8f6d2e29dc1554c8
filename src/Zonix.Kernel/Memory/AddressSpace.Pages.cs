using Zonix.Abi;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>msync(2).</summary>
    /// <returns>Success; EINVAL, ENOMEM, EBUSY, EIO.</returns>
    public SysResult Sync(ulong address, ulong length, MsyncFlags flags)
    {
        const MsyncFlags Known = MsyncFlags.MS_ASYNC | MsyncFlags.MS_INVALIDATE | MsyncFlags.MS_SYNC;
        const MsyncFlags Both = MsyncFlags.MS_ASYNC | MsyncFlags.MS_SYNC;
        if ((flags & ~Known) != 0 || (address & PageMask) != 0 || (flags & Both) == Both)
            return Errno.EINVAL;
        ulong end = unchecked(address + PageAlign(length));
        if (end < address)
            return Errno.ENOMEM;
        SysResult result = SysResult.Success;
        var objects = new List<(IMemoryObject Memory, ulong Offset, ulong Length)>();
        lock (_lock)
        {
            if (!_areas.Covers(address, end))
                result = Errno.ENOMEM;
            for (int i = _areas.IndexAbove(address); i < _areas.Count && _areas[i].Start < end; i++)
            {
                Vma area = _areas[i];
                if ((flags & MsyncFlags.MS_INVALIDATE) != 0 && (area.Flags & VmaFlags.Locked) != 0)
                {
                    result = Errno.EBUSY;
                    break;
                }

                if (!area.IsShared || (flags & MsyncFlags.MS_SYNC) == 0)
                    continue;
                ulong start = Math.Max(address, area.Start);
                area.Memory.AddReference();
                objects.Add((area.Memory, area.Offset + (start - area.Start), Math.Min(end, area.End) - start));
            }
        }

        // Written back without the lock: the disk is slow.
        foreach ((IMemoryObject memory, ulong offset, ulong bytes) in objects)
        {
            int error = memory.Sync(offset, bytes);
            memory.Release();
            if (error != 0 && !result.IsError)
                result = Errno.EIO;
        }

        return result;
    }

    /// <summary>mincore(2): one byte for each page.</summary>
    /// <returns>Success; EINVAL, ENOMEM, EFAULT.</returns>
    public SysResult Residency(ulong address, ulong length, UserAddress vector)
    {
        const int Chunk = 4096;
        if ((address & PageMask) != 0)
            return Errno.EINVAL;
        ulong end = unchecked(address + PageAlign(length));
        if (end < address)
            return Errno.ENOMEM;
        Span<byte> pages = stackalloc byte[Chunk];
        for (ulong at = address; at < end; at += Chunk * PageSize)
        {
            ulong bytes = Math.Min(Chunk * PageSize, end - at);
            Span<byte> some = pages[..(int)(bytes / PageSize)];
            lock (_lock)
            {
                if (!_areas.Covers(at, at + bytes))
                    return Errno.ENOMEM;
                BringIn(at, at + bytes);
                int error = Window.Residency(at, bytes, some);
                if (error != 0)
                    return SysResult.FromErrno(error);
            }

            if (!TryCopyOut(vector + ((at - address) / PageSize), some))
                return Errno.EFAULT;
        }

        return SysResult.Success;
    }

    /// <summary>The areas, as Linux shows them: a copy, in ascending order.</summary>
    /// <param name="measure">Whether to find out what each holds in memory.</param>
    public List<AreaDescription> Describe(bool measure = false)
    {
        var areas = new List<AreaDescription>();
        var memories = new List<(IMemoryObject Memory, bool Anonymous)>();
        lock (_lock)
        {
            for (int i = 0; i < _areas.Count; i++)
            {
                Vma area = _areas[i];
                ulong start = area.Start;
                bool special = (area.Flags & VmaFlags.Special) != 0;
                ulong offset = area.IsAnonymous || special ? 0 : area.ShownOffset;
                VmaFlags flags = special ? area.Flags & ~VmaFlags.Shared : area.Flags;
                AreaUsage usage = measure ? UsageOf(area) : default;
                while (i + 1 < _areas.Count && _areas[i].LooksLike(_areas[i + 1]))
                {
                    i++;
                    if (measure)
                        usage += UsageOf(_areas[i]);
                }

                areas.Add(
                    new AreaDescription(start, _areas[i].End, area.Protection, flags, offset, new MemoryObjectName(SpecialName(start, _areas[i].End)))
                    {
                        Usage = usage,
                    });
                memories.Add((area.Shown, area.IsAnonymous));
                area.Shown.AddReference();
            }
        }

        for (int i = 0; i < areas.Count; i++)
        {
            // Names may take locks of the file system.
            if (!memories[i].Anonymous)
                areas[i] = areas[i] with { Name = memories[i].Memory.Name, Place = memories[i].Memory.Place };
            memories[i].Memory.Release();
        }

        return areas;
    }

    private string SpecialName(ulong start, ulong end)
    {
        if (start <= Program.StartStack && Program.StartStack < end)
            return "[stack]";
        return start < Math.Max(_break, _startBreak + 1) && end > _startBreak ? "[heap]" : "";
    }
}

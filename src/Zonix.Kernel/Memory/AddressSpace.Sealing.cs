using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <content>mseal(2).</content>
public sealed partial class AddressSpace
{
    private bool _hasSealed;

    /// <summary>Makes the areas of a range unchangeable until the process ends. mseal(2).</summary>
    /// <returns>Success; EINVAL, ENOMEM when some of it is not mapped.</returns>
    public SysResult Seal(ulong address, ulong length)
    {
        if ((address & PageMask) != 0)
            return Errno.EINVAL;
        ulong size = PageAlign(length);
        ulong end = unchecked(address + size);
        if ((length != 0 && size == 0) || end < address)
            return Errno.EINVAL;
        lock (_lock)
        {
            if (!_areas.Covers(address, end))
                return Errno.ENOMEM;
            for (ulong at = address; at < end;)
            {
                Vma area = _areas.Find(at)!;
                ulong stop = Math.Min(end, area.End);
                SysResult changed = Change(area, at, stop, VmaFlags.Sealed, 0);
                if (changed.IsError)
                    return changed;
                _hasSealed = true;
                at = stop;
            }

            _areas.MergeAround(address, end);
        }

        return SysResult.Success;
    }

    private bool IsAnySealed(ulong start, ulong end)
    {
        for (int i = _hasSealed ? _areas.IndexAbove(start) : _areas.Count; i < _areas.Count && _areas[i].Start < end; i++)
        {
            if ((_areas[i].Flags & VmaFlags.Sealed) != 0)
                return true;
        }

        return false;
    }
}

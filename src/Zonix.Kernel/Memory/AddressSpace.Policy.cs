using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <content>NUMA: one node, whose policies are remembered.</content>
public sealed partial class AddressSpace
{
    /// <summary>Sets the policy of a range. mbind(2).</summary>
    /// <returns>Success; EINVAL, EFAULT when some of it is not mapped, ENOMEM.</returns>
    public SysResult SetPolicy(ulong address, ulong length, MemoryPolicy? policy)
    {
        if ((address & PageMask) != 0)
            return Errno.EINVAL;
        ulong end = unchecked(address + PageAlign(length));
        if (end < address)
            return Errno.EINVAL;
        lock (_lock)
        {
            if (!_areas.Covers(address, end))
                return Errno.EFAULT;
            if (_areas.Count + 2 > Group.MaxAreas)
                return Errno.ENOMEM;
            _areas.SplitAt(address);
            _areas.SplitAt(end);
            for (int i = _areas.IndexAbove(address); i < _areas.Count && _areas[i].Start < end; i++)
                _areas[i].Policy = policy;
            _areas.Touch();
            _areas.MergeAround(address, end);
        }

        return SysResult.Success;
    }

    /// <summary>The policy of the area of an address; false when there is none.</summary>
    public bool TryGetPolicy(ulong address, out MemoryPolicy? policy)
    {
        lock (_lock)
        {
            Vma? area = _areas.Find(address);
            policy = area?.Policy;
            return area is not null;
        }
    }
}

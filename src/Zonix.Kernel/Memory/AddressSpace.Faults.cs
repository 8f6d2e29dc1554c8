using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>si_code: nothing is mapped there. sigaction(2).</summary>
    public const int SEGV_MAPERR = 1;

    /// <summary>si_code: the mapping does not permit the access.</summary>
    public const int SEGV_ACCERR = 2;

    /// <summary>A stack grows by this much at once, so that deep recursion does not fault at each page.</summary>
    private const ulong StackStep = 128 << 10;

    /// <summary>Answers a fault of guest code: true when the access can be tried again.</summary>
    public bool HandlePageFault(ulong address, FaultAccess access, out int siCode)
    {
        bool resolved;
        lock (_lock)
            resolved = ResolveLocked(address, access, out siCode, out _);
        Account();
        return resolved;
    }

    bool IPageFaultResolver.Resolve(ulong address, bool write)
    {
        lock (_lock)
        {
            // An access that the areas allow and the host refuses lies beyond the end of a file: trying again would not end.
            return ResolveLocked(address, write ? FaultAccess.Write : FaultAccess.Read, out _, out bool changed) && changed;
        }
    }

    private bool ResolveLocked(ulong address, FaultAccess access, out int siCode, out bool changed)
    {
        changed = false;
        siCode = SEGV_MAPERR;
        Vma? area = _areas.Find(address);
        if (area is null)
        {
            int above = _areas.IndexAbove(address);
            if (above == _areas.Count || (_areas[above].Flags & VmaFlags.GrowsDown) == 0 || !GrowStack(above, address & ~PageMask))
                return false;
            changed = true;
            area = _areas.Find(address)!;
        }

        Prot needed = access switch
        {
            FaultAccess.Write => Prot.PROT_WRITE,
            FaultAccess.Execute => Prot.PROT_EXEC,
            _ => ProtMask,
        };
        siCode = SEGV_ACCERR;
        if ((area.Protection & needed) == 0)
            return false;
        changed |= BringIn(area);
        return true;
    }

    private bool GrowStack(int index, ulong page)
    {
        Vma stack = _areas[index];
        ulong limit = Limit(RlimitResource.RLIMIT_STACK);
        if (page < AddressLayout.MinimumAddress || stack.End - page > limit)
            return false;
        ulong floor = AddressLayout.MinimumAddress;
        if (index > 0)
        {
            Vma below = _areas[index - 1];
            ulong gap = (below.Flags & VmaFlags.GrowsDown) != 0 || below.Protection == Prot.PROT_NONE ? 0 : StackGuardGap;
            floor = Math.Max(floor, below.End + gap);
        }

        if (page < floor)
            return false;
        ulong start = Math.Max(floor, page - Math.Min(page, StackStep) + PageSize);
        if (limit != Rlimit.Infinity)
            start = Math.Max(start, PageAlign(stack.End - Math.Min(stack.End, limit)));
        start = Math.Min(start, page);
        ulong length = stack.Start - start;
        if (!MayExpand(length, stack.Protection, stack.Flags))
            return false;
        var request = new MapRequest(start, length, stack.Protection, MapFlags.MAP_FIXED | MapFlags.MAP_PRIVATE);
        return MapArea(start, length, request, stack.Flags) == 0;
    }
}

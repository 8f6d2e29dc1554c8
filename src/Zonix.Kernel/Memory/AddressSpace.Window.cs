using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <content>
/// What the window maps. The areas are the truth; after a fork many are not in the child's window until they are touched.
/// An area that is not in the window has no pages there that only the window holds.
/// </content>
public sealed partial class AddressSpace
{
    /// <summary>Maps the area of an address, if the window does not; true when it was that which an access has met.</summary>
    public bool BringIn(ulong address)
    {
        lock (_lock)
            return _areas.Find(address) is { } area && BringIn(area);
    }

    /// <summary>Maps all areas of a range.</summary>
    private void BringIn(ulong start, ulong end)
    {
        for (int i = _areas.IndexAbove(start); i < _areas.Count && _areas[i].Start < end; i++)
            _ = BringIn(_areas[i]);
    }

    /// <summary>Maps an area. True when it has not been mapped before, and is now.</summary>
    private bool BringIn(Vma area)
    {
        if (area.IsInWindow || MapInWindow(area) != 0)
            return false;
        area.IsInWindow = true;
        _isPutAway = false;
        return true;
    }

    private int MapInWindow(Vma area) => area.Memory.Map(
        Window, area.Start, area.Length, area.Offset, ToMachine(area.Protection), IsMappedShared(area));

    /// <summary>Stores into a section go through to it, unless it is frozen; those into private mappings of files stay in the window.</summary>
    private static bool IsMappedShared(Vma area) => area.Memory is AnonymousMemory ? !area.IsFrozen : area.IsShared;

    private static bool IsAnyInWindow(List<Vma> areas)
    {
        foreach (Vma area in areas)
        {
            if (area.IsInWindow)
                return true;
        }

        return false;
    }
}

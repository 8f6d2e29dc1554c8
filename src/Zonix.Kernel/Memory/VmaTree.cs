using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <summary>
/// The areas of an address space, ordered and disjoint. An array: areas are few, look-ups are by bisection, and a shift of
/// a few thousand references costs less than the host's own work for a mapping. Not thread safe. Keeps the objects' reference
/// counts: one for each area in the tree.
/// </summary>
internal sealed class VmaTree
{
    private Vma[] _areas = new Vma[32];
    private int _last;

    internal int Count { get; private set; }

    /// <summary>Changes whenever an area appears, disappears, moves a border or gets other properties.</summary>
    internal int Version { get; private set; }

    /// <summary>Gives back the room of areas that have all been removed: there will be none any more.</summary>
    internal void Trim() => _areas = Count == 0 ? [] : _areas;

    /// <summary>Notes that properties of areas have been changed.</summary>
    internal void Touch() => Version++;

    internal Vma this[int index] => _areas[index];

    /// <summary>Index of the first area that ends above <paramref name="address"/>; <see cref="Count"/> if there is none.</summary>
    internal int IndexAbove(ulong address)
    {
        // Faults and calls come back to the same area.
        int last = _last;
        if (last < Count && _areas[last].End > address && (last == 0 || _areas[last - 1].End <= address))
            return last;
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_areas[middle].End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        _last = low;
        return low;
    }

    /// <summary>The area that holds <paramref name="address"/>.</summary>
    internal Vma? Find(ulong address)
    {
        int index = IndexAbove(address);
        return index < Count && _areas[index].Start <= address ? _areas[index] : null;
    }

    /// <summary>Whether any part of the range is mapped.</summary>
    internal bool Overlaps(ulong start, ulong end)
    {
        int index = IndexAbove(start);
        return index < Count && _areas[index].Start < end;
    }

    /// <summary>Whether every page of the range is mapped.</summary>
    internal bool Covers(ulong start, ulong end)
    {
        for (int i = IndexAbove(start); i < Count && _areas[i].Start <= start; i++)
        {
            start = _areas[i].End;
            if (start >= end)
                return true;
        }

        return start >= end;
    }

    /// <summary>Bytes of the range that are mapped.</summary>
    internal ulong MappedBytes(ulong start, ulong end)
    {
        ulong bytes = 0;
        for (int i = IndexAbove(start); i < Count && _areas[i].Start < end; i++)
            bytes += Math.Min(end, _areas[i].End) - Math.Max(start, _areas[i].Start);
        return bytes;
    }

    /// <summary>Adds an area to a free range and merges it with its neighbours; takes over the caller's reference.</summary>
    internal void Insert(Vma area)
    {
        int index = IndexAbove(area.Start);
        if (index > 0 && _areas[index - 1].CanMerge(area))
        {
            Vma before = _areas[index - 1];
            before.End = area.End;
            Version++;
            area.ReleaseReferences();
            TryMergeAt(index - 1);
            return;
        }

        if (index < Count && area.CanMerge(_areas[index]))
        {
            Vma after = _areas[index];
            after.Start = area.Start;
            Version++;
            after.Offset = area.Offset;
            after.OriginOffset = area.OriginOffset;
            area.ReleaseReferences();
            return;
        }

        InsertAt(index, area);
    }

    /// <summary>Adds an area behind all others, without looking whether it could be merged; takes over the caller's references.</summary>
    internal void Append(Vma area) => InsertAt(Count, area);

    /// <summary>Makes an area boundary at <paramref name="address"/> if an area spans it.</summary>
    internal void SplitAt(ulong address)
    {
        int index = IndexAbove(address);
        if (index == Count || _areas[index].Start >= address)
            return;
        Vma area = _areas[index];
        Vma tail = area.Slice(address, area.End);
        tail.AddReferences();
        area.End = address;
        InsertAt(index + 1, tail);
    }

    /// <summary>
    /// Takes all areas out of the range, which is split at its ends first, and appends them to <paramref name="removed"/>;
    /// their references pass to the caller.
    /// </summary>
    internal void Remove(ulong start, ulong end, List<Vma> removed)
    {
        SplitAt(start);
        SplitAt(end);
        int first = IndexAbove(start);
        int last = first;
        while (last < Count && _areas[last].Start < end)
            removed.Add(_areas[last++]);
        if (last == first)
            return;
        Array.Copy(_areas, last, _areas, first, Count - last);
        int count = Count - (last - first);
        Array.Clear(_areas, count, Count - count);
        Count = count;
        _last = 0;
        Version++;
    }

    /// <summary>Merges neighbours wherever possible in and around a range whose areas have been changed.</summary>
    internal void MergeAround(ulong start, ulong end)
    {
        int index = Math.Max(IndexAbove(start) - 1, 0);
        while (index < Count - 1 && _areas[index].Start <= end)
        {
            if (!TryMergeAt(index))
                index++;
        }
    }

    /// <summary>
    /// The highest free range of <paramref name="length"/> bytes within [<paramref name="low"/>, <paramref name="high"/>), at
    /// an aligned address and <paramref name="guard"/> bytes away from stacks above it; 0 when there is none.
    /// </summary>
    internal ulong FindGapDown(ulong length, ulong low, ulong high, ulong alignment, ulong guard)
    {
        int index = IndexAbove(high - 1);
        ulong top = high;
        while (true)
        {
            // The gap below area[index] ends at 'top'.
            if (index < Count)
                top = Math.Min(top, GuardedStart(_areas[index], guard));
            ulong bottom = Math.Max(low, index == 0 ? 0 : _areas[index - 1].End);
            if (top >= bottom && top - bottom >= length)
            {
                ulong candidate = (top - length) & ~(alignment - 1);
                if (candidate >= bottom)
                    return candidate;
            }

            if (index == 0 || _areas[index - 1].End <= low)
                return 0;
            index--;
            top = Math.Min(top, _areas[index].Start);
        }
    }

    /// <summary>The lowest one; the rest is as for <see cref="FindGapDown"/>.</summary>
    internal ulong FindGapUp(ulong length, ulong low, ulong high, ulong alignment, ulong guard)
    {
        ulong candidate = (low + alignment - 1) & ~(alignment - 1);
        for (int index = IndexAbove(candidate); candidate < high && high - candidate >= length; index++)
        {
            if (index == Count || GuardedStart(_areas[index], guard) >= candidate + length)
                return candidate;
            candidate = (_areas[index].End + alignment - 1) & ~(alignment - 1);
        }

        return 0;
    }

    /// <summary>Whether a range is free and not in the guard gap of a stack.</summary>
    internal bool IsFree(ulong start, ulong end, ulong guard)
    {
        int index = IndexAbove(start);
        return index == Count || GuardedStart(_areas[index], guard) >= end;
    }

    private static ulong GuardedStart(Vma area, ulong guard) =>
        (area.Flags & VmaFlags.GrowsDown) != 0 ? area.Start - Math.Min(area.Start, guard) : area.Start;

    private bool TryMergeAt(int index)
    {
        if (index + 1 >= Count || !_areas[index].CanMerge(_areas[index + 1]))
            return false;
        Vma gone = _areas[index + 1];
        _areas[index].End = gone.End;
        Version++;
        Array.Copy(_areas, index + 2, _areas, index + 1, Count - index - 2);
        _areas[--Count] = null!;
        _last = 0;
        gone.ReleaseReferences();
        return true;
    }

    private void InsertAt(int index, Vma area)
    {
        if (Count == _areas.Length)
            Array.Resize(ref _areas, Count * 2);
        Version++;
        Array.Copy(_areas, index, _areas, index + 1, Count - index);
        _areas[index] = area;
        Count++;
        _last = index;
    }
}

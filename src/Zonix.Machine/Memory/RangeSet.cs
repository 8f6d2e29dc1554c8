namespace Zonix.Machine;

/// <summary>
/// Guest ranges that may be executed, with their protection, in ascending order. There are few of them, so a sorted array
/// does. Writers are serialised by the window's lock and replace the array; readers need no lock.
/// </summary>
internal sealed class RangeSet
{
    private volatile Range[] _ranges = [];

    /// <summary>The range that holds an address.</summary>
    internal bool TryFind(ulong address, out ulong end, out MemoryProtection protection)
    {
        Range[] ranges = _ranges;
        int low = 0, high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            ref readonly Range range = ref ranges[middle];
            if (address < range.Start)
            {
                high = middle - 1;
            }
            else if (address >= range.End)
            {
                low = middle + 1;
            }
            else
            {
                end = range.End;
                protection = range.Protection;
                return true;
            }
        }

        end = 0;
        protection = MemoryProtection.None;
        return false;
    }

    /// <summary>Whether any part of a range may be executed.</summary>
    internal bool Overlaps(ulong start, ulong end)
    {
        foreach (ref readonly Range range in _ranges.AsSpan())
        {
            if (range.Start < end && start < range.End)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether a range shares the low 32 bits of its addresses with another executable range: such addresses would share
    /// entries of the flat table.
    /// </summary>
    internal bool Aliases(ulong start, ulong end)
    {
        foreach (ref readonly Range range in _ranges.AsSpan())
        {
            ulong low = (uint)range.Start, otherLow = (uint)start;
            if (range.Start >> 32 != start >> 32 && low < otherLow + (end - start) && otherLow < low + (range.End - range.Start))
                return true;
        }

        return false;
    }

    /// <summary>Replaces what is known of a range; protections without Execute remove it.</summary>
    internal void Set(ulong start, ulong end, MemoryProtection protection)
    {
        bool add = (protection & MemoryProtection.Execute) != 0;
        if (!add && !Overlaps(start, end))
            return;
        var next = new List<Range>(_ranges.Length + 2);
        foreach (Range range in _ranges)
        {
            if (range.End <= start || range.Start >= end)
            {
                next.Add(range);
                continue;
            }

            if (range.Start < start)
                next.Add(range with { End = start });
            if (range.End > end)
                next.Add(range with { Start = end });
        }

        if (add)
            next.Add(new Range(start, end, protection));
        next.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        _ranges = Merge(next);
    }

    private static Range[] Merge(List<Range> ranges)
    {
        int count = 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            if (count > 0 && ranges[count - 1].End == ranges[i].Start && ranges[count - 1].Protection == ranges[i].Protection)
                ranges[count - 1] = ranges[count - 1] with { End = ranges[i].End };
            else
                ranges[count++] = ranges[i];
        }

        return [.. ranges[..count]];
    }

    private readonly record struct Range(ulong Start, ulong End, MemoryProtection Protection);
}

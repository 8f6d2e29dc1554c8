namespace Zonix.Machine;

/// <summary>
/// Guest ranges that may be executed, in ascending order. There are few of them, so a sorted array does. Writers hold the
/// code cache's lock and replace the array; readers need no lock.
/// </summary>
internal sealed class CodeRanges
{
    private volatile CodeRange[] _ranges = [];

    /// <summary>All of them.</summary>
    internal ReadOnlySpan<CodeRange> All => _ranges;

    /// <summary>The range that holds an address.</summary>
    internal bool TryFind(ulong address, out CodeRange found)
    {
        CodeRange[] ranges = _ranges;
        int low = 0, high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            ref readonly CodeRange range = ref ranges[middle];
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
                found = range;
                return true;
            }
        }

        found = default;
        return false;
    }

    /// <summary>Whether any part of a range may be executed.</summary>
    internal bool Overlaps(ulong start, ulong end)
    {
        foreach (ref readonly CodeRange range in _ranges.AsSpan())
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
        foreach (ref readonly CodeRange range in _ranges.AsSpan())
        {
            ulong low = (uint)range.Start, otherLow = (uint)start;
            if (range.Start >> 32 != start >> 32 && low < otherLow + (end - start) && otherLow < low + (range.End - range.Start))
                return true;
        }

        return false;
    }

    /// <summary>The parts of executable ranges that lie inside a range; they keep the unit of the whole.</summary>
    internal List<CodeRange> Cut(ulong start, ulong end)
    {
        var parts = new List<CodeRange>();
        foreach (CodeRange range in _ranges)
        {
            if (range.Start < end && start < range.End)
                parts.Add(range with { Start = Math.Max(start, range.Start), End = Math.Min(end, range.End) });
        }

        return parts;
    }

    /// <summary>Replaces all of them; private neighbours with the same protection become one.</summary>
    internal void Replace(List<CodeRange> ranges)
    {
        ranges.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        int count = 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            CodeRange range = ranges[i];
            if (count > 0 && ranges[count - 1] is { Unit: null } last && range.Unit is null && last.End == range.Start && last.Protection == range.Protection)
                ranges[count - 1] = last with { End = range.End };
            else
                ranges[count++] = range;
        }

        ranges.RemoveRange(count, ranges.Count - count);
        _ranges = [.. ranges];
    }

    /// <summary>Takes over what another window has.</summary>
    internal void CopyFrom(CodeRanges other) => _ranges = other._ranges;
}

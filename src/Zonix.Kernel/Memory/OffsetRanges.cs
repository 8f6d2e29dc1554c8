namespace Zonix.Kernel.Memory;

/// <summary>A set of numbers, kept as few disjoint ranges in ascending order. Not thread safe.</summary>
internal sealed class OffsetRanges
{
    private readonly List<(ulong Start, ulong End)> _ranges = [];

    internal bool IsEmpty => _ranges.Count == 0;

    internal bool Overlaps(ulong start, ulong end)
    {
        int index = IndexAbove(start);
        return index < _ranges.Count && _ranges[index].Start < end;
    }

    internal void Add(ulong start, ulong end)
    {
        int index = IndexAbove(start == 0 ? 0 : start - 1);
        while (index < _ranges.Count && _ranges[index].Start <= end)
        {
            start = Math.Min(start, _ranges[index].Start);
            end = Math.Max(end, _ranges[index].End);
            _ranges.RemoveAt(index);
        }

        _ranges.Insert(index, (start, end));
    }

    internal void Remove(ulong start, ulong end)
    {
        int index = IndexAbove(start);
        while (index < _ranges.Count && _ranges[index].Start < end)
        {
            (ulong first, ulong last) = _ranges[index];
            _ranges.RemoveAt(index);
            if (first < start)
                _ranges.Insert(index++, (first, start));
            if (last > end)
                _ranges.Insert(index++, (end, last));
        }
    }

    /// <summary>The lowest free range of <paramref name="length"/> at or above <paramref name="from"/>.</summary>
    internal ulong FindFree(ulong from, ulong length)
    {
        for (int i = IndexAbove(from); i < _ranges.Count; i++)
        {
            if (_ranges[i].Start >= from + length)
                break;
            from = _ranges[i].End;
        }

        return from;
    }

    /// <summary>Takes any one range out.</summary>
    internal bool TakeAny(out ulong start, out ulong end)
    {
        (start, end) = _ranges.Count == 0 ? (0, 0) : _ranges[^1];
        if (_ranges.Count == 0)
            return false;
        _ranges.RemoveAt(_ranges.Count - 1);
        return true;
    }

    private int IndexAbove(ulong value)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ranges[middle].End <= value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

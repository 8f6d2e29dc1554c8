using Zonix.Abi;
using Zonix.Kernel.Memory;

namespace Zonix.Kernel.Tests.Memory;

/// <summary>The obvious address space: one entry for each page.</summary>
internal sealed class PageModel
{
    private readonly SortedDictionary<ulong, Page> _pages = [];

    internal record struct Page(Prot Protection, VmaFlags Flags);

    internal IEnumerable<KeyValuePair<ulong, Page>> Pages => _pages;

    internal void Map(ulong start, ulong end, Prot protection, VmaFlags flags)
    {
        for (ulong at = start; at < end; at += 4096)
            _pages[at] = new Page(protection, flags);
    }

    internal void Unmap(ulong start, ulong end)
    {
        for (ulong at = start; at < end; at += 4096)
            _pages.Remove(at);
    }

    /// <summary>mprotect: false at the first hole, after changing what lies before it.</summary>
    internal bool Protect(ulong start, ulong end, Prot protection)
    {
        for (ulong at = start; at < end; at += 4096)
        {
            if (!_pages.TryGetValue(at, out Page page))
                return false;
            _pages[at] = page with { Protection = protection };
        }

        return true;
    }

    internal bool Overlaps(ulong start, ulong end)
    {
        for (ulong at = start; at < end; at += 4096)
        {
            if (_pages.ContainsKey(at))
                return true;
        }

        return false;
    }

    internal void Move(ulong from, ulong to, ulong length)
    {
        var moved = new List<Page>();
        for (ulong at = 0; at < length; at += 4096)
            moved.Add(_pages[from + at]);
        Unmap(from, from + length);
        for (int i = 0; i < moved.Count; i++)
            _pages[to + ((ulong)i * 4096)] = moved[i];
    }

    /// <summary>Whether mremap sees one area here: all pages alike.</summary>
    internal bool IsUniform(ulong start, ulong length)
    {
        if (!_pages.TryGetValue(start, out Page first))
            return false;
        for (ulong at = 0; at < length; at += 4096)
        {
            if (!_pages.TryGetValue(start + at, out Page page) || page != first)
                return false;
        }

        return true;
    }
}

namespace Zonix.Machine;

/// <summary>
/// The private code of one window: memory that is anonymous, writable, or whose file is not known. Pages that the guest may
/// write and the host holds back are watched; they outlive the translations when the cache is emptied. Guarded by the
/// cache's lock.
/// </summary>
internal sealed class PrivateCode(CodeCache cache, MemoryWindow window)
{
    private const int PageShift = 12;

    private readonly HashSet<ulong> _watched = [];

    /// <summary>The translations.</summary>
    internal CodeUnit Unit { get; } = new(null);

    /// <summary>Takes the host's write permission from a page whose code is about to be read.</summary>
    internal void Watch(ulong address)
    {
        _watched.Add(address >> PageShift);
        window.SetPageWritable(address & ~4095UL, writable: false);
    }

    /// <summary>
    /// Drops the translations that touch a range. The caller gives the pages their protection anew: they are watched no more.
    /// </summary>
    internal void Drop(ulong start, ulong end)
    {
        ulong first = start >> PageShift, last = (end - 1) >> PageShift;
        if (_watched.Count != 0)
            _watched.RemoveWhere(page => page >= first && page <= last);
        Unit.Renew(cache.Generation);
        if (Unit.Pages.Count == 0)
            return;
        if (last - first < (ulong)Unit.Pages.Count)
        {
            for (ulong page = first; page <= last; page++)
                DropPage(page);
            return;
        }

        foreach (ulong page in Unit.Pages.ToArray())
        {
            if (page >= first && page <= last)
                DropPage(page);
        }
    }

    /// <summary>Lets writes to a range go through, whose translations are about to be dropped.</summary>
    internal void Unwatch(ulong start, ulong end)
    {
        foreach (ulong page in _watched.ToArray())
        {
            if (page < start >> PageShift || page > (end - 1) >> PageShift)
                continue;
            _watched.Remove(page);
            if (window.IsExecutable(page << PageShift, out CodeRange range) && (range.Protection & MemoryProtection.Write) != 0)
                window.SetPageWritable(page << PageShift, writable: true);
        }
    }

    /// <summary>Lets a write to a page that is watched because its code was translated go through.</summary>
    /// <returns>True when the page was watched, and the access can be tried again.</returns>
    internal bool ResolveWrite(ulong address)
    {
        ulong page = address >> PageShift;
        if (!_watched.Contains(page))
            return false;
        if (!window.IsExecutable(address, out CodeRange range) || (range.Protection & MemoryProtection.Write) == 0)
            return false;
        Unit.Renew(cache.Generation);
        DropPage(page);
        _watched.Remove(page);
        window.SetPageWritable(page << PageShift, writable: true);
        return true;
    }

    /// <summary>Takes the host's write permission from those pages of a range that have translations.</summary>
    internal void ProtectTranslatedPages(ulong start, ulong end)
    {
        Unit.Renew(cache.Generation);
        for (ulong page = start >> PageShift; page <= (end - 1) >> PageShift; page++)
        {
            if (Unit.HasPage(page))
                Watch(page << PageShift);
            else
                _watched.Remove(page);
        }
    }

    private void DropPage(ulong page)
    {
        if (Unit.DropPage(page, cache, window.HeldCode))
            cache.Counters.Invalidations++;
    }
}

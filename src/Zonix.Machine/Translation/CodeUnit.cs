namespace Zonix.Machine;

/// <summary>
/// Translations that live and die together: those of one mapping of a file, shared by all windows that have it at the same
/// place, or all private code of one window. Blocks never leave their unit, and only blocks of the same unit jump to each
/// other directly. Guarded by the cache's lock.
/// </summary>
internal sealed class CodeUnit
{
    private const int PageShift = 12;

    private readonly Dictionary<ulong, PageCode> _pages = [];
    private int _generation;

    /// <summary>A unit of a file's code; without a key, the private one of a window.</summary>
    internal CodeUnit(CodeUnitKey? key) => Key = key;

    /// <summary>What it is known by; null for private ones.</summary>
    internal CodeUnitKey? Key { get; }

    /// <summary>Whether x87 or MMX code has been translated; only then its state is loaded and stored.</summary>
    internal bool UsesFpu { get; set; }

    /// <summary>The numbers of the pages that have translations.</summary>
    internal Dictionary<ulong, PageCode>.KeyCollection Pages => _pages.Keys;

    /// <summary>What is known of the page that holds an address.</summary>
    internal PageCode? PageOf(ulong guest) => _pages.GetValueOrDefault(guest >> PageShift);

    internal bool HasPage(ulong page) => _pages.ContainsKey(page);

    /// <summary>Code for a guest address, entered as from an indirect jump; 0 when there is none yet.</summary>
    internal nint FindIndirect(ulong guest) =>
        _pages.TryGetValue(guest >> PageShift, out PageCode? page) ? page.Entries.GetValueOrDefault(guest) : 0;

    /// <summary>Where a host jump or call may enter the code of a guest address; 0 when there is none yet.</summary>
    internal nint FindEntry(ulong guest, bool isCall, out Block? owner)
    {
        if (!isCall)
            return FindDirect(guest, out owner);
        owner = null;
        return _pages.TryGetValue(guest >> PageShift, out PageCode? page) && page.Starts.TryGetValue(guest, out owner) ? owner.Start : 0;
    }

    /// <summary>Code for a direct jump to a guest address, also in the middle of a block.</summary>
    internal nint FindDirect(ulong guest, out Block? owner)
    {
        owner = null;
        if (!_pages.TryGetValue(guest >> PageShift, out PageCode? page))
            return 0;
        if (page.Starts.TryGetValue(guest, out Block? exact))
        {
            owner = exact;
            return exact.Direct;
        }

        foreach (Block block in page.Blocks)
        {
            if (guest < block.Guest || guest >= block.GuestEnd)
                continue;
            nint entry = block.FindEntry(guest);
            if (entry == 0)
                continue;
            owner = block;
            return entry;
        }

        return 0;
    }

    /// <summary>Makes a new block known.</summary>
    internal void Add(Block block)
    {
        for (ulong page = block.Guest >> PageShift; page <= (block.GuestEnd - 1) >> PageShift; page++)
        {
            PageCode code = GetPage(page);
            code.Blocks.Add(block);
            code.Starts.TryAdd(block.Guest, block);
        }

        GetPage(block.Guest >> PageShift).Entries[block.Guest] = block.Host;
        foreach ((ulong guest, nint host) in block.ReturnSites)
        {
            if (Holds(guest))
                GetPage(guest >> PageShift).Entries[guest] = host;
        }
    }

    /// <summary>Whether the tables may lead from an address to this unit. A return address behind the last byte is another's.</summary>
    internal bool Holds(ulong guest) => Key is not { } key || guest < key.End;

    /// <summary>
    /// Forgets the blocks that have bytes on a page, and makes jumps to them exits again. Threads may still be inside.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    internal bool DropPage(ulong page, CodeCache cache, CodeSpace? space)
    {
        if (!_pages.Remove(page, out PageCode? code))
            return false;
        foreach (Block block in code.Blocks)
        {
            block.IsDead = true;
            Forget(block.Guest, block.Host, space);
            foreach ((ulong guest, nint host) in block.ReturnSites)
                Forget(guest, host, space);
            cache.Disconnect(block);
            for (ulong other = block.Guest >> PageShift; other <= (block.GuestEnd - 1) >> PageShift; other++)
            {
                if (other == page || !_pages.TryGetValue(other, out PageCode? neighbour))
                    continue;
                neighbour.Blocks.Remove(block);
                neighbour.Starts.Remove(block.Guest);
            }
        }

        return true;
    }

    /// <summary>Forgets what belongs to an older generation of the cache. Called before anything else is asked.</summary>
    internal void Renew(int generation)
    {
        if (_generation == generation)
            return;
        _generation = generation;
        _pages.Clear();
    }

    private PageCode GetPage(ulong page)
    {
        if (!_pages.TryGetValue(page, out PageCode? code))
            _pages.Add(page, code = new PageCode());
        return code;
    }

    private void Forget(ulong guest, nint host, CodeSpace? space)
    {
        space?.ClearEntry(guest, host);
        if (_pages.TryGetValue(guest >> PageShift, out PageCode? page) && page.Entries.GetValueOrDefault(guest) == host)
            page.Entries.Remove(guest);
    }
}

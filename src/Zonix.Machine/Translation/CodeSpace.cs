using System.Diagnostics;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// The translations of one address space: the flat table through which indirect jumps find code, and the pages whose code
/// has been translated. Guarded by the cache's lock; the table is read by translated code without any.
/// </summary>
internal sealed unsafe class CodeSpace : IDisposable
{
    /// <summary>Bytes of code at a block's start that only indirect jumps run: they have used the window's base register.</summary>
    internal const int IndirectPrologue = 5;

    /// <summary>Bytes of code before that, which host calls run.</summary>
    internal const int CallPrologue = 5;

    private static readonly nuint s_tableSize = (nuint)16 << 30;
    private const int PageShift = 12;

    private readonly CodeCache _cache;
    private readonly MemoryWindow _window;
    private readonly Dictionary<ulong, PageCode> _pages = [];

    // Pages that the guest may write and the host holds back; they outlive the translations when the cache is emptied.
    private readonly HashSet<ulong> _watched = [];
    private readonly BlockTranslator _translator;
    private readonly nint _area = CodeArea.Shared.Base;
    private bool _tableDirty;

    internal CodeSpace(CodeCache cache, MemoryWindow window)
    {
        _cache = cache;
        _window = window;
        TableBase = HostMemory.Allocate(s_tableSize);
        if (TableBase == 0)
            throw new InsufficientMemoryException("the host has no address space for a code table");
        _ = HostMemory.Advise(TableBase, s_tableSize, HostAdvice.NoHugePage);
        _translator = new BlockTranslator(cache, this, window);
        cache.Attach(this);
    }

    /// <summary>The flat table: four bytes for every guest address of 32 bits.</summary>
    internal nint TableBase { get; }

    /// <summary>Whether x87 or MMX code has been translated; only then its state is loaded and stored.</summary>
    internal bool UsesFpu { get; set; }

    internal CodeCache Cache => _cache;

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Detach(this);
        HostMemory.Release(TableBase, s_tableSize);
    }

    /// <summary>Code for a guest address, entered as from an indirect jump; 0 when there is none yet.</summary>
    internal nint Lookup(ulong guest)
    {
        uint entry = ((uint*)TableBase)[(uint)guest];
        return entry == 0 ? 0 : _area + (nint)entry;
    }

    /// <summary>
    /// Code for a guest address, translated if need be; entered as from an indirect jump.
    /// </summary>
    /// <returns>0 when the address cannot be executed.</returns>
    internal nint FindOrTranslate(ulong guest)
    {
        lock (_cache.Lock)
        {
            nint host = Lookup(guest);
            if (host != 0)
                return host;
            _cache.Counters.Misses++;
            return Translate(guest)?.Host ?? 0;
        }
    }

    /// <summary>Code to go on with at a guest address, also in the middle of a block. Not to be put into the table.</summary>
    /// <returns>0 when the address cannot be executed.</returns>
    internal nint Resume(ulong guest)
    {
        nint host = _window.Kind == WindowKind.Small ? Lookup(guest) : 0;
        if (host != 0)
            return host;
        lock (_cache.Lock)
        {
            host = FindDirect(guest, out _);
            return host != 0 ? host : Translate(guest)?.Host ?? 0;
        }
    }

    /// <summary>Resolves an exit by a direct jump: finds or translates its target, and points the jump there.</summary>
    /// <returns>Where to go on; 0 when the target cannot be executed.</returns>
    internal nint FollowLink(int index, int generation, ulong target)
    {
        lock (_cache.Lock)
        {
            // What a processor brings from an older generation names nothing any more.
            bool isCall = generation == _cache.Generation && _cache.Link(index).IsCall;
            nint entry = FindEntry(target, isCall, out Block? owner);
            if (entry == 0)
            {
                owner = Translate(target);
                if (owner is null)
                    return 0;
                entry = isCall ? owner.Start : owner.Direct;
            }

            // Translation may have flushed the cache, and the link with it.
            if (generation == _cache.Generation && !_cache.Link(index).Owner.IsDead)
                Connect(index, entry, owner!);
            // The stub has taken the return address off the host's stack.
            return isCall ? owner!.Direct : entry;
        }
    }

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

    /// <summary>Patches a link and remembers who jumps where.</summary>
    internal void Connect(int index, nint entry, Block owner)
    {
        ref LinkInfo link = ref _cache.Link(index);
        // Two processors may come through the same stub; a link is in one chain, once.
        if (link.IsConnected)
            return;
        link.IsConnected = true;
        link.Next = owner.FirstIncoming;
        owner.FirstIncoming = index;
        CodeCache.Patch(link.Site, entry);
        _cache.Counters.Links++;
    }

    /// <summary>Translates exactly one instruction that no one else will find; for stores into their own block.</summary>
    internal Block? TranslateOnce(ulong guest)
    {
        lock (_cache.Lock)
        {
            if (_cache.IsFull)
                _cache.Flush();
            return _translator.Translate(guest, single: true);
        }
    }

    /// <summary>
    /// Drops the translations that touch a range. The caller gives the pages their protection anew: they are watched no more.
    /// </summary>
    internal void Invalidate(ulong address, ulong length)
    {
        lock (_cache.Lock)
        {
            ulong first = address >> PageShift, last = (address + length - 1) >> PageShift;
            if (_watched.Count != 0)
                _watched.RemoveWhere(page => page >= first && page <= last);
            if (_pages.Count == 0)
                return;
            if (last - first < (ulong)_pages.Count)
            {
                for (ulong page = first; page <= last; page++)
                    DropPage(page);
                return;
            }

            foreach (ulong page in _pages.Keys.ToArray())
            {
                if (page >= first && page <= last)
                    DropPage(page);
            }
        }
    }

    /// <summary>Lets a write to a page that is watched because its code was translated go through.</summary>
    /// <returns>True when the page was watched, and the access can be tried again.</returns>
    internal bool ResolveWrite(ulong address)
    {
        lock (_cache.Lock)
        {
            ulong page = address >> PageShift;
            if (!_watched.Contains(page))
                return false;
            if (!_window.IsExecutable(address, out _, out MemoryProtection protection) || (protection & MemoryProtection.Write) == 0)
                return false;
            DropPage(page);
            _watched.Remove(page);
            _window.SetPageWritable(page << PageShift, writable: true);
            return true;
        }
    }

    /// <summary>Takes the host's write permission from those pages of a range that have translations.</summary>
    internal void ProtectTranslatedPages(ulong address, ulong length)
    {
        lock (_cache.Lock)
        {
            for (ulong page = address >> PageShift; page <= (address + length - 1) >> PageShift; page++)
            {
                if (_pages.ContainsKey(page))
                    Watch(page << PageShift);
                else
                    _watched.Remove(page);
            }
        }
    }

    /// <summary>Takes the host's write permission from a page whose code is about to be read.</summary>
    internal void Watch(ulong address)
    {
        _watched.Add(address >> PageShift);
        _window.SetPageWritable(address & ~4095UL, writable: false);
    }

    /// <summary>Forgets everything, after the cache was emptied.</summary>
    internal void Clear()
    {
        _pages.Clear();
        if (_tableDirty)
            _ = HostMemory.Advise(TableBase, s_tableSize, HostAdvice.DontNeed);
        _tableDirty = false;
    }

    private Block? Translate(ulong guest)
    {
        long started = Stopwatch.GetTimestamp();
        if (_cache.IsFull)
            _cache.Flush();
        Block? block = _translator.Translate(guest, single: false);
        if (block is not null)
            Publish(block);
        _cache.Counters.TranslationTicks += Stopwatch.GetElapsedTime(started).Ticks;
        return block;
    }

    private void Publish(Block block)
    {
        for (ulong page = block.Guest >> PageShift; page <= (block.GuestEnd - 1) >> PageShift; page++)
        {
            if (!_pages.TryGetValue(page, out PageCode? code))
                _pages.Add(page, code = new PageCode());
            code.Blocks.Add(block);
            code.Starts.TryAdd(block.Guest, block);
        }

        ((uint*)TableBase)[(uint)block.Guest] = (uint)(block.Host - _area);
        foreach ((ulong guest, nint host) in block.ReturnSites)
            ((uint*)TableBase)[(uint)guest] = (uint)(host - _area);
        _tableDirty = true;
        _translator.ResolveOwnLinks(block);
    }

    private void DropPage(ulong page)
    {
        if (!_pages.Remove(page, out PageCode? code))
            return;
        _cache.Counters.Invalidations++;
        foreach (Block block in code.Blocks)
        {
            block.IsDead = true;
            ClearEntry(block.Guest, block.Host);
            foreach ((ulong guest, nint host) in block.ReturnSites)
                ClearEntry(guest, host);
            for (int index = block.FirstIncoming; index >= 0;)
            {
                ref LinkInfo link = ref _cache.Link(index);
                CodeCache.Patch(link.Site, link.Stub);
                link.IsConnected = false;
                index = link.Next;
            }

            block.FirstIncoming = -1;
            for (ulong other = block.Guest >> PageShift; other <= (block.GuestEnd - 1) >> PageShift; other++)
            {
                if (other == page || !_pages.TryGetValue(other, out PageCode? neighbour))
                    continue;
                neighbour.Blocks.Remove(block);
                neighbour.Starts.Remove(block.Guest);
            }
        }
    }

    private void ClearEntry(ulong guest, nint host)
    {
        uint* entry = &((uint*)TableBase)[(uint)guest];
        if (*entry == (uint)(host - _area))
            *entry = 0;
    }

    /// <summary>The blocks that have bytes on one guest page.</summary>
    private sealed class PageCode
    {
        internal List<Block> Blocks { get; } = [];

        /// <summary>Blocks by the address of their first instruction.</summary>
        internal Dictionary<ulong, Block> Starts { get; } = [];
    }
}

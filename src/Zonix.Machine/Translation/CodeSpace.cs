using System.Diagnostics;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// A set of units and the flat table through which indirect jumps find their code, shared by all windows with the same set
/// (docs/adr/0004). Guarded by the cache's lock; the table is also read without, by processors that have announced
/// themselves in guest code.
/// </summary>
internal sealed unsafe class CodeSpace
{
    /// <summary>Bytes of code at a block's start that only indirect jumps run: they have used the window's base register.</summary>
    internal const int IndirectPrologue = 5;

    /// <summary>Bytes of code before that, which host calls run.</summary>
    internal const int CallPrologue = 5;

    /// <summary>Bytes of table for one page of guest code.</summary>
    internal const int TableBytesOfPage = 4 * 4096;

    internal static readonly nuint TableSize = (nuint)16 << 30;
    private const int PageShift = 12;

    private readonly CodeCache _cache;
    private readonly nint _area = CodeArea.Shared.Base;
    private readonly HashSet<ulong> _filled;
    private volatile bool _usesFpu;

    internal CodeSpace(CodeCache cache, CodeUnitSet units, nint table)
        : this(cache, units, table, [])
    {
    }

    private CodeSpace(CodeCache cache, CodeUnitSet units, nint table, HashSet<ulong> filled)
    {
        _cache = cache;
        TableBase = table;
        _filled = filled;
        Set(units);
    }

    /// <summary>The flat table: four bytes for every guest address of 32 bits.</summary>
    internal nint TableBase { get; }

    /// <summary>What it leads to.</summary>
    internal CodeUnitSet Units { get; private set; } = null!;

    /// <summary>Whether one of the units has x87 or MMX code.</summary>
    internal bool UsesFpu => _usesFpu;

    /// <summary>Windows that have this space.</summary>
    internal int Windows { get; set; }

    /// <summary>Programs come through this set again and again: it is kept when a window goes on to a larger one.</summary>
    internal bool IsWaypoint { get; init; }

    /// <summary>Bytes of the table that may have been touched.</summary>
    internal long TableBytes => (long)_filled.Count * TableBytesOfPage;

    private bool HasTable => TableBase != _cache.Library.EmptyTable;

    /// <summary>Code for a guest address, entered as from an indirect jump; 0 when the table knows none.</summary>
    internal nint Lookup(ulong guest)
    {
        uint entry = ((uint*)TableBase)[(uint)guest];
        return entry == 0 ? 0 : _area + (nint)entry;
    }

    /// <summary>Code for a guest address, translated if need be; entered as from an indirect jump.</summary>
    /// <returns>0 when the address cannot be executed, or the window has left this space.</returns>
    internal nint FindOrTranslate(MemoryWindow window, ulong guest)
    {
        lock (_cache.Lock)
        {
            if (UnitOf(window, guest) is not { } unit)
                return 0;
            nint host = FindIndirect(unit, guest);
            if (host != 0)
                return host;
            _cache.Counters.Misses++;
            return Translate(window, unit, guest)?.Host ?? TranslateAlone(window, unit, guest);
        }
    }

    /// <summary>Code to go on with at a guest address, also in the middle of a block. Not to be put into the table.</summary>
    /// <returns>0 when the address cannot be executed, or the window has left this space.</returns>
    internal nint Resume(MemoryWindow window, ulong guest)
    {
        lock (_cache.Lock)
        {
            if (UnitOf(window, guest) is not { } unit)
                return 0;
            nint host = FindIndirect(unit, guest);
            if (host == 0)
                host = unit.FindDirect(guest, out _);
            return host != 0 ? host : Translate(window, unit, guest)?.Host ?? TranslateAlone(window, unit, guest);
        }
    }

    /// <summary>Resolves an exit by a direct jump: finds or translates its target, and points the jump there.</summary>
    /// <returns>Where to go on; 0 when the target cannot be executed, or the window has left this space.</returns>
    internal nint FollowLink(MemoryWindow window, int index, int generation, ulong target)
    {
        lock (_cache.Lock)
        {
            if (UnitOf(window, target) is not { } unit)
                return 0;

            // What a processor brings from an older generation names nothing any more.
            bool isCall = generation == _cache.Generation && _cache.Link(index).IsCall;
            nint entry = unit.FindEntry(target, isCall, out Block? owner);
            if (entry == 0)
            {
                owner = Translate(window, unit, target);
                if (owner is null)
                    return TranslateAlone(window, unit, target);
                entry = isCall ? owner.Start : owner.Direct;
            }

            // Translation may have flushed the cache, and the link with it.
            if (generation == _cache.Generation && !_cache.Link(index).Owner.IsDead)
            {
                if (_cache.Link(index).Owner.Unit == unit)
                    _cache.Connect(index, entry, owner!);
                else
                    _cache.ConnectThroughTable(index, window.Kind);
            }

            // The stub has taken the return address off the host's stack.
            return isCall ? owner!.Direct : entry;
        }
    }

    /// <summary>
    /// Translates exactly one instruction that no one else will find: a store into its own block, or an instruction that
    /// runs on into another unit.
    /// </summary>
    /// <returns>Where to enter it; 0 when the address cannot be executed, or the window has left this space.</returns>
    internal nint TranslateOnce(MemoryWindow window, ulong guest)
    {
        lock (_cache.Lock)
            return UnitOf(window, guest) is { } unit ? TranslateAlone(window, unit, guest) : 0;
    }

    /// <summary>Takes in units, or one that now uses the FPU. Processors that run here must be stopped when that is new.</summary>
    internal void Set(CodeUnitSet units)
    {
        Units = units;
        foreach (CodeUnit unit in units.Units)
            _usesFpu |= unit.UsesFpu;
    }

    /// <summary>
    /// A space for another set that takes this one's table over, without the entries of an address range. Nobody may run
    /// here any more.
    /// </summary>
    internal CodeSpace SucceedWithout(CodeUnitSet units, ulong start, ulong end)
    {
        if (HasTable && _filled.Count != 0)
        {
            foreach (ulong page in _filled)
            {
                if (page >= start >> PageShift && page <= (end - 1) >> PageShift)
                    new Span<uint>((uint*)TableBase + (uint)(page << PageShift), 1 << PageShift).Clear();
            }

            _filled.RemoveWhere(page => page >= start >> PageShift && page <= (end - 1) >> PageShift);
        }

        return new CodeSpace(_cache, units, TableBase, _filled);
    }

    internal void ClearEntry(ulong guest, nint host)
    {
        if (!HasTable)
            return;
        uint* entry = &((uint*)TableBase)[(uint)guest];
        if (*entry == (uint)(host - _area))
            *entry = 0;
    }

    /// <summary>Forgets everything, after the cache was emptied.</summary>
    internal void Clear()
    {
        if (_filled.Count != 0 && HasTable)
            _ = HostMemory.Advise(TableBase, TableSize, HostAdvice.DontNeed);
        _filled.Clear();
    }

    /// <summary>The unit of an executable address; null when there is none, or when the window has gone to another space.</summary>
    private CodeUnit? UnitOf(MemoryWindow window, ulong guest)
    {
        CodeUnit? unit = window.Code == this ? window.UnitOf(guest) : null;
        unit?.Renew(_cache.Generation);
        return unit;
    }

    /// <summary>What the unit knows enters the table page by page, when the first address of a page is missed.</summary>
    private nint FindIndirect(CodeUnit unit, ulong guest)
    {
        if (unit.PageOf(guest) is not { } page || !page.Entries.TryGetValue(guest, out nint host))
            return 0;
        if (!HasTable || Lookup(guest) != 0)
            return host;
        foreach ((ulong address, nint code) in page.Entries)
            ((uint*)TableBase)[(uint)address] = (uint)(code - _area);
        _filled.Add(guest >> PageShift);
        _cache.Counters.Fills++;
        return host;
    }

    private nint TranslateAlone(MemoryWindow window, CodeUnit unit, ulong guest)
    {
        MakeRoom(unit);
        bool usedFpu = unit.UsesFpu;
        nint host = _cache.Translator.Translate(window, unit, guest, single: true)?.Direct ?? 0;
        if (unit.UsesFpu != usedFpu)
            _cache.Library.NoteFpu(unit);
        return host;
    }

    private Block? Translate(MemoryWindow window, CodeUnit unit, ulong guest)
    {
        long started = Stopwatch.GetTimestamp();
        MakeRoom(unit);
        bool usedFpu = unit.UsesFpu;
        Block? block = _cache.Translator.Translate(window, unit, guest, single: false);
        if (unit.UsesFpu != usedFpu)
            _cache.Library.NoteFpu(unit);
        if (block is not null)
        {
            unit.Add(block);
            Enter(unit, block);
            _cache.Translator.ResolveOwnLinks(block);
        }

        _cache.Counters.TranslationTicks += Stopwatch.GetElapsedTime(started).Ticks;
        return block;
    }

    private void MakeRoom(CodeUnit unit)
    {
        if (!_cache.IsFull)
            return;
        _cache.Flush();
        unit.Renew(_cache.Generation);
    }

    private void Enter(CodeUnit unit, Block block)
    {
        if (!HasTable)
            return;
        ((uint*)TableBase)[(uint)block.Guest] = (uint)(block.Host - _area);
        _filled.Add(block.Guest >> PageShift);
        foreach ((ulong guest, nint host) in block.ReturnSites)
        {
            if (!unit.Holds(guest))
                continue;
            ((uint*)TableBase)[(uint)guest] = (uint)(host - _area);
            _filled.Add(guest >> PageShift);
        }
    }
}

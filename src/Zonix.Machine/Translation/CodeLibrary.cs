using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// The units of a machine's code and the spaces made of them. A space without windows is kept for the next program that
/// comes to the same set, within limits. Guarded by the cache's lock.
/// </summary>
internal sealed class CodeLibrary
{
    /// <summary>Spaces that are kept without windows. Each reserves 16 GiB of the host's address space.</summary>
    internal const int DefaultIdleSpaces = 128;

    /// <summary>Bytes of their tables, at most.</summary>
    internal const long IdleTableBytes = 96 << 20;

    private const int MaxPassed = 4096;

    private readonly CodeCache _cache;
    private readonly Dictionary<CodeUnitKey, CodeUnit> _units = [];
    private readonly Dictionary<CodeUnitSet, CodeSpace> _shared = [];
    private readonly HashSet<CodeSpace> _private = [];

    // Sets that a window has gone through with one and the same table: the next one that comes through leaves spaces there.
    private readonly HashSet<CodeUnitSet> _passed = [];

    // The oldest first.
    private readonly List<CodeSpace> _idle = [];
    private bool _disposed;

    internal CodeLibrary(CodeCache cache)
    {
        _cache = cache;
        EmptyTable = HostMemory.Allocate(CodeSpace.TableSize);
        if (EmptyTable == 0)
            throw new InsufficientMemoryException("the host has no address space for a code table");
    }

    /// <summary>How many spaces are kept without windows.</summary>
    internal int IdleSpaces { get; set; } = DefaultIdleSpaces;

    /// <summary>
    /// Zeros that nobody writes, in place of a table when the host has no address space left: every look-up is a miss then,
    /// which is slow and correct.
    /// </summary>
    internal nint EmptyTable { get; }

    internal int UnitCount => _units.Count;

    internal int SpaceCount => _shared.Count + _private.Count;

    internal int IdleCount => _idle.Count;

    /// <summary>The unit of a key.</summary>
    internal CodeUnit UnitOf(in CodeUnitKey key)
    {
        if (_units.TryGetValue(key, out CodeUnit? unit))
        {
            _cache.Counters.UnitHits++;
            return unit;
        }

        _units.Add(key, unit = new CodeUnit(key));
        return unit;
    }

    /// <summary>The space of a set, for a window that comes from another one, and leaves it.</summary>
    internal CodeSpace Enter(CodeUnitSet units, CodeSpace? previous, MemoryWindow window)
    {
        if (!units.IsPrivate && _shared.TryGetValue(units, out CodeSpace? space))
        {
            Join(space);
            Leave(previous);
            _cache.Counters.SpaceHits++;
            return space;
        }

        if (previous is not null && CanGrow(previous, units, window))
        {
            Grow(previous, units);
            return previous;
        }

        space = new CodeSpace(_cache, units, TakeTable()) { IsWaypoint = _passed.Contains(units) };
        _ = units.IsPrivate ? _private.Add(space) : _shared.TryAdd(units, space);
        space.Windows = 1;
        Leave(previous);
        return space;
    }

    /// <summary>One more window has a space.</summary>
    internal void Join(CodeSpace space)
    {
        if (space.Windows++ == 0)
            _idle.Remove(space);
    }

    /// <summary>One window less has a space.</summary>
    internal void Leave(CodeSpace? space)
    {
        if (space is null || --space.Windows > 0)
            return;
        if (_private.Remove(space) || _disposed)
        {
            Release(space);
            return;
        }

        _idle.Add(space);
        Trim();
    }

    /// <summary>
    /// A private space loses units: another one takes its table over. The window's processors have left it.
    /// </summary>
    internal CodeSpace Shrink(CodeSpace space, CodeUnitSet units, ulong start, ulong end)
    {
        _private.Remove(space);
        CodeSpace next = space.SucceedWithout(units, start, end);
        next.Windows = 1;
        _private.Add(next);
        return next;
    }

    /// <summary>A unit has its first x87 or MMX code: processors that run without the FPU's state must load it first.</summary>
    internal void NoteFpu(CodeUnit unit)
    {
        bool any = false;
        foreach (CodeSpace space in _shared.Values)
            any |= Note(space, unit);
        foreach (CodeSpace space in _private)
            any |= Note(space, unit);
        if (any)
            _cache.Stop(null);
    }

    /// <summary>Everything is dropped: nobody is in guest code.</summary>
    internal void Clear()
    {
        foreach (CodeSpace space in _idle)
        {
            _shared.Remove(space.Units);
            FreeTable(space.TableBase);
        }

        _idle.Clear();
        _passed.Clear();
        var used = new HashSet<CodeUnit>();
        foreach (CodeSpace space in _shared.Values)
        {
            used.UnionWith(space.Units.Units);
            space.Clear();
        }

        foreach (CodeSpace space in _private)
        {
            used.UnionWith(space.Units.Units);
            space.Clear();
        }

        // A window that has such a unit, but no space yet, keeps it for itself.
        foreach ((CodeUnitKey key, CodeUnit unit) in _units)
        {
            if (!used.Contains(unit))
                _units.Remove(key);
        }
    }

    /// <summary>The machine ends. Windows that still live release their tables themselves.</summary>
    internal void Dispose()
    {
        _disposed = true;
        foreach (CodeSpace space in _idle)
            Release(space);
        _idle.Clear();
        HostMemory.Release(EmptyTable, CodeSpace.TableSize);
    }

    private static bool Note(CodeSpace space, CodeUnit unit)
    {
        if (space.UsesFpu || Array.IndexOf(space.Units.Units, unit) < 0)
            return false;
        space.Set(space.Units);
        return true;
    }

    /// <summary>
    /// Whether a window that is alone in its space may simply take it along to a larger set. A thread of another window that
    /// has gone on may still be there.
    /// </summary>
    private bool CanGrow(CodeSpace space, CodeUnitSet units, MemoryWindow window) =>
        space is { Windows: 1, IsWaypoint: false } && space.Units.Kind == units.Kind && units.Includes(space.Units)
        && (units.IsPrivate || !space.Units.IsPrivate) && !_cache.IsAnyoneIn(space, window);

    private void Grow(CodeSpace space, CodeUnitSet units)
    {
        bool usedFpu = space.UsesFpu;
        if (!space.Units.IsPrivate)
        {
            _shared.Remove(space.Units);
            if (_passed.Count >= MaxPassed)
                _passed.Clear();
            _passed.Add(space.Units);
            _ = units.IsPrivate ? _private.Add(space) : _shared.TryAdd(units, space);
        }

        space.Set(units);
        if (space.UsesFpu && !usedFpu)
            _cache.Stop(null);
    }

    private void Trim()
    {
        long bytes = 0;
        foreach (CodeSpace space in _idle)
            bytes += space.TableBytes;
        for (int i = 0; i < _idle.Count && (_idle.Count > IdleSpaces || bytes > IdleTableBytes);)
        {
            CodeSpace oldest = _idle[i];

            // A thread may not have noticed yet that its window has gone on.
            if (_cache.IsAnyoneIn(oldest))
            {
                i++;
                continue;
            }

            bytes -= oldest.TableBytes;
            _idle.RemoveAt(i);
            Release(oldest);
        }
    }

    private nint TakeTable()
    {
        nint table = HostMemory.Allocate(CodeSpace.TableSize);
        while (table == 0 && ReleaseOldest())
            table = HostMemory.Allocate(CodeSpace.TableSize);
        if (table == 0)
            return EmptyTable;
        _ = HostMemory.Advise(table, CodeSpace.TableSize, HostAdvice.NoHugePage);
        return table;
    }

    private bool ReleaseOldest()
    {
        for (int i = 0; i < _idle.Count; i++)
        {
            CodeSpace space = _idle[i];
            if (_cache.IsAnyoneIn(space))
                continue;
            _idle.RemoveAt(i);
            Release(space);
            return true;
        }

        return false;
    }

    private void Release(CodeSpace space)
    {
        _shared.Remove(space.Units);
        _cache.Counters.SpaceReleases++;
        FreeTable(space.TableBase);
    }

    private void FreeTable(nint table)
    {
        if (table != EmptyTable)
            HostMemory.Release(table, CodeSpace.TableSize);
    }
}

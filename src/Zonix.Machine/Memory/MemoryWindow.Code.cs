using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <content>
/// Which memory can be executed, and whose translations it uses (docs/adr/0004). The window's lock is held by whoever changes
/// it, and the code cache's lock while it changes.
/// </content>
public sealed unsafe partial class MemoryWindow
{
    private readonly CodeRanges _executable = new();
    private readonly CodeCache _cache;

    // Null since the ranges have changed: whoever runs next looks for the space.
    private volatile CodeSpace? _code;

    // While the above is null: the space that this window had, which it still holds.
    private CodeSpace? _previous;
    private volatile PrivateCode? _private;

    /// <summary>The translations; null when they must be looked for by <see cref="EnterCode"/>.</summary>
    internal CodeSpace? Code => _code;

    /// <summary>The space that this window holds, whether it runs in it or not.</summary>
    internal CodeSpace? HeldCode => _code ?? _previous;

    /// <summary>
    /// Gives an empty window the code and the local segments of another one, as fork(2) does. Nothing is copied: shared units stay shared; private
    /// code will be translated anew. The memory itself is for the caller to map: mapping executable memory afterwards with the
    /// parent's identities comes to the same space.
    /// </summary>
    public void ShareCode(MemoryWindow parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)parent.Kind, (int)Kind);
        LocalSegments.CopyFrom(parent.LocalSegments);
        lock (_cache.Lock)
        {
            _executable.CopyFrom(parent._executable);
            if (parent._code is not { Units.IsPrivate: false } space || _code is not null || _previous is not null)
                return;
            _cache.Library.Join(space);
            _code = space;
        }
    }

    /// <summary>
    /// Separates a range of code from what other windows see, before somebody changes it behind the guest's back: a debugger
    /// or the kernel. Its translations are dropped.
    /// </summary>
    public void MakeCodePrivate(ulong address, ulong length)
    {
        lock (_lock)
        {
            List<CodeRange> parts = _executable.Cut(address, address + length);
            if (parts.Count == 0)
                return;
            lock (_cache.Lock)
            {
                _private?.Unwatch(address, address + length);
                ForgetCode(address, length);
                foreach (CodeRange part in parts)
                    AddCode(part.Start, part.End - part.Start, part.Protection, null, 0);
            }
        }
    }

    /// <summary>Drops the translations of a range, as when its contents were replaced behind the guest's back.</summary>
    public void InvalidateCode(ulong address, ulong length) => MakeCodePrivate(address, length);

    /// <summary>The space for what can be executed now.</summary>
    internal CodeSpace EnterCode()
    {
        lock (_cache.Lock)
        {
            if (_code is { } known)
                return known;
            CodeSpace space = _cache.Library.Enter(CurrentUnits(), _previous, this);
            _previous = null;
            _code = space;
            return space;
        }
    }

    /// <summary>Whether an address may be executed, and in which range it lies.</summary>
    internal bool IsExecutable(ulong address, out CodeRange range) => _executable.TryFind(address, out range);

    /// <summary>The unit of an executable address. The cache's lock is held.</summary>
    internal CodeUnit? UnitOf(ulong address) =>
        _executable.TryFind(address, out CodeRange range) ? range.Unit ?? Private().Unit : null;

    /// <summary>Takes the host's write permission from a page whose private code is about to be read.</summary>
    internal void Watch(ulong address) => Private().Watch(address);

    /// <summary>Lets a write to a page that is watched because its code was translated go through.</summary>
    /// <returns>True when the page was watched, and the access can be tried again.</returns>
    internal bool ResolveCodeWrite(ulong address)
    {
        if (_private is not { } code)
            return false;
        lock (_cache.Lock)
            return code.ResolveWrite(address);
    }

    private PrivateCode Private() => _private ??= new PrivateCode(_cache, this);

    private CodeUnitSet CurrentUnits()
    {
        ReadOnlySpan<CodeRange> ranges = _executable.All;
        var units = new List<CodeUnit>(ranges.Length);
        bool hasPrivate = false;
        foreach (ref readonly CodeRange range in ranges)
        {
            if (range.Unit is { } unit)
                units.Add(unit);
            else
                hasPrivate = true;
        }

        if (hasPrivate)
            units.Add(Private().Unit);
        return new CodeUnitSet(Kind, [.. units]);
    }

    /// <summary>
    /// Ends the execution of a range. When this returns no thread runs its code any more.
    /// </summary>
    private void ForgetCode(ulong address, ulong length)
    {
        ulong end = address + length;
        if (!_executable.Overlaps(address, end))
            return;
        lock (_cache.Lock)
        {
            var left = new List<CodeRange>();
            foreach (CodeRange range in _executable.All)
            {
                if (range.Start < address)
                    left.Add(Part(range, range.Start, Math.Min(range.End, address)));
                if (range.End > end)
                    left.Add(Part(range, Math.Max(range.Start, end), range.End));
            }

            CodeSpace? held = HeldCode;
            _executable.Replace(left);
            _code = null;
            _previous = held;
            if (held is not null)
                _cache.Stop(this);
            _private?.Drop(address, end);
            if (held is null)
                return;
            CodeUnitSet units = CurrentUnits();
            if (held.Units.IsPrivate && units.IsPrivate)
            {
                // Also the whole of a unit that lives on in parts only: other addresses than those of the range go, too.
                foreach (CodeUnit unit in held.Units.Units)
                {
                    if (unit.Key is not { } key || key.Start >= end || address >= key.End)
                        continue;
                    address = Math.Min(address, key.Start);
                    end = Math.Max(end, key.End);
                }

                _previous = _cache.Library.Shrink(held, units, address, end);
            }
            else
            {
                _previous = null;
                _cache.Library.Leave(held);
            }
        }
    }

    /// <summary>A range can be executed from now on. It was not before.</summary>
    private void AddCode(ulong address, ulong length, MemoryProtection protection, CodeIdentity? identity, ulong offset)
    {
        if ((protection & MemoryProtection.Execute) == 0)
            return;
        lock (_cache.Lock)
        {
            CodeUnit? unit = identity is { } known && (protection & MemoryProtection.Write) == 0
                ? _cache.Library.UnitOf(new CodeUnitKey(known, offset, address, address + length, Kind))
                : null;
            List<CodeRange> ranges = [.. _executable.All, new CodeRange(address, address + length, protection, unit)];
            _executable.Replace(ranges);
            if (_code is not { } held)
                return;
            _previous = held;
            _code = null;
        }
    }

    /// <summary>Whether a range can be executed already, as just this part of just this file.</summary>
    private bool IsKnownCode(ulong address, ulong length, MemoryProtection protection, CodeIdentity? identity, ulong offset) =>
        identity is { } known && protection == (MemoryProtection.Read | MemoryProtection.Execute)
        && _executable.TryFind(address, out CodeRange range) && range.Start == address && range.Unit?.Key is { } key
        && key == new CodeUnitKey(known, offset, address, address + length, Kind);

    private void RestoreCode(List<CodeRange> ranges)
    {
        foreach (CodeRange range in ranges)
            AddCode(range.Start, range.End - range.Start, range.Protection, null, 0);
    }

    /// <summary>Memory has come from another place: what was known of its bytes holds here, too.</summary>
    private void ReceiveCode(ulong to, ulong length, MemoryProtection protection, List<CodeRange> code, ulong from)
    {
        ForgetCode(to, length);
        if (code is [{ Unit.Key: { } whole } only] && only.Start == from && only.End == from + length)
        {
            CodeUnitKey key = whole.Slice(only.Start, only.End);
            AddCode(to, length, protection, key.Identity, key.Offset);
            return;
        }

        AddCode(to, length, protection, null, 0);
    }

    /// <summary>Code that can be executed before and after: it keeps its translations.</summary>
    private int ProtectCode(ulong address, ulong length, MemoryProtection protection, in CodeRange range)
    {
        // Pages that keep their translations must not be written unseen; no new ones may appear meanwhile.
        lock (_cache.Lock)
        {
            if (range.Unit is null && range.Protection != protection)
            {
                List<CodeRange> ranges = [];
                foreach (CodeRange other in _executable.All)
                {
                    if (other.Start != range.Start)
                        ranges.Add(other);
                }

                if (range.Start < address)
                    ranges.Add(range with { End = address });
                ranges.Add(range with { Start = address, End = address + length, Protection = protection });
                if (range.End > address + length)
                    ranges.Add(range with { Start = address + length });
                _executable.Replace(ranges);
            }

            int error = HostMemory.Protect(Host(address, length), (nuint)length, ToHost(protection));
            if (error == 0 && range.Unit is null && (protection & MemoryProtection.Write) != 0)
                _private?.ProtectTranslatedPages(address, address + length);
            return error;
        }
    }

    private void LeaveCode()
    {
        lock (_cache.Lock)
        {
            CodeSpace? held = HeldCode;
            _code = null;
            _previous = null;
            _executable.Replace([]);
            _cache.Library.Leave(held);
        }
    }

    private CodeRange Part(in CodeRange range, ulong start, ulong end) => (range with { Start = start, End = end }) switch
    {
        { Unit.Key: { } key } part when start != range.Start || end != range.End =>
            part with { Unit = _cache.Library.UnitOf(key.Slice(start, end)) },
        var part => part,
    };
}

using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <content>The window of a process that sleeps can be put away: the host allows only so many mappings.</content>
public sealed partial class AddressSpace
{
    private const int FewAreas = 1000;

    private int _accounted;
    private bool _isPutAway = true;

    /// <summary>Where the machine counts its mappings; null in tests.</summary>
    public HostMappings? Mappings { get; set; }

    /// <summary>
    /// Unmaps the window; what is in it alone goes to the section first. Tasks that run meanwhile find out by page faults.
    /// </summary>
    /// <returns>Whether nothing is mapped any more.</returns>
    internal bool PutAway()
    {
        lock (_lock)
        {
            if (_disposed || _isPutAway || HasWrittenCode())
                return false;
            _spare?.Dispose();
            _spare = null;
            for (ulong at = 0; _areas.IndexAbove(at) is var index && index < _areas.Count;)
            {
                Vma area = _areas[index];
                at = area.End;
                if (area.IsInWindow && MayHoldCopies(area) && !KeepCopies(area))
                    return false;
            }

            Window.PutAway();
            for (int i = 0; i < _areas.Count; i++)
                _areas[i].IsInWindow = false;
            _isPutAway = true;
        }

        Account();
        return true;
    }

    private static bool MayHoldCopies(Vma area) => area.Memory is AnonymousMemory ? area.IsFrozen : !area.IsShared && area.WasWritable;

    /// <summary>Pages that are watched for writes because of their translations must stay mapped.</summary>
    private bool HasWrittenCode()
    {
        const Prot Both = Prot.PROT_WRITE | Prot.PROT_EXEC;
        for (int i = 0; i < _areas.Count; i++)
        {
            if ((_areas[i].Protection & Both) == Both)
                return true;
        }

        return false;
    }

    /// <summary>Moves the pages of a private mapping that only the window holds to the section.</summary>
    private bool KeepCopies(Vma area)
    {
        (ulong at, ulong end) = (area.Start, area.End);
        Window.HoldWrites(at, end - at);
        while (Window.FindCopied(at, end, out ulong start, out ulong stop))
        {
            Vma from = _areas.Find(start)!;
            ulong offset = _anonymous.Allocate(start, stop - start);
            if (Window.CopyToSection(start, stop - start, _anonymous.Section, offset) != stop - start)
                return false;
            _areas.SplitAt(start);
            _areas.SplitAt(stop);
            from = _areas.Find(start)!;
            IMemoryObject? origin = from.IsAnonymous ? null : from.Shown;
            var piece = new Vma(start, stop, from.Protection, from.Flags, _anonymous, offset)
            {
                Origin = origin,
                OriginOffset = origin is null ? 0 : from.ShownOffset,
                IsInWindow = true,
                Policy = from.Policy,
            };
            piece.AddReferences();
            _areas.Remove(start, stop, _removed);
            foreach (Vma gone in _removed)
            {
                FreePages(gone);
                gone.ReleaseReferences();
            }

            _removed.Clear();
            _areas.Insert(piece);
            at = stop;
        }

        return true;
    }

    /// <summary>
    /// Whether areas must not become more because of the host's limit: it would fail where nothing can be undone, and the
    /// machine needs mappings itself. Processes with few areas live on what is left.
    /// </summary>
    private bool IsHostFull => _areas.Count > FewAreas && Mappings is { IsExhausted: true };

    /// <summary>Tells the machine how many mappings this has. Not under the lock: others may have to be put away.</summary>
    private void Account()
    {
        if (Mappings is not { } mappings)
            return;
        int now = _isPutAway ? 0 : _areas.Count + 1;
        int difference = now - Interlocked.Exchange(ref _accounted, now);
        if (difference != 0)
            mappings.Change(difference);
    }
}

using Zonix.Host.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Memory;

/// <content>
/// A parent keeps the memory of a child that is gone, for its next child: a shell's children come one after the other, and most
/// of a fork's cost is mapping and unmapping. The spare serves only as long as neither side's areas have changed since it was
/// made; what lies in its pages is written anew.
/// </content>
public sealed partial class AddressSpace
{
    /// <summary>A spare holds no more private pages than this, in bytes.</summary>
    private const ulong SpareLimit = 2 << 20;

    private AddressSpace? _spare;
    private AddressSpace? _origin;
    private int _originVersion;
    private int _ownVersion;

    /// <summary>The last user is gone: the parent may keep this for its next child; otherwise everything is unmapped.</summary>
    internal void Retire()
    {
        Group.Remove(this);
        Executes(null);
        if (_origin is { } origin && CanBeSpare() && origin.TryKeep(this))
            return;
        Dispose();
    }

    private void TakeProperties(AddressSpace parent)
    {
        _startBreak = parent._startBreak;
        _break = parent._break;
        _lockFuture = 0;
        _hasSealed = parent._hasSealed;
        _filePages = 0;
        _peakResident = 0;
        _peakMapped = 0;
        Program = parent.Program.Clone();
        Executes(parent._executed);
    }

    /// <summary>Remembers what this was copied from, and how both looked then.</summary>
    private void NoteOrigin(AddressSpace origin)
    {
        _origin = origin;
        _originVersion = origin._areas.Version;
        _ownVersion = _areas.Version;
    }

    private bool CanBeSpare()
    {
        lock (_lock)
        {
            if (_areas.Version != _ownVersion || _foreign.Count != 0 || _anonymous.Section.HeldBytes > SpareLimit || !_anonymous.IsUnshared)
                return false;
            for (int i = 0; i < _areas.Count; i++)
            {
                Vma area = _areas[i];
                // What others count or watch must not outlive the process, nor code that it has written.
                bool isCounted = area.IsShared && (area.Flags & VmaFlags.Special) == 0;
                bool isWrittenCode = (area.Protection & (Abi.Prot.PROT_WRITE | Abi.Prot.PROT_EXEC)) == (Abi.Prot.PROT_WRITE | Abi.Prot.PROT_EXEC);
                if (isCounted || isWrittenCode || area.IsFrozen)
                    return false;
            }

            _spare?.Dispose();
            _spare = null;
            return true;
        }
    }

    private bool TryKeep(AddressSpace spare)
    {
        lock (_lock)
        {
            if (_disposed || _spare is not null || spare._originVersion != _areas.Version)
                return false;
            _spare = spare;
            return true;
        }
    }

    /// <summary>Makes the spare a copy again; false when there is none that fits. Under the lock.</summary>
    private bool TryReuseSpare(Rlimits limits, out AddressSpace? child)
    {
        child = null;
        if (_spare is not { } spare)
            return false;
        _spare = null;
        // The machine may be putting its window away.
        lock (spare._lock)
        {
            if (spare._originVersion == _areas.Version && Refill(spare))
            {
                spare.Limits = limits;
                spare.Window.LocalSegments.CopyFrom(Window.LocalSegments);
                spare.User = null;
                spare.TakeProperties(this);
                spare.NoteOrigin(this);
                Group.Add(spare);
                child = spare;
                return true;
            }
        }

        spare.Dispose();
        return false;
    }

    private bool Refill(AddressSpace spare)
    {
        int next = 0;
        ulong copied = 0;
        for (int i = 0; i < _areas.Count; i++)
        {
            Vma area = _areas[i];
            if ((area.Flags & VmaFlags.DontFork) != 0)
                continue;
            int first = next;
            while (next < spare._areas.Count && spare._areas[next].Start < area.End)
                next++;
            if ((area.Flags & VmaFlags.WipeOnFork) != 0 || area.IsShared)
                continue;
            bool refilled = area.Memory is AnonymousMemory
                ? !area.IsFrozen && RefillExclusive(area, spare, spare._areas[first], ref copied)
                : RefillWritten(area, spare, first, next, ref copied);
            if (!refilled)
                return false;
        }

        // Pages that the last child had and this one has not.
        return spare._anonymous.Section.HeldBytes == copied || DropOthers(spare);
    }

    private bool RefillExclusive(Vma area, AddressSpace spare, Vma copy, ref ulong copied)
    {
        MemorySection section = ((AnonymousMemory)area.Memory).Section;
        ulong limit = area.Offset + area.Length, total = 0;
        for (ulong at = area.Offset; section.FindData(at, limit, out ulong start, out ulong end); at = end)
        {
            total += end - start;
            if (total > CopyLimit || !Rewrite(area, spare, copy, area.Start + (start - area.Offset), end - start))
                return false;
        }

        copied += total;
        return true;
    }

    /// <summary>A private mapping of a file: the pages that were written since it was mapped must be the same as last time.</summary>
    private bool RefillWritten(Vma area, AddressSpace spare, int first, int next, ref ulong copied)
    {
        ulong join = Math.Max(MinimumJoin, area.Length >> 10);
        ulong at = area.Start;
        bool mayHold = area.WasWritable && area.IsInWindow;
        for (int i = first; i < next; i++)
        {
            Vma piece = spare._areas[i];
            if (piece.Memory is not AnonymousMemory)
            {
                if (piece.WasWritable && piece.IsInWindow && spare.Window.FindCopied(piece.Start, piece.End, out _, out _))
                    _ = spare.Window.Advise(piece.Start, piece.Length, HostAdvice.DontNeed);
                continue;
            }

            if (!mayHold || !Window.FindCopied(at, area.End, out ulong start, out ulong stop))
                return false;
            while (Window.FindCopied(stop, Math.Min(area.End, stop + join), out _, out ulong further))
                stop = further;
            if (start != piece.Start || stop != piece.End || !Rewrite(area, spare, piece, start, stop - start))
                return false;
            copied += stop - start;
            at = stop;
        }

        return !mayHold || !Window.FindCopied(at, area.End, out _, out _);
    }

    /// <summary>Copies pages to a child's area that lies in its own section.</summary>
    private bool Rewrite(Vma area, AddressSpace spare, Vma piece, ulong start, ulong length)
    {
        bool isReadable = area.IsInWindow && (area.Protection & ProtMask) != 0;
        if (isReadable && piece.IsInWindow && (piece.Protection & Abi.Prot.PROT_WRITE) != 0)
            return Window.CopyTo(spare.Window, start, length) == length;
        return CopyPages(area, start, start + length, spare._anonymous.Section, piece.Offset + (start - piece.Start)) == 0;
    }

    private bool DropOthers(AddressSpace spare)
    {
        MemorySection section = spare._anonymous.Section;
        for (int i = 0; i < spare._areas.Count; i++)
        {
            Vma piece = spare._areas[i];
            if (piece.Memory is not AnonymousMemory || piece.Origin is not null)
                continue;
            Vma? area = _areas.Find(piece.Start);
            if (area?.Memory is not AnonymousMemory memory)
                return false;
            ulong at = piece.Offset;
            bool isWiped = (area.Flags & VmaFlags.WipeOnFork) != 0;
            while (section.FindData(at, piece.Offset + piece.Length, out ulong start, out ulong end))
            {
                // The part of the run that the parent does not have.
                ulong there = area.Offset + (start - piece.Offset), thereEnd = area.Offset + (end - piece.Offset);
                ulong kept = thereEnd, keptEnd = thereEnd;
                if (!isWiped && memory.Section.FindData(there, thereEnd, out ulong data, out ulong dataEnd))
                    (kept, keptEnd) = (data, dataEnd);
                if (kept > there)
                    _ = section.PunchHole(start, kept - there);
                at = piece.Offset + (keptEnd - area.Offset);
            }
        }

        return true;
    }
}

using Zonix.Abi;
using Zonix.Host.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <content>
/// fork(2). Few pages are copied at once: that costs less than two faults for each. Where an area holds many, its section is
/// frozen, and both sides map it copy-on-write. The child's window is filled as it is touched.
/// </content>
public sealed partial class AddressSpace
{
    /// <summary>Up to so many bytes of an area are copied rather than shared.</summary>
    private const ulong CopyLimit = 1 << 20;

    /// <summary>Runs of pages that are at most this far apart are copied as one.</summary>
    private const ulong MinimumJoin = 16 * PageSize;

    /// <summary>An address space with the same contents, of which each sees only its own changes. fork(2).</summary>
    /// <param name="limits">The limits of the new process.</param>
    /// <param name="child">The new address space; without a user.</param>
    /// <returns>0; ENOMEM when the host has no memory, address space or descriptors left.</returns>
    public Errno Fork(Rlimits limits, out AddressSpace? child)
    {
        child = null;
        AddressSpace? fresh = null;
        try
        {
            lock (_lock)
            {
                if (TryReuseSpare(limits, out child))
                    return 0;
                fresh = new AddressSpace(_cache, Layout, Window.Size, limits, Window.IsI386) { Group = Group };
                fresh.Window.ShareCode(Window);
                _anonymous.Reclaim();
                fresh.TakeProperties(this);
                int error = 0;
                for (int i = 0; i < _areas.Count && error == 0; i++)
                    error = ForkArea(_areas[i], fresh);
                if (error == 0)
                {
                    child = fresh;
                    fresh.NoteOrigin(this);
                }
            }

            if (child is not null)
            {
                child.Mappings = Mappings;
                Mappings?.Add(child);
                Group.Add(child);
                child.Account();
                return 0;
            }
        }
        catch (Exception full) when (full is InsufficientMemoryException or IOException)
        {
        }

        fresh?.Dispose();
        return Errno.ENOMEM;
    }

    private int ForkArea(Vma area, AddressSpace child)
    {
        if ((area.Flags & VmaFlags.DontFork) != 0)
        {
            if ((area.Protection & Prot.PROT_EXEC) != 0)
                child.Window.Declare(area.Start, area.Length, MemoryProtection.None);
            return 0;
        }

        if ((area.Flags & VmaFlags.WipeOnFork) != 0)
        {
            child.AddEmpty(area);
            return 0;
        }

        if (area.IsShared)
        {
            child.Add(area, area.Start, area.End, isFrozen: false);
            return 0;
        }

        if (area.Memory is not AnonymousMemory memory)
            return ForkWritten(area, child, area.WasWritable && area.IsInWindow);
        if (area.IsFrozen)
            return ForkFrozen(area, memory, child);
        if (!HoldsMoreThan(memory.Section, area.Offset, area.Length, CopyLimit))
            return CopyExclusive(area, memory.Section, child);
        area.IsFrozen = true;
        _areas.Touch();
        if (area.IsInWindow)
        {
            int error = MapInWindow(area);
            if (error != 0)
                return error;
        }

        child.AddFrozen(area, area.Start, area.End);
        return 0;
    }

    private int ForkFrozen(Vma area, AnonymousMemory memory, AddressSpace child)
    {
        // What another thread wrote between the copy back and the dropping of the page would be lost.
        if (!ReferenceEquals(memory, _anonymous) || !memory.IsUnshared || User is { HasManyTasks: true })
            return ForkWritten(area, child, area.IsInWindow);

        // Nobody else shows the section any more: what was written since goes back to it.
        for (ulong at = area.Start; area.IsInWindow && Window.FindCopied(at, area.End, out ulong start, out ulong stop); at = stop)
        {
            int error = CopyPages(area, start, stop, memory.Section, area.Offset + (start - area.Start));
            if (error != 0)
                return error;
        }

        if (area.IsInWindow)
            _ = Window.Advise(area.Start, area.Length, HostAdvice.DontNeed);
        child.AddFrozen(area, area.Start, area.End);
        return 0;
    }

    /// <summary>A private mapping whose written pages only this window holds: the child gets copies of them in its own section.</summary>
    private int ForkWritten(Vma area, AddressSpace child, bool mayHoldCopies)
    {
        ulong at = area.Start;
        ulong join = Math.Max(MinimumJoin, area.Length >> 10);
        while (mayHoldCopies && Window.FindCopied(at, area.End, out ulong start, out ulong stop))
        {
            while (Window.FindCopied(stop, Math.Min(area.End, stop + join), out _, out ulong further))
                stop = further;
            child.AddUnwritten(area, at, start);
            int error = CopyInto(area, start, stop, child);
            if (error != 0)
                return error;
            at = stop;
        }

        child.AddUnwritten(area, at, area.End);
        return 0;
    }

    private int CopyExclusive(Vma area, MemorySection section, AddressSpace child)
    {
        Vma copy = child.AddEmpty(area);
        ulong limit = area.Offset + area.Length;
        bool any = false;
        for (ulong at = area.Offset; section.FindData(at, limit, out ulong start, out ulong end); at = end)
        {
            any = true;
            int error = CopyPages(area, area.Start + (start - area.Offset), area.Start + (end - area.Offset),
                child._anonymous.Section, copy.Offset + (start - area.Offset));
            if (error != 0)
                return error;
        }

        // It will write there at once.
        if (any && (area.Protection & Prot.PROT_WRITE) != 0)
            _ = child.BringIn(copy);
        return 0;
    }

    private int CopyInto(Vma area, ulong start, ulong end, AddressSpace child)
    {
        ulong offset = child._anonymous.Allocate(start, end - start);
        int error = CopyPages(area, start, end, child._anonymous.Section, offset);
        if (error != 0)
            return error;
        IMemoryObject? origin = area.IsAnonymous ? null : area.Shown;
        var copy = new Vma(start, end, area.Protection, InheritedFlags(area), child._anonymous, offset)
        {
            Origin = origin,
            OriginOffset = origin is null ? 0 : area.ShownOffset + (start - area.Start),
            Policy = area.Policy,
        };
        child.Add(copy);
        _ = child.BringIn(copy);
        return 0;
    }

    /// <summary>Copies pages as this address space sees them to a section.</summary>
    private int CopyPages(Vma area, ulong start, ulong end, MemorySection section, ulong offset)
    {
        ulong length = end - start;
        if (area.IsInWindow && (area.Protection & ProtMask) != 0)
            return Window.CopyToSection(start, length, section, offset) == length ? 0 : (int)Errno.ENOMEM;
        if (area.Memory is AnonymousMemory memory && !area.IsFrozen)
            return section.CopyFrom(memory.Section, area.Offset + (start - area.Start), offset, length);

        // Copies in the window that its user may not read at the moment.
        _ = Window.Protect(start, length, MemoryProtection.Read);
        ulong copied = Window.CopyToSection(start, length, section, offset);
        _ = Window.Protect(start, length, ToMachine(area.Protection));
        return copied == length ? 0 : (int)Errno.ENOMEM;
    }

    private static bool HoldsMoreThan(MemorySection section, ulong offset, ulong length, ulong limit)
    {
        if (length <= limit)
            return false;
        ulong held = 0;
        for (ulong at = offset; held <= limit && section.FindData(at, offset + length, out ulong start, out ulong end); at = end)
            held += end - start;
        return held > limit;
    }

    // On the child, which nobody else knows yet: its lock is not needed.

    private void AddUnwritten(Vma area, ulong start, ulong end)
    {
        if (start == end)
            return;
        if (area.IsFrozen)
            AddFrozen(area, start, end);
        else
            Add(area, start, end, isFrozen: false);
    }

    private void AddFrozen(Vma area, ulong start, ulong end)
    {
        var memory = (AnonymousMemory)area.Memory;
        if (!_foreign.Contains(memory))
        {
            memory.AddSharer();
            _foreign.Add(memory);
        }

        Add(area, start, end, isFrozen: true);
    }

    private void Add(Vma area, ulong start, ulong end, bool isFrozen) => Add(
        new Vma(start, end, area.Protection, InheritedFlags(area), area.Memory, area.Offset + (start - area.Start))
        {
            Origin = area.Origin,
            OriginOffset = area.OriginOffset + (start - area.Start),
            IsFrozen = isFrozen,
            WasWritable = area.WasWritable,
            Policy = area.Policy,
        });

    private Vma AddEmpty(Vma area)
    {
        ulong offset = _anonymous.Allocate(area.Start, area.Length);
        var copy = new Vma(area.Start, area.End, area.Protection, InheritedFlags(area), _anonymous, offset)
        {
            Origin = area.Origin,
            OriginOffset = area.OriginOffset,
            Policy = area.Policy,
        };
        Add(copy);
        return copy;
    }

    private void Add(Vma area)
    {
        area.AddReferences();
        CountIn(area);
        _areas.Append(area);
    }

    // fork(2): locks are not inherited.
    private static VmaFlags InheritedFlags(Vma area)
    {
        VmaFlags flags = area.Flags & ~(VmaFlags.Locked | VmaFlags.LockOnFault);
        return area.IsAnonymous && (flags & VmaFlags.WipeOnFork) == 0 ? flags | VmaFlags.Inherited : flags;
    }
}

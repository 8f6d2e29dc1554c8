using Zonix.Host.Memory;

namespace Zonix.Kernel.Memory;

/// <content>
/// How much memory is in use. Pages of sections are known by the data the section holds; copies of private mappings, and pages of
/// files, by what the host has mapped in the window. An area that is not in the window has none of these.
/// </content>
public sealed partial class AddressSpace
{
    /// <summary>What is given back at once before the most that was ever used is looked at.</summary>
    private const ulong PeakStep = 256 << 10;

    private ulong _committedBytes;
    private ulong _peakMapped;
    private ulong _peakResident;
    private ulong _filePages;
    private MemoryGroup? _group;

    /// <summary>The zone's memory, to which it is added once it is whole; its own in tests.</summary>
    public MemoryGroup Group
    {
        get => _group ??= new();
        init => _group = value;
    }

    /// <summary>Bytes that count as promised: private, writable and not MAP_NORESERVE.</summary>
    public ulong CommittedBytes => Volatile.Read(ref _committedBytes);

    /// <summary>The most that was ever mapped: VmPeak.</summary>
    public ulong PeakMappedBytes
    {
        get
        {
            lock (_lock)
                return Math.Max(_peakMapped, _mappedBytes);
        }
    }

    /// <summary>The most that was ever in memory, as far as it was looked at: VmHWM, ru_maxrss. Costs two calls of the host.</summary>
    public ulong PeakResidentBytes
    {
        get
        {
            lock (_lock)
            {
                NotePeak();
                return _peakResident;
            }
        }
    }

    /// <summary>Forgets the most that was ever in memory. proc_pid_clear_refs(5), 5.</summary>
    public void ResetPeak()
    {
        lock (_lock)
        {
            _peakResident = 0;
            NotePeak();
        }
    }

    /// <summary>What all areas hold.</summary>
    public AreaUsage MeasureUsage()
    {
        lock (_lock)
        {
            var usage = default(AreaUsage);
            for (int i = 0; i < _areas.Count && !_disposed; i++)
                usage += UsageOf(_areas[i]);
            _filePages = usage.OfFiles + usage.SharedMemory;
            _peakResident = Math.Max(_peakResident, usage.Resident);
            return usage;
        }
    }

    /// <summary>Bytes of areas of a kind. VmData, VmStk, VmExe, VmLib.</summary>
    public (ulong Data, ulong Stack, ulong Code, ulong Libraries) MappedByKind()
    {
        lock (_lock)
        {
            ulong data = 0, stack = 0, executable = 0;
            for (int i = 0; i < _areas.Count; i++)
            {
                Vma area = _areas[i];
                if ((area.Flags & VmaFlags.GrowsDown) != 0)
                    stack += area.Length;
                else if (IsData(area.Protection, area.Flags))
                    data += area.Length;
                else if ((area.Protection & (Abi.Prot.PROT_EXEC | Abi.Prot.PROT_WRITE)) == Abi.Prot.PROT_EXEC && (area.Flags & VmaFlags.Special) == 0)
                    executable += area.Length;
            }

            ulong code = Math.Min(PageAlign(Program.EndCode) - (Program.StartCode & ~PageMask), executable);
            return (data, stack, code, executable - code);
        }
    }

    /// <summary>
    /// Bytes of tables that a processor would need for what is mapped: VmPTE. A table of 4 KiB maps 2 MiB; above these there are three
    /// levels more.
    /// </summary>
    public ulong TableBytes
    {
        get
        {
            const ulong Span = 2 << 20, Upper = 3;
            ulong tables = Upper, last = 0;
            lock (_lock)
            {
                for (int i = 0; i < _areas.Count; i++)
                {
                    Vma area = _areas[i];
                    ulong first = Math.Max(area.Start / Span, last), end = (area.End + Span - 1) / Span;
                    tables += end > first ? Math.Min(end - first, 1 + (area.Length / Span)) : 0;
                    last = Math.Max(last, end);
                }
            }

            return tables * PageSize;
        }
    }

    /// <summary>Whether the page of an address is in memory; null when nothing is mapped there.</summary>
    public bool? IsPagePresent(ulong address)
    {
        ulong page = address & ~PageMask;
        lock (_lock)
        {
            if (_areas.Find(page) is not { } area)
                return null;
            Vma slice = area.Slice(page, page + PageSize);
            return UsageOf(slice).Resident != 0;
        }
    }

    /// <summary>
    /// The entries of /proc/[pid]/pagemap of a range of pages: bit 63 present, 61 of a file or shared memory, 56 only here.
    /// </summary>
    public void ReadPageMap(ulong address, Span<ulong> entries)
    {
        const ulong Present = 1UL << 63, OfFile = 1UL << 61, Exclusive = 1UL << 56;
        entries.Clear();
        lock (_lock)
        {
            for (int i = 0; i < entries.Length && !_disposed; i++)
            {
                ulong page = address + ((ulong)i * PageSize);
                if (_areas.Find(page) is not { } area)
                {
                    // To the next area at once.
                    int next = _areas.IndexAbove(page);
                    if (next == _areas.Count)
                        return;
                    i += (int)Math.Min((ulong)(entries.Length - i), (_areas[next].Start - page) / PageSize) - 1;
                    continue;
                }

                AreaUsage usage = UsageOf(area.Slice(page, page + PageSize));
                if (usage.Resident != 0)
                    entries[i] = Present | (usage.Anonymous == 0 ? OfFile : 0) | (usage.Shared == 0 ? Exclusive : 0);
            }
        }
    }

    /// <summary>Bytes that the sections it shows hold, and its private copies; those in <paramref name="seen"/> have been counted.</summary>
    internal ulong HeldBytes(HashSet<object> seen)
    {
        lock (_lock)
        {
            if (_disposed)
                return 0;
            ulong bytes = seen.Add(_anonymous) ? _anonymous.Section.HeldBytes : 0;
            foreach (AnonymousMemory memory in _foreign)
                bytes += seen.Add(memory) ? memory.Section.HeldBytes : 0;
            for (int i = 0; i < _areas.Count; i++)
            {
                Vma area = _areas[i];
                if (area.Memory is SharedMemory shared && (area.Flags & VmaFlags.Special) == 0 && seen.Add(shared))
                    bytes += shared.Section.HeldBytes;
                else if (area.IsInWindow && MayHoldCopies(area))
                    bytes += (ulong)Window.CountPages(area.Start, area.End).Copied * PageSize;
            }

            return bytes;
        }
    }

    /// <summary>Looks at what is in use before some of it is given back.</summary>
    private void NotePeak()
    {
        ulong held = _anonymous.Section.HeldBytes + _filePages;
        foreach (AnonymousMemory memory in _foreign)
            held += memory.Section.HeldBytes;
        _peakResident = Math.Max(_peakResident, Math.Min(held, Math.Max(_peakMapped, _mappedBytes)));
    }

    private void NotePeakBefore(ulong bytes)
    {
        _peakMapped = Math.Max(_peakMapped, _mappedBytes);
        if (bytes >= PeakStep)
            NotePeak();
    }

    private void CountIn(Vma area)
    {
        _mappedBytes += area.Length;
        if ((area.Flags & VmaFlags.Accounted) != 0)
            _committedBytes += area.Length;
    }

    private void CountOut(Vma area)
    {
        _mappedBytes -= area.Length;
        if ((area.Flags & VmaFlags.Accounted) != 0)
            _committedBytes -= area.Length;
    }

    private AreaUsage UsageOf(Vma area)
    {
        AreaUsage usage = area.Memory is AnonymousMemory memory ? UsageOfSection(area, memory) : UsageOfFile(area);
        if ((area.Flags & VmaFlags.Locked) != 0)
            usage.Locked = usage.Proportional;
        return usage;
    }

    private AreaUsage UsageOfSection(Vma area, AnonymousMemory memory)
    {
        ulong held = 0, limit = area.Offset + area.Length;
        for (ulong at = area.Offset; memory.Section.FindData(at, limit, out ulong start, out ulong end); at = end)
            held += end - start;
        ulong shared = 0;
        if (area.IsFrozen)
        {
            ulong fresh = 0, replaced = 0;
            if (area.IsInWindow)
            {
                // Copies hide pages of the section, or lie where it has none.
                Window.VisitPages(area.Start, area.End, (page, isCopied) =>
                {
                    ulong there = area.Offset + (page - area.Start);
                    if (!isCopied)
                        return;
                    if (memory.Section.FindData(there, there + PageSize, out ulong data, out _) && data == there)
                        replaced += PageSize;
                    else
                        fresh += PageSize;
                });
            }

            shared = memory.IsUnshared ? 0 : held - replaced;
            held += fresh;
        }

        return new AreaUsage
        {
            Resident = held,
            Anonymous = held,
            Shared = shared,
            SharedAnonymous = shared,
            Proportional = held - shared + (shared / (ulong)(memory.Sharers + 1)),
        };
    }

    private AreaUsage UsageOfFile(Vma area)
    {
        if (!area.IsInWindow)
            return default;
        PageCounts pages = Window.CountPages(area.Start, area.End);
        ulong resident = (ulong)pages.Present * PageSize;
        ulong copied = area.IsShared ? 0 : (ulong)pages.Copied * PageSize;
        ulong shared = resident - ((ulong)pages.Exclusive * PageSize);
        return new AreaUsage
        {
            Resident = resident,
            Anonymous = copied,
            SharedMemory = area.Memory is SharedMemory or IAttachedMemory && (area.Flags & VmaFlags.Special) == 0 ? resident : 0,
            Shared = shared,
            Proportional = resident - shared + (shared / 2),
        };
    }
}

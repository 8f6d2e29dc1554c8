using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>
/// The memory of a process: what is mapped where, and the window that holds it. Thread safe; see the README of this folder for
/// the model and the lock order.
/// </summary>
public sealed partial class AddressSpace : IPageFaultResolver, IDisposable
{
    /// <summary>Most areas of an address space, unless the zone sets it otherwise. vm.max_map_count.</summary>
    public const int MaxAreas = 65530;

    /// <summary>Size of a page.</summary>
    public const ulong PageSize = 4096;

    private const ulong PageMask = PageSize - 1;

    /// <summary>Distance that new mappings keep from a stack above them. stack_guard_gap.</summary>
    private const ulong StackGuardGap = 256 * PageSize;

    private readonly Lock _lock = new();
    private readonly VmaTree _areas = new();
    private readonly AnonymousMemory _anonymous = new();
    private readonly CodeCache _cache;
    private readonly List<Vma> _removed = [];

    // Sections of other address spaces of which areas show frozen ranges, or have shown.
    private readonly List<AnonymousMemory> _foreign = [];
    private ulong _mappedBytes;
    private ICountedInode? _executed;
    private bool _disposed;

    /// <summary>An empty address space.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no address space left.</exception>
    /// <exception cref="IOException">The host has no descriptor left.</exception>
    public AddressSpace(CodeCache cache, AddressLayout layout, WindowKind kind, Rlimits limits)
        : this(cache, layout, kind == WindowKind.Large ? MemoryWindow.LargeSize : AddressLayout.SmallEnd, limits, kind == WindowKind.I386)
    {
    }

    /// <summary>An empty address space with a window of a given size.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no address space left.</exception>
    /// <exception cref="IOException">The host has no descriptor left.</exception>
    public AddressSpace(CodeCache cache, AddressLayout layout, ulong windowSize, Rlimits limits, bool isI386 = false)
    {
        _cache = cache;
        Layout = layout;
        Limits = limits;
        try
        {
            Window = new MemoryWindow(cache, windowSize, isI386) { Resolver = this };
        }
        catch
        {
            _anonymous.Release();
            throw;
        }
    }

    /// <summary>The host memory behind it. Replaced when the process outgrows a small window.</summary>
    public MemoryWindow Window { get; private set; }

    /// <summary>Where things are placed.</summary>
    public AddressLayout Layout { get; }

    /// <summary>Where the parts of the program lie.</summary>
    public ProgramAreas Program { get; private set; } = new();

    /// <summary>The limits of the process.</summary>
    public Rlimits Limits { get; set; }

    /// <summary>Bytes mapped: VmSize.</summary>
    public ulong MappedBytes
    {
        get
        {
            lock (_lock)
                return _mappedBytes;
        }
    }

    /// <summary>Unmaps everything. No task may run in it any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            Executes(null);
            _isPutAway = true;
            Account();
            Mappings?.Remove(this);
            Group.Remove(this);
            _spare?.Dispose();
            _spare = null;
            _areas.Remove(0, ulong.MaxValue, _removed);
            Window.Dispose();
            bool shared = !_anonymous.IsUnshared;
            foreach (Vma area in _removed)
            {
                // The section lives on as long as others show parts of it.
                if (shared && !area.IsFrozen && ReferenceEquals(area.Memory, _anonymous))
                    _anonymous.Free(area.Start, area.Offset, area.Length);
                area.ReleaseReferences();
            }

            _removed.Clear();
            // A process that nobody has waited for keeps this object: it shall cost little.
            _removed.TrimExcess();
            _areas.Trim();
            foreach (AnonymousMemory memory in _foreign)
                memory.RemoveSharer();
            _anonymous.Release();
        }
    }

    /// <summary>
    /// The program it was loaded from, which is not opened for writing as long as this has a user; null: none. The caller keeps
    /// it so meanwhile.
    /// </summary>
    public void Executes(ICountedInode? program)
    {
        // A program that somebody may write to already cannot be held; its loader would have refused it.
        if (program is not null && !program.Opens.TryExecute())
            program = null;
        Interlocked.Exchange(ref _executed, program)?.Opens.EndExecution();
    }

    /// <summary>First address that cannot be mapped without growing.</summary>
    public ulong End => Math.Min(Window.Size - AddressLayout.EndGap, Layout.Limit);

    private static ulong PageAlign(ulong value) => unchecked(value + PageMask) & ~PageMask;

    private static MemoryProtection ToMachine(Prot protection)
    {
        // x86-64 has no pages that can be written or executed but not read.
        MemoryProtection machine = MemoryProtection.None;
        if ((protection & (Prot.PROT_READ | Prot.PROT_WRITE | Prot.PROT_EXEC)) != 0)
            machine |= MemoryProtection.Read;
        if ((protection & Prot.PROT_WRITE) != 0)
            machine |= MemoryProtection.Write;
        if ((protection & Prot.PROT_EXEC) != 0)
            machine |= MemoryProtection.Execute;
        return machine;
    }

    private ulong Limit(RlimitResource resource) => Limits[resource].Soft;

    /// <summary>Whether <paramref name="bytes"/> more may be mapped. RLIMIT_AS, RLIMIT_DATA.</summary>
    private bool MayExpand(ulong bytes, Prot protection, VmaFlags flags)
    {
        ulong limit = Limit(RlimitResource.RLIMIT_AS);
        if (bytes > limit || _mappedBytes > limit - bytes)
            return false;
        if (!IsData(protection, flags))
            return true;
        limit = Limit(RlimitResource.RLIMIT_DATA);
        return limit == Rlimit.Infinity || (bytes <= limit && DataBytes() <= limit - bytes);
    }

    private static bool IsData(Prot protection, VmaFlags flags) =>
        (protection & Prot.PROT_WRITE) != 0 && (flags & (VmaFlags.Shared | VmaFlags.GrowsDown)) == 0;

    // Counted only when someone limits it: RLIMIT_DATA is infinite nearly everywhere.
    private ulong DataBytes()
    {
        ulong bytes = 0;
        for (int i = 0; i < _areas.Count; i++)
        {
            if (IsData(_areas[i].Protection, _areas[i].Flags))
                bytes += _areas[i].Length;
        }

        return bytes;
    }

    private ulong LockedBytesIn(ulong start, ulong end)
    {
        ulong bytes = 0;
        for (int i = _areas.IndexAbove(start); i < _areas.Count && _areas[i].Start < end; i++)
        {
            if ((_areas[i].Flags & VmaFlags.Locked) != 0)
                bytes += Math.Min(end, _areas[i].End) - Math.Max(start, _areas[i].Start);
        }

        return bytes;
    }
}

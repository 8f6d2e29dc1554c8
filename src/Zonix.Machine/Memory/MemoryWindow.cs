using Zonix.Host.Files;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// The range of host memory that holds one guest address space, together with the translations of its code. Guest address
/// <c>a</c> lives at host address <c>base + a</c>; what is not mapped faults, and so do the guard zones on both sides.
/// </summary>
/// <remarks>
/// Thread safe: mapping calls are serialised by a lock of the window, which is taken before the code cache's lock. Host
/// errors are returned as errno values, 0 is success.
/// </remarks>
public sealed unsafe partial class MemoryWindow : IDisposable
{
    private const ulong SmallSize = 1UL << 32;
    private const ulong LargeSize = 1UL << 42;
    private const nuint SmallGuard = 1 << 20;

    // Gathers with 32-bit indices, scaled by 8, reach 16 GiB beyond a masked base.
    private static readonly nuint s_largeGuard = (nuint)1 << 35;

    private readonly Lock _lock = new();
    private readonly RangeSet _executable = new();
    private readonly nint _reservation;
    private readonly nuint _reserved;
    private readonly ProcessStubs _stubs = ProcessStubs.Shared;

    /// <summary>Reserves a window; its code will be translated into <paramref name="cache"/>.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no address space left.</exception>
    public MemoryWindow(CodeCache cache, WindowKind kind)
    {
        Kind = kind;
        Size = kind == WindowKind.Small ? SmallSize : LargeSize;
        nuint guard = kind == WindowKind.Small ? SmallGuard : s_largeGuard;
        _reserved = (nuint)Size + (2 * guard);
        _reservation = HostMemory.Reserve(_reserved, HostMemory.PageSize);
        if (_reservation == 0)
            throw new InsufficientMemoryException($"the host has no address space for a {kind} window");
        Base = _reservation + (nint)guard;
        Code = new CodeSpace(cache, this);
    }

    /// <summary>The window's shape.</summary>
    public WindowKind Kind { get; }

    /// <summary>Guest addresses are below this.</summary>
    public ulong Size { get; }

    /// <summary>Asked when a user copy meets a page it may not touch.</summary>
    public IPageFaultResolver? Resolver { get; set; }

    /// <summary>Host address of guest address 0.</summary>
    internal nint Base { get; }

    /// <summary>The translations.</summary>
    internal CodeSpace Code { get; }

    /// <summary>Maps part of a section, shared with every other mapping of it; or copied on write, which nobody else sees.</summary>
    public int MapSection(
        ulong address, ulong length, MemorySection section, ulong offset, MemoryProtection protection, bool copyOnWrite = false) =>
        Map(address, length, section.Descriptor, offset, protection, shared: !copyOnWrite);

    /// <summary>Maps part of a host file; a private mapping's writes stay in the window.</summary>
    public int MapFile(ulong address, ulong length, HostFile file, ulong offset, MemoryProtection protection, bool shared) =>
        Map(address, length, file.Descriptor, offset, protection, shared);

    /// <summary>Unmaps a range; it faults from now on.</summary>
    public int Unmap(ulong address, ulong length)
    {
        lock (_lock)
        {
            DropCode(address, length, MemoryProtection.None);
            return HostMemory.Unmap(Host(address, length), (nuint)length);
        }
    }

    /// <summary>
    /// Notes the protection of a range that is not mapped yet: it faults, but its code may be executed where it is known.
    /// </summary>
    public void Declare(ulong address, ulong length, MemoryProtection protection)
    {
        lock (_lock)
            DropCode(address, length, protection);
    }

    /// <summary>Copies pages of the window to a section. Returns the bytes copied: fewer where the pages cannot be read.</summary>
    public ulong CopyToSection(ulong address, ulong length, MemorySection section, ulong offset) =>
        section.Write(offset, Host(address, length), (nuint)length);

    /// <summary>The first run of pages from an address on that private mappings have copied. See <see cref="HostPages"/>.</summary>
    public bool FindCopied(ulong from, ulong end, out ulong start, out ulong stop)
    {
        bool found = HostPages.Shared.FindCopied(Host(from, end - from), Base + (nint)end, out nint first, out nint last);
        start = (ulong)(first - Base);
        stop = (ulong)(last - Base);
        return found;
    }

    /// <summary>Changes the protection of a mapped range.</summary>
    public int Protect(ulong address, ulong length, MemoryProtection protection)
    {
        lock (_lock)
        {
            if ((protection & MemoryProtection.Execute) != 0 && IsAliased(address, length))
                return OutOfMemory;
            bool keepsCode = (protection & MemoryProtection.Execute) != 0
                && _executable.TryFind(address, out ulong end, out _) && end >= address + length;
            if (!keepsCode)
            {
                DropCode(address, length, protection);
                return HostMemory.Protect(Host(address, length), (nuint)length, ToHost(protection));
            }

            // Pages that keep their translations must not be written unseen; no new ones may appear meanwhile.
            lock (Code.Cache.Lock)
            {
                _executable.Set(address, address + length, protection);
                int error = HostMemory.Protect(Host(address, length), (nuint)length, ToHost(protection));
                if (error == 0 && (protection & MemoryProtection.Write) != 0)
                    Code.ProtectTranslatedPages(address, length);
                return error;
            }
        }
    }

    /// <summary>Moves a mapping with its pages inside the window; the source becomes unmapped.</summary>
    public int Move(ulong from, ulong to, ulong length, MemoryProtection protection) => MoveTo(this, from, to, length, protection);

    /// <summary>Moves a mapping with its pages to another window; the source becomes unmapped.</summary>
    public int MoveTo(MemoryWindow target, ulong from, ulong to, ulong length, MemoryProtection protection)
    {
        int error;
        lock (_lock)
        {
            DropCode(from, length, MemoryProtection.None);
            // Undo the write protection that watches over translated code.
            _ = HostMemory.Protect(Host(from, length), (nuint)length, ToHost(protection));
            error = HostMemory.Move(Host(from, length), target.Host(to, length), (nuint)length);
        }

        if (error != 0)
            return error;
        lock (target._lock)
            target.DropCode(to, length, protection);
        return 0;
    }

    /// <summary>madvise(2) on the host's mapping of a range.</summary>
    public int Advise(ulong address, ulong length, HostAdvice advice) => HostMemory.Advise(Host(address, length), (nuint)length, advice);

    /// <summary>msync(2) on the host's mapping of a range.</summary>
    public int Sync(ulong address, ulong length, int flags) => HostMemory.Sync(Host(address, length), (nuint)length, flags);

    /// <summary>Which pages of a range the host holds in memory; one byte a page, bit 0.</summary>
    public int Residency(ulong address, ulong length, Span<byte> pages) => HostMemory.Residency(Host(address, length), (nuint)length, pages);

    /// <summary>Drops the translations of a range, as when its contents were replaced behind the guest's back.</summary>
    public void InvalidateCode(ulong address, ulong length)
    {
        lock (_lock)
        {
            lock (Code.Cache.Lock)
            {
                Code.Invalidate(address, length);
                // They are not watched any more, so writes must not be held up any more.
                for (ulong page = address & ~4095UL; page < address + length; page += 4096)
                {
                    if (_executable.TryFind(page, out _, out MemoryProtection protection) && (protection & MemoryProtection.Write) != 0)
                        SetPageWritable(page, writable: true);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Code.Dispose();
        HostMemory.Release(_reservation, _reserved);
    }

    /// <summary>Whether an address may be executed, and how far from it on.</summary>
    internal bool IsExecutable(ulong address, out ulong end, out MemoryProtection protection) =>
        _executable.TryFind(address, out end, out protection);

    /// <summary>Sets the host's protection of one page, to watch it for writes or to let them through.</summary>
    internal void SetPageWritable(ulong page, bool writable) =>
        _ = HostMemory.Protect(Base + (nint)page, HostMemory.PageSize, writable ? HostProtection.Read | HostProtection.Write : HostProtection.Read);

    private const int OutOfMemory = 12;

    private static HostProtection ToHost(MemoryProtection protection)
    {
        // Guest code is never executed in place, but reading it must work: x86 has no execute-only pages in these tables.
        HostProtection host = HostProtection.None;
        if ((protection & (MemoryProtection.Read | MemoryProtection.Execute)) != 0)
            host |= HostProtection.Read;
        if ((protection & MemoryProtection.Write) != 0)
            host |= HostProtection.Read | HostProtection.Write;
        return host;
    }

    private int Map(ulong address, ulong length, int descriptor, ulong offset, MemoryProtection protection, bool shared)
    {
        lock (_lock)
        {
            if ((protection & MemoryProtection.Execute) != 0 && IsAliased(address, length))
                return OutOfMemory;
            DropCode(address, length, protection);
            return HostMemory.MapFile(Host(address, length), (nuint)length, descriptor, offset, ToHost(protection), shared);
        }
    }

    private bool IsAliased(ulong address, ulong length) => Kind == WindowKind.Large && _executable.Aliases(address, address + length);

    private void DropCode(ulong address, ulong length, MemoryProtection next)
    {
        if (_executable.Overlaps(address, address + length))
            Code.Invalidate(address, length);
        _executable.Set(address, address + length, next);
    }

    private nint Host(ulong address, ulong length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, Size - length);
        return Base + (nint)address;
    }
}

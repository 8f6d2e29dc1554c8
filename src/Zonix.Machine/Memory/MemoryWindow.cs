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

    /// <summary>Size of a large window that nobody has asked to be larger: the host has room for a few hundred.</summary>
    public const ulong LargeSize = 1UL << 38;

    /// <summary>Size of the largest window.</summary>
    public const ulong MaximumSize = 1UL << 42;

    private const nuint SmallGuard = 1 << 20;

    // Gathers with 32-bit indices, scaled by 8, reach 16 GiB beyond a masked base.
    private static readonly nuint s_largeGuard = (nuint)1 << 35;

    private readonly Lock _lock = new();
    private readonly nint _reservation;
    private readonly nuint _reserved;
    private int _released;
    private readonly ProcessStubs _stubs = ProcessStubs.Shared;

    /// <summary>Reserves a window; its code will be translated into <paramref name="cache"/>.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no address space left.</exception>
    public MemoryWindow(CodeCache cache, WindowKind kind)
        : this(cache, kind == WindowKind.Large ? LargeSize : SmallSize, kind == WindowKind.I386)
    {
    }

    /// <summary>Reserves a window of a given size, a power of two: 4 GiB is a small one, all above are large.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no address space left.</exception>
    public MemoryWindow(CodeCache cache, ulong size, bool isI386 = false)
    {
        WindowKind kind = isI386 ? WindowKind.I386 : size == SmallSize ? WindowKind.Small : WindowKind.Large;
        Kind = kind;
        Size = size;
        nuint guard = kind == WindowKind.Large ? s_largeGuard : SmallGuard;
        _reserved = (nuint)Size + (2 * guard);
        _reservation = HostMemory.Reserve(_reserved, HostMemory.PageSize);
        if (_reservation == 0)
            throw new InsufficientMemoryException($"the host has no address space for a {kind} window");
        Base = _reservation + (nint)guard;
        _cache = cache;
    }

    /// <summary>The window's shape.</summary>
    public WindowKind Kind { get; }

    /// <summary>Whether its code is that of i386.</summary>
    public bool IsI386 => Kind == WindowKind.I386;

    /// <summary>The local descriptor table of i386 code.</summary>
    public SegmentTable LocalSegments { get; } = new();

    /// <summary>Guest addresses are below this.</summary>
    public ulong Size { get; }

    /// <summary>Asked when a user copy meets a page it may not touch.</summary>
    public IPageFaultResolver? Resolver { get; set; }

    /// <summary>Host address of guest address 0.</summary>
    internal nint Base { get; }

    /// <summary>Maps part of a section, shared with every other mapping of it; or copied on write, which nobody else sees.</summary>
    public int MapSection(
        ulong address, ulong length, MemorySection section, ulong offset, MemoryProtection protection, bool copyOnWrite = false) =>
        Map(address, length, section.Descriptor, offset, protection, shared: !copyOnWrite);

    /// <summary>Maps part of a host file; a private mapping's writes stay in the window.</summary>
    /// <param name="address">Guest address.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">Offset in it.</param>
    /// <param name="protection">Protection.</param>
    /// <param name="shared">MAP_SHARED.</param>
    /// <param name="identity">What is mapped, if that is known and nobody can change it unseen: its translations are shared.</param>
    public int MapFile(
        ulong address, ulong length, HostFile file, ulong offset, MemoryProtection protection, bool shared, CodeIdentity? identity = null) =>
        Map(address, length, file.Descriptor, offset, protection, shared, identity);

    /// <summary>Unmaps a range; it faults from now on.</summary>
    public int Unmap(ulong address, ulong length)
    {
        lock (_lock)
        {
            ForgetCode(address, length);
            return HostMemory.Unmap(Host(address, length), (nuint)length);
        }
    }

    /// <summary>
    /// Notes the protection of a range that is not mapped yet: it faults, but its code may be executed where it is known.
    /// </summary>
    /// <param name="address">Guest address.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="protection">The protection.</param>
    /// <param name="identity">As for <see cref="MapFile"/>.</param>
    /// <param name="offset">Offset in the file that it shows.</param>
    public void Declare(ulong address, ulong length, MemoryProtection protection, CodeIdentity? identity = null, ulong offset = 0)
    {
        lock (_lock)
        {
            ForgetCode(address, length);
            AddCode(address, length, protection, identity, offset);
        }
    }

    /// <summary>Copies pages of the window to a section. Returns the bytes copied: fewer where the pages cannot be read.</summary>
    public ulong CopyToSection(ulong address, ulong length, MemorySection section, ulong offset) =>
        section.Write(offset, Host(address, length), (nuint)length);

    /// <summary>Copies pages to the same addresses of another window. Returns the bytes copied: fewer where either cannot be accessed.</summary>
    public ulong CopyTo(MemoryWindow target, ulong address, ulong length) =>
        length - _stubs.Copy(target.Host(address, length), Host(address, length), (nuint)length);

    /// <summary>The first run of pages from an address on that private mappings have copied. See <see cref="HostPages"/>.</summary>
    public bool FindCopied(ulong from, ulong end, out ulong start, out ulong stop)
    {
        bool found = HostPages.Shared.FindCopied(Host(from, end - from), Base + (nint)end, out nint first, out nint last);
        start = (ulong)(first - Base);
        stop = (ulong)(last - Base);
        return found;
    }

    /// <summary>Counts the pages that the host has mapped in a range.</summary>
    public PageCounts CountPages(ulong from, ulong end) => HostPages.Shared.Count(Host(from, end - from), Base + (nint)end);

    /// <summary>Visits the pages that the host has mapped in a range: guest address, and whether it is a copy.</summary>
    public void VisitPages(ulong from, ulong end, Action<ulong, bool> observer) =>
        _ = HostPages.Shared.Count(Host(from, end - from), Base + (nint)end, (page, isCopied) => observer((ulong)(page - Base), isCopied));

    /// <summary>Unmaps everything from the host; what may be executed stays declared. Nothing may be in the window that is nowhere else.</summary>
    public void PutAway()
    {
        lock (_lock)
            _ = HostMemory.Unmap(Base, (nuint)Size);
    }

    /// <summary>Takes the host's write permission from a range for the moment; the declared protection stays.</summary>
    public void HoldWrites(ulong address, ulong length)
    {
        lock (_lock)
            _ = HostMemory.Protect(Host(address, length), (nuint)length, HostProtection.Read);
    }

    /// <summary>Changes the protection of a mapped range.</summary>
    /// <param name="address">Guest address.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="protection">The new protection.</param>
    /// <param name="identity">As for <see cref="MapFile"/>: only for memory that has never been writable.</param>
    /// <param name="offset">Offset in the file that it shows.</param>
    public int Protect(ulong address, ulong length, MemoryProtection protection, CodeIdentity? identity = null, ulong offset = 0)
    {
        lock (_lock)
        {
            bool executes = (protection & MemoryProtection.Execute) != 0;
            if (executes && IsAliased(address, length))
                return OutOfMemory;
            if (executes && _executable.TryFind(address, out CodeRange range) && range.End >= address + length
                && (range.Unit is null || (protection & MemoryProtection.Write) == 0))
            {
                return ProtectCode(address, length, protection, range);
            }

            List<CodeRange> before = _executable.Cut(address, address + length);
            ForgetCode(address, length);
            int error = HostMemory.Protect(Host(address, length), (nuint)length, ToHost(protection));
            if (error == 0)
                AddCode(address, length, protection, identity, offset);
            else
                RestoreCode(before);
            return error;
        }
    }

    /// <summary>Moves a mapping with its pages inside the window; the source becomes unmapped.</summary>
    public int Move(ulong from, ulong to, ulong length, MemoryProtection protection) => MoveTo(this, from, to, length, protection);

    /// <summary>Moves a mapping with its pages to another window; the source becomes unmapped.</summary>
    public int MoveTo(MemoryWindow target, ulong from, ulong to, ulong length, MemoryProtection protection)
    {
        int error;
        List<CodeRange> code;
        lock (_lock)
        {
            code = _executable.Cut(from, from + length);
            ForgetCode(from, length);
            // Undo the write protection that watches over translated code.
            _ = HostMemory.Protect(Host(from, length), (nuint)length, ToHost(protection));
            error = HostMemory.Move(Host(from, length), target.Host(to, length), (nuint)length);
            if (error != 0)
                RestoreCode(code);
        }

        if (error != 0)
            return error;
        lock (target._lock)
            target.ReceiveCode(to, length, protection, code, from);
        return 0;
    }

    /// <summary>madvise(2) on the host's mapping of a range.</summary>
    public int Advise(ulong address, ulong length, HostAdvice advice) => HostMemory.Advise(Host(address, length), (nuint)length, advice);

    /// <summary>msync(2) on the host's mapping of a range.</summary>
    public int Sync(ulong address, ulong length, int flags) => HostMemory.Sync(Host(address, length), (nuint)length, flags);

    /// <summary>Which pages of a range the host holds in memory; one byte a page, bit 0.</summary>
    public int Residency(ulong address, ulong length, Span<byte> pages) => HostMemory.Residency(Host(address, length), (nuint)length, pages);

    /// <inheritdoc/>
    public void Dispose()
    {
        // What lies there after the first time is somebody else's.
        if (Interlocked.Exchange(ref _released, 1) != 0)
            return;
        LeaveCode();
        HostMemory.Release(_reservation, _reserved);
    }

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

    private int Map(
        ulong address, ulong length, int descriptor, ulong offset, MemoryProtection protection, bool shared, CodeIdentity? identity = null)
    {
        lock (_lock)
        {
            if ((protection & MemoryProtection.Execute) != 0 && IsAliased(address, length))
                return OutOfMemory;

            // After fork(2): the code is known before its memory is there.
            if (IsKnownCode(address, length, protection, identity, offset))
                return HostMemory.MapFile(Host(address, length), (nuint)length, descriptor, offset, ToHost(protection), shared);

            // Nothing is translated while old bytes may still be there: a unit would hand them on to others.
            ForgetCode(address, length);
            int error = HostMemory.MapFile(Host(address, length), (nuint)length, descriptor, offset, ToHost(protection), shared);
            if (error == 0)
                AddCode(address, length, protection, identity, offset);
            return error;
        }
    }

    private bool IsAliased(ulong address, ulong length) => Kind == WindowKind.Large && _executable.Aliases(address, address + length);

    private nint Host(ulong address, ulong length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, Size - length);
        return Base + (nint)address;
    }
}

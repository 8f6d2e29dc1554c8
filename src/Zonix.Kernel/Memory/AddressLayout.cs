using Zonix.Host.Machine;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>
/// Where things lie in the address spaces of a machine's zones, or of one zone. Random for each, and the same for all their
/// processes, so that they can share translated code and look-up tables.
/// </summary>
/// <remarks>
/// Programs, libraries and small mappings lie below 2 GiB: the translator makes better code for operands whose absolute
/// address fits in 31 bits. Large anonymous mappings lie above: up to the stack in a small window, above 4 GiB in a large one.
/// </remarks>
public sealed record AddressLayout
{
    /// <summary>The first 64 KiB are never mapped. vm.mmap_min_addr.</summary>
    public const ulong MinimumAddress = 0x1_0000;

    /// <summary>First address above the area for programs, libraries and small mappings.</summary>
    public const ulong LowEnd = 0x8000_0000;

    /// <summary>First address behind a small window.</summary>
    public const ulong SmallEnd = 0x1_0000_0000;

    /// <summary>The last 64 KiB of a window are never mapped.</summary>
    public const ulong EndGap = 0x1_0000;

    private const ulong PageSize = 4096;

    /// <summary>First address of the kernel where i386 programs are left 3 GiB, as under Linux for i386.</summary>
    private const ulong ThreeGigabytes = 0xC000_0000;

    private readonly int _stackPages;

    /// <summary>A layout with its own random offsets.</summary>
    public AddressLayout()
        : this(HostRandom.Below(0x2000), HostRandom.Below(0x800), HostRandom.Below(0x1000),
            HostRandom.Below(0x1000))
    {
    }

    private AddressLayout(int programPages, int mapPages, int stackPages, int breakPages)
    {
        _stackPages = stackPages;
        ProgramBase = 0x5555_4000 + ((ulong)programPages * PageSize);
        VdsoBase = 0x7FF0_0000 - ((ulong)mapPages * PageSize);
        LowMapTop = VdsoBase;

        // Below the low half of the address of x86-64's vsyscall page, where nothing may lie.
        StackTop = 0xFF5F_F000 - ((ulong)stackPages * PageSize);
        BreakGap = (ulong)breakPages * PageSize;
        LargeMapGap = SmallEnd + ((ulong)mapPages * PageSize);
    }

    /// <summary>A layout without randomness, for debugging and tests; personality(2), ADDR_NO_RANDOMIZE.</summary>
    public static AddressLayout Fixed() => new(0, 0, 0, 0);

    /// <summary>The same from the bottom up: as Linux laid address spaces out before 2.6.7. personality(2), ADDR_COMPAT_LAYOUT.</summary>
    public AddressLayout BottomUp() => this with
    {
        BottomUpBase = (Math.Min(Limit, SmallEnd) / 3) & ~(PageSize - 1),
        // Out of the way of what grows up from there.
        ProgramBase = ProgramBase - 0x5555_4000 + 0x0040_0000,
    };

    /// <summary>The same with the stack below 3 GiB, and nothing above. personality(2), ADDR_LIMIT_3GB.</summary>
    public AddressLayout Below3GiB() => this with
    {
        Limit = ThreeGigabytes,
        StackTop = ThreeGigabytes - PageSize - ((ulong)_stackPages * PageSize),
        BottomUpBase = BottomUpBase == 0 ? 0 : ThreeGigabytes / 3,
    };

    /// <summary>Where position-independent programs are loaded.</summary>
    public ulong ProgramBase { get; private init; }

    /// <summary>Mappings are placed upwards from here; 0: downwards, by their size.</summary>
    public ulong BottomUpBase { get; private init; }

    /// <summary>First address behind those that can be mapped, whatever the window's size.</summary>
    public ulong Limit { get; private init; } = ulong.MaxValue;

    /// <summary>Where the vDSO's data page lies, and right behind it the vDSO.</summary>
    public ulong VdsoBase { get; }

    /// <summary>Small mappings are placed downwards from here.</summary>
    public ulong LowMapTop { get; }

    /// <summary>First address above the main stack.</summary>
    public ulong StackTop { get; private init; }

    /// <summary>Distance between a program and its heap.</summary>
    public ulong BreakGap { get; }

    /// <summary>In large windows, large mappings are placed downwards from this far below the end.</summary>
    public ulong LargeMapGap { get; }

    /// <summary>First address that cannot be mapped in any window.</summary>
    public const ulong MaximumEnd = MemoryWindow.MaximumSize - EndGap;
}

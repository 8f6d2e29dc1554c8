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
public sealed class AddressLayout
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

    /// <summary>A layout with its own random offsets.</summary>
    public AddressLayout()
        : this(HostRandom.Below(0x2000), HostRandom.Below(0x800), HostRandom.Below(0x1000),
            HostRandom.Below(0x1000))
    {
    }

    private AddressLayout(int programPages, int mapPages, int stackPages, int breakPages)
    {
        ProgramBase = 0x5555_4000 + ((ulong)programPages * PageSize);
        VdsoBase = 0x7FF0_0000 - ((ulong)mapPages * PageSize);
        LowMapTop = VdsoBase;

        // Below the low half of the address of x86-64's vsyscall page, where nothing may lie.
        StackTop = 0xFF5F_F000 - ((ulong)stackPages * PageSize);
        BreakGap = (ulong)breakPages * PageSize;
        LargeMapGap = SmallEnd + ((ulong)mapPages * PageSize);
    }

    /// <summary>A layout without randomness, for debugging and tests.</summary>
    public static AddressLayout Fixed() => new(0, 0, 0, 0);

    /// <summary>Where position-independent programs are loaded.</summary>
    public ulong ProgramBase { get; }

    /// <summary>Where the vDSO's data page lies, and right behind it the vDSO.</summary>
    public ulong VdsoBase { get; }

    /// <summary>Small mappings are placed downwards from here.</summary>
    public ulong LowMapTop { get; }

    /// <summary>First address above the main stack.</summary>
    public ulong StackTop { get; }

    /// <summary>Distance between a program and its heap.</summary>
    public ulong BreakGap { get; }

    /// <summary>In large windows, large mappings are placed downwards from this far below the end.</summary>
    public ulong LargeMapGap { get; }

    /// <summary>First address that cannot be mapped in any window.</summary>
    public const ulong MaximumEnd = MemoryWindow.MaximumSize - EndGap;
}

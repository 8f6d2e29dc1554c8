namespace Zonix.Machine;

/// <summary>
/// What segment registers of i386 code can be loaded with. Selectors are Linux's on x86-64 (arch/x86/include/asm/segment.h): programs
/// that run on both have them in their binaries.
/// </summary>
public static class SegmentLoads
{
    /// <summary>Selector of 32-bit code.</summary>
    public const ushort UserCode32 = 0x23;

    /// <summary>Selector of data and stack.</summary>
    public const ushort UserData = 0x2B;

    /// <summary>Selector of 64-bit code.</summary>
    public const ushort UserCode = 0x33;

    /// <summary>The first entry of the global table that a thread can set.</summary>
    public const int FirstThreadEntry = 12;

    /// <summary>How many there are.</summary>
    public const int ThreadEntries = 3;

    private const int LocalTable = 4;
    private const int PrivilegeBits = 3;

    /// <summary>Sets the selectors that i386 programs start with.</summary>
    public static void Reset(CpuContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Segments = new GuestSegments { Cs = UserCode32, Ds = UserData, Es = UserData, Ss = UserData };
        context.Registers.FsBase = 0;
        context.Registers.GsBase = 0;
        Array.Clear(context.ThreadSegments);
    }

    /// <summary>Loads a data segment register, by its number in encodings.</summary>
    /// <returns>False: a protection fault; nothing has changed.</returns>
    public static bool TryLoad(CpuContext context, int register, ushort selector)
    {
        ArgumentNullException.ThrowIfNull(context);
        const int Es = 0, Cs = 1, Ss = 2, Ds = 3, Fs = 4, Gs = 5;
        ulong start = 0;
        if ((selector & ~PrivilegeBits) == 0)
        {
            if (register == Ss)
                return false;
        }
        else
        {
            if (!TryFind(context, selector, out SegmentDescriptor segment) || !IsLoadable(segment, isStack: register == Ss))
                return false;
            // Code is translated for flat segments.
            if (register < Fs && segment.Base != 0)
                return false;
            start = segment.Base;
        }

        ref GuestSegments segments = ref context.Segments;
        switch (register)
        {
            case Es: segments.Es = selector; break;
            case Cs: return false;
            case Ss: segments.Ss = selector; break;
            case Ds: segments.Ds = selector; break;
            case Fs:
                segments.Fs = selector;
                context.Registers.FsBase = start;
                break;
            case Gs:
                segments.Gs = selector;
                context.Registers.GsBase = start;
                break;
        }

        return true;
    }

    /// <summary>Takes over what has changed in the tables: a register whose segment is gone becomes null.</summary>
    public static void Reload(CpuContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Window.IsI386)
            return;
        if (!TryLoad(context, 4, (ushort)context.Segments.Fs))
            _ = TryLoad(context, 4, 0);
        if (!TryLoad(context, 5, (ushort)context.Segments.Gs))
            _ = TryLoad(context, 5, 0);
    }

    /// <summary>Whether a far transfer may go to a selector: 32-bit code that is the whole address space.</summary>
    public static bool IsCode32(CpuContext context, ushort selector)
    {
        ArgumentNullException.ThrowIfNull(context);
        return TryFind(context, selector, out SegmentDescriptor segment) && segment is { IsPresent: true, Base: 0 }
            && (segment.Flags & (SegmentFlags.Code | SegmentFlags.Is32Bit)) == (SegmentFlags.Code | SegmentFlags.Is32Bit);
    }

    private static bool IsLoadable(in SegmentDescriptor segment, bool isStack)
    {
        if (!segment.IsPresent)
            return false;
        bool isCode = (segment.Flags & SegmentFlags.Code) != 0, isRestricted = (segment.Flags & SegmentFlags.Restricted) != 0;
        return isStack ? !isCode && !isRestricted : !(isCode && isRestricted);
    }

    private static bool TryFind(CpuContext context, ushort selector, out SegmentDescriptor segment)
    {
        int index = selector >> 3;
        segment = default;
        if ((selector & LocalTable) != 0)
            segment = context.Window.LocalSegments[index];
        else if (index is >= FirstThreadEntry and < FirstThreadEntry + ThreadEntries)
            segment = context.ThreadSegments[index - FirstThreadEntry];
        else
        {
            const SegmentFlags Flat = SegmentFlags.Present | SegmentFlags.Pages;
            segment = index switch
            {
                UserCode32 >> 3 => new SegmentDescriptor(0, 0xFFFFF, Flat | SegmentFlags.Is32Bit | SegmentFlags.Code),
                UserData >> 3 => new SegmentDescriptor(0, 0xFFFFF, Flat | SegmentFlags.Is32Bit),
                UserCode >> 3 => new SegmentDescriptor(0, 0xFFFFF, Flat | SegmentFlags.Code),
                _ => default,
            };
        }

        return segment.IsPresent;
    }
}

using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>Anonymous mappings of at least this size leave the low area to programs and libraries.</summary>
    private const ulong Large = 1UL << 20;

    /// <summary>In large windows, mappings above this size leave the first 4 GiB to the others.</summary>
    private const ulong Huge = 512UL << 20;

    /// <summary>How far apart they begin; more than the code of most isolates.</summary>
    private const ulong SpreadStep = 16UL << 20;

    private ulong _spreads;

    /// <summary>What is left for the main stack at least.</summary>
    private const ulong MinimumStackGap = 16UL << 20;

    /// <summary>
    /// An address where <paramref name="length"/> bytes of a program are free: <paramref name="wanted"/> if possible. For the
    /// loader, which has the address space for itself.
    /// </summary>
    /// <returns>The address; ENOMEM.</returns>
    public SysResult FindProgramAddress(ulong wanted, ulong length, ulong alignment)
    {
        lock (_lock)
        {
            ulong hint = (wanted + alignment - 1) & ~(alignment - 1);
            if (wanted != 0 && hint < End && End - hint >= length && _areas.IsFree(hint, hint + length, StackGuardGap))
                return hint;
            ulong found = FindFree(new MapRequest(0, length, Prot.PROT_EXEC, MapFlags.MAP_PRIVATE, Alignment: alignment), length, low32: false);
            return found != 0 ? found : Errno.ENOMEM;
        }
    }

    /// <summary>Chooses an address for a mapping that may lie anywhere.</summary>
    private SysResult Place(in MapRequest request, ulong length, out bool outgrown)
    {
        outgrown = false;
        bool low32 = (request.Flags & MapFlags.MAP_32BIT) != 0;
        ulong hint = request.Address & ~PageMask;
        if (hint >= AddressLayout.MinimumAddress)
        {
            ulong end = low32 ? AddressLayout.LowEnd : End;
            if (hint < end && end - hint >= length && _areas.IsFree(hint, hint + length, StackGuardGap))
                return hint;
        }

        ulong found = FindFree(request, length, low32);
        if (found != 0)
            return found;
        outgrown = !low32 && CanGrow;
        return Errno.ENOMEM;
    }

    private ulong FindFree(in MapRequest request, ulong length, bool low32)
    {
        ulong alignment = request.Alignment;
        if (low32)
            return Low();
        if (Layout.BottomUpBase != 0 && _areas.FindGapUp(length, Layout.BottomUpBase, StackBottom(), alignment, StackGuardGap) is not 0 and var above)
            return above;
        bool large = request.Memory is null && (request.Protection & Prot.PROT_EXEC) == 0 && length >= Large;
        bool huge = Window.Kind == WindowKind.Large && length > Huge;
        ulong found = huge ? High() : large ? Middle() : Low();
        if (found == 0)
            found = Middle();
        if (found == 0)
            found = Low();
        return found == 0 && Window.Kind == WindowKind.Large ? High() : found;

        ulong Low() => _areas.FindGapDown(length, AddressLayout.MinimumAddress, Layout.LowMapTop, alignment, StackGuardGap);
        ulong Middle() => _areas.FindGapDown(length, AddressLayout.LowEnd, StackBottom(), alignment, StackGuardGap);
        ulong High()
        {
            ulong spread = length < AddressLayout.LowEnd ? Spread(length, alignment) : 0;
            return spread != 0 ? spread : _areas.FindGapDown(length, AddressLayout.SmallEnd, Window.Size - Layout.LargeMapGap, alignment, StackGuardGap);
        }
    }

    /// <summary>
    /// A place above 4 GiB for a mapping that may become executable later, as the code of JavaScript's isolates does: executable pages
    /// cannot share the low half of their addresses, so each begins at another one, away from those of programs and libraries.
    /// </summary>
    private ulong Spread(ulong length, ulong alignment)
    {
        ulong roomy = _areas.FindGapDown(length + AddressLayout.SmallEnd, AddressLayout.SmallEnd, Window.Size - Layout.LargeMapGap, alignment, StackGuardGap);
        if (roomy == 0)
            return 0;
        ulong low = AddressLayout.LowEnd + (_spreads++ * SpreadStep % (AddressLayout.LowEnd - length));
        ulong found = (roomy & ~(AddressLayout.SmallEnd - 1)) + (low & ~(alignment - 1));
        return found >= roomy ? found : found + AddressLayout.SmallEnd;
    }

    /// <summary>The stack may grow down to here; nothing else is placed above.</summary>
    private ulong StackBottom()
    {
        ulong gap = Math.Clamp(Limit(RlimitResource.RLIMIT_STACK), MinimumStackGap, 512UL << 20) + StackGuardGap;
        return (Layout.StackTop - gap) & ~PageMask;
    }
}

using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <content>Copies that a debugger makes, for which the pages' protection does not count. ptrace(2), PTRACE_POKETEXT.</content>
public sealed partial class AddressSpace
{
    /// <summary>Copies also from pages that cannot be read.</summary>
    /// <returns>Bytes copied.</returns>
    public nuint CopyInForced(UserAddress address, Span<byte> destination)
    {
        lock (_lock)
        {
            nuint done = _disposed ? 0 : Window.CopyIn(address.Value, destination);
            while (!_disposed && done < (nuint)destination.Length)
            {
                ulong at = address.Value + done;
                if (Open(at, Prot.PROT_READ) is not { } old)
                    break;
                nuint part = Window.CopyIn(at, destination.Slice((int)done, PartOf(at, destination.Length - (int)done)));
                Close(at, old);
                if (part == 0)
                    break;
                done += part;
            }

            return done;
        }
    }

    /// <summary>Copies also to private pages that cannot be written: the process gets its own copy of them.</summary>
    /// <returns>Bytes copied.</returns>
    public nuint CopyOutForced(UserAddress address, ReadOnlySpan<byte> source)
    {
        lock (_lock)
        {
            nuint done = _disposed ? 0 : Window.CopyOut(address.Value, source);
            while (!_disposed && done < (nuint)source.Length)
            {
                ulong at = address.Value + done;
                if (Open(at, Prot.PROT_READ | Prot.PROT_WRITE) is not { } old)
                    break;
                nuint part = Window.CopyOut(at, source.Slice((int)done, PartOf(at, source.Length - (int)done)));
                Close(at, old);
                if (part == 0)
                    break;
                done += part;
            }

            return done;
        }
    }

    private static int PartOf(ulong at, int length) => (int)Math.Min((ulong)length, PageSize - (at & PageMask));

    /// <summary>Gives a page more rights for a moment; answers those it had, or null where that cannot be.</summary>
    private Prot? Open(ulong at, Prot rights)
    {
        ulong page = at & ~PageMask;
        if (_areas.Find(page) is not { } area || (area.Protection & rights) == rights)
            return null;
        Prot old = area.Protection;
        bool isShared = (area.Flags & VmaFlags.Shared) != 0;
        return isShared || ChangeProtection(area, page, page + PageSize, old | rights) != 0 ? null : old;
    }

    private void Close(ulong at, Prot old)
    {
        ulong page = at & ~PageMask;
        if (_areas.Find(page) is { } area)
            _ = ChangeProtection(area, page, page + PageSize, old);
        _areas.MergeAround(page, page + PageSize);
    }
}

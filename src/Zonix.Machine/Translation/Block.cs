namespace Zonix.Machine;

/// <summary>A run of guest instructions that was translated together.</summary>
internal sealed class Block
{
    /// <summary>
    /// First executable address: the entry for host calls, which takes the return address off the host's stack (it is there
    /// for the host's return predictor alone).
    /// </summary>
    internal required nint Start { get; init; }

    /// <summary>Entry for indirect jumps.</summary>
    internal nint Host => Start + CodeSpace.CallPrologue;

    /// <summary>End of the host code.</summary>
    internal nint HostEnd { get; set; }

    internal required ulong Guest { get; init; }

    internal ulong GuestEnd { get; set; }

    internal MapEntry[] Map { get; set; } = [];

    /// <summary>Where registers live inside the block.</summary>
    internal required RegisterMap Registers { get; init; }

    /// <summary>First host address at which <see cref="Registers"/> holds.</summary>
    internal nint BodyStart { get; init; }

    /// <summary>
    /// Where it ceases to hold: ways out that restore the canonical map, and out-of-line parts of calls, begin here. All of it
    /// must be run to its end.
    /// </summary>
    internal nint RestoreStart { get; set; }

    /// <summary>Guest return addresses inside the block, and where the host returns to.</summary>
    internal (ulong Guest, nint Host)[] ReturnSites { get; set; } = [];

    /// <summary>Index of the first exit's link; the others follow it.</summary>
    internal int FirstLink { get; set; }

    /// <summary>Links of other blocks (or its own) that jump here; -1 ends the chain of <see cref="LinkInfo.Next"/>.</summary>
    internal int FirstIncoming { get; set; } = -1;

    /// <summary>Its guest code has changed or gone; threads may still be inside.</summary>
    internal bool IsDead { get; set; }

    /// <summary>What it belongs to.</summary>
    internal required CodeUnit Unit { get; init; }

    /// <summary>Where direct jumps enter.</summary>
    internal nint Direct => Host + CodeSpace.IndirectPrologue;

    /// <summary>The last map entry at or before a host address.</summary>
    internal ref readonly MapEntry Find(nint host)
    {
        int offset = (int)(host - Start), low = 0, high = Map.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (Map[middle].Host <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        return ref Map[low];
    }

    /// <summary>Where code that jumps to the middle of the block may enter; 0 if it may not.</summary>
    internal nint FindEntry(ulong guest)
    {
        if (guest == Guest)
            return Direct;
        return Registers.IsCanonical ? FindInnerEntry(guest) : 0;
    }

    /// <summary>Where the block's own jumps may enter it; 0 if they may not.</summary>
    internal nint FindInnerEntry(ulong guest)
    {
        if (guest < Guest || guest >= GuestEnd)
            return 0;
        int offset = (int)(guest - Guest), low = 0, high = Map.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (Map[middle].Guest < offset)
                low = middle + 1;
            else
                high = middle;
        }

        for (; low < Map.Length && Map[low].Guest == offset; low++)
        {
            ref readonly MapEntry entry = ref Map[low];
            if ((entry.Flags & MapFlags.Start) != 0)
                return entry.StackDelta == 0 ? Start + entry.Host : 0;
        }

        return 0;
    }
}

namespace Zonix.Machine;

/// <summary>Counts of one cache; guarded by its lock.</summary>
internal sealed class TranslationCounters
{
    internal long Blocks;
    internal long Instructions;
    internal long GuestBytes;
    internal long HostBytes;
    internal long Links;
    internal long Misses;
    internal long Invalidations;
    internal long Flushes;
    internal long TranslationTicks;
    internal long Fills;
    internal long UnitHits;
    internal long SpaceHits;
    internal long SpaceReleases;
}

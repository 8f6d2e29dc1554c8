namespace Zonix.Machine;

/// <summary>What the translator has done so far, and what became of it.</summary>
/// <param name="Blocks">Blocks translated.</param>
/// <param name="Instructions">Guest instructions in them.</param>
/// <param name="GuestBytes">Their bytes.</param>
/// <param name="HostBytes">Bytes of the translations.</param>
/// <param name="Links">Jumps that were pointed at their target.</param>
/// <param name="Misses">Indirect jumps that had to be translated.</param>
/// <param name="Invalidations">Pages whose translations were dropped.</param>
/// <param name="Flushes">How often the cache was full and all was dropped.</param>
/// <param name="TranslationMs">Time in the translator.</param>
/// <param name="Fills">Pages of translations that entered one more table.</param>
/// <param name="Units">Shared units that are known now.</param>
/// <param name="UnitHits">Mappings of code that found their unit.</param>
/// <param name="Spaces">Tables that live now, with windows or without.</param>
/// <param name="IdleSpaces">Those without windows.</param>
/// <param name="SpaceHits">Windows that found a space for their units.</param>
/// <param name="SpaceReleases">Tables given back.</param>
public readonly record struct TranslationStatistics(
    long Blocks,
    long Instructions,
    long GuestBytes,
    long HostBytes,
    long Links,
    long Misses,
    long Invalidations,
    long Flushes,
    double TranslationMs,
    long Fills,
    int Units,
    long UnitHits,
    int Spaces,
    int IdleSpaces,
    long SpaceHits,
    long SpaceReleases);

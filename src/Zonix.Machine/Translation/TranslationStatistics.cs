namespace Zonix.Machine;

/// <summary>What the translator has done so far.</summary>
public readonly record struct TranslationStatistics(
    long Blocks,
    long Instructions,
    long GuestBytes,
    long HostBytes,
    long Links,
    long Misses,
    long Invalidations,
    long Flushes,
    double TranslationMs);

namespace Zonix.Images.Bootstrap.Apt;

/// <summary>An archive of binary packages that a host's apt takes packages from. sources.list(5).</summary>
/// <param name="Archive">The archive's root; ends in a slash.</param>
/// <param name="Suite">The suite, or the path of a flat archive.</param>
/// <param name="Components">Its components.</param>
public sealed record AptSource(Uri Archive, string Suite, IReadOnlyList<string> Components)
{
    /// <summary>The architectures it is limited to; empty: those of the host.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>Keyring files whose keys alone are trusted for it, and fingerprints; empty: all that apt trusts.</summary>
    public IReadOnlyList<string> SignedBy { get; init; } = [];

    /// <summary>A key that stands in the source itself, in ASCII armor.</summary>
    public string? InlineKey { get; init; }

    /// <summary>Whether it may be past its Valid-Until; null: as apt is configured.</summary>
    public bool? ChecksValidUntil { get; init; }

    /// <summary>Whether it must not be of the future; null: as apt is configured.</summary>
    public bool? ChecksDate { get; init; }
}

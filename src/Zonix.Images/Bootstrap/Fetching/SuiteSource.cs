using Zonix.Images.Bootstrap.Signing;

namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>A suite of an archive, and whose signatures are believed for it.</summary>
/// <param name="Archive">The archive's root; ends in a slash.</param>
/// <param name="Suite">The suite.</param>
/// <param name="Components">The components that packages are taken from.</param>
/// <param name="Keyring">The keys.</param>
public sealed record SuiteSource(Uri Archive, string Suite, IReadOnlyList<string> Components, Keyring Keyring)
{
    /// <summary>Whether its release must not be past its Valid-Until.</summary>
    public bool ChecksValidUntil { get; init; } = true;

    /// <summary>Whether its release must not be of the future.</summary>
    public bool ChecksDate { get; init; } = true;

    /// <summary>Where its release is.</summary>
    public Uri Place => new(Archive, $"dists/{Suite}/");
}

namespace Zonix.Images.Bootstrap;

/// <summary>Which Debian is made, and from where.</summary>
public sealed record BootstrapOptions
{
    /// <summary>The suite or its code name: bookworm, trixie, stable ...</summary>
    public required string Suite { get; init; }

    /// <summary>Debian's name of the architecture.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>Which packages.</summary>
    public BootstrapVariant Variant { get; init; } = BootstrapVariant.Minbase;

    /// <summary>Further packages.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Components that packages are taken from.</summary>
    public IReadOnlyList<string> Components { get; init; } = ["main"];

    /// <summary>The mirror; null: the one the host's apt is configured for, else Debian's own.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>Files with the keys that are trusted; empty: those the host's apt trusts.</summary>
    public IReadOnlyList<string> Keyrings { get; init; } = [];

    /// <summary>Where downloads are kept.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>The host's root, below which the configuration of apt and its keyrings are looked for.</summary>
    public string ConfigurationRoot { get; init; } = "/";

    /// <summary>The latest time that a file of the image may have, seconds since 1970; null: when the mirror's release was made.</summary>
    public long? SourceDateEpoch { get; init; }

    /// <summary>The present time, by which signatures and releases are judged.</summary>
    public Func<DateTimeOffset> Clock { get; init; } = static () => DateTimeOffset.UtcNow;
}

using System.Globalization;
using Zonix.Images.Layout;
using Zonix.Images.References;

namespace Zonix.Images;

/// <summary>An image of the store. Immutable; names are those it had when it was asked for.</summary>
public sealed class Image
{
    internal Image(StoredImage stored, IReadOnlyList<ImageReference> references, IReadOnlyList<ImageReference> digests, string rootSnapshot, long size)
    {
        Stored = stored;
        References = references;
        RepositoryDigests = digests;
        RootSnapshot = rootSnapshot;
        Size = size;
    }

    /// <summary>The digest of its configuration, as docker shows it.</summary>
    public Digest Id => Stored.ConfigDigest;

    /// <summary>The digest of its manifest in the store.</summary>
    public Digest ManifestDigest => Stored.ManifestDigest;

    /// <summary>Its names; none: it is dangling.</summary>
    public IReadOnlyList<ImageReference> References { get; }

    /// <summary>By which digests it was pulled or pushed.</summary>
    public IReadOnlyList<ImageReference> RepositoryDigests { get; }

    /// <summary>How its containers run.</summary>
    public ImageConfig Config => Stored.Config.Config ?? new ImageConfig();

    /// <summary>The snapshot of the pool that holds its tree; a zone's root is a clone of it.</summary>
    public string RootSnapshot { get; }

    /// <summary>Bytes of its layers, uncompressed.</summary>
    public long Size { get; }

    /// <summary>When it was made; null: it does not say.</summary>
    public DateTimeOffset? Created =>
        DateTimeOffset.TryParse(Stored.Config.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>By whom it was made.</summary>
    public string? Author => Stored.Config.Author;

    /// <summary>What it runs on.</summary>
    public ImagePlatform Platform => Stored.Platform;

    /// <summary>"amd64", "386".</summary>
    public string Architecture => Stored.Config.Architecture ?? "amd64";

    /// <summary>"linux".</summary>
    public string OperatingSystem => Stored.Config.Os ?? "linux";

    /// <summary>The digests of its layers, uncompressed, the lowest first.</summary>
    public IReadOnlyList<Digest> Layers => Stored.DiffIds;

    internal StoredImage Stored { get; }

    /// <summary>Its first name, or the beginning of its id.</summary>
    public override string ToString() => References.Count > 0 ? References[0].Familiar : Id.Short;
}

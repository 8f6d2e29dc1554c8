using Zonix.Images.Layers;

namespace Zonix.Images.Layout;

/// <summary>The documents of an image, checked against each other.</summary>
internal sealed record StoredImage
{
    public required Digest ManifestDigest { get; init; }

    public required Digest ConfigDigest { get; init; }

    public required OciManifest Manifest { get; init; }

    public required OciImage Config { get; init; }

    /// <summary>What it runs on.</summary>
    public required ImagePlatform Platform { get; init; }

    /// <summary>Layers as the manifest names them, the lowest first.</summary>
    public required Digest[] LayerBlobs { get; init; }

    /// <summary>Their uncompressed digests.</summary>
    public required Digest[] DiffIds { get; init; }

    /// <summary>The chains that they make.</summary>
    public required Digest[] Chains { get; init; }

    /// <summary>All contents it needs.</summary>
    public IEnumerable<Digest> Blobs => [ManifestDigest, ConfigDigest, .. LayerBlobs];

    /// <summary>Reads and checks the documents.</summary>
    public static StoredImage Read(BlobStore blobs, Digest manifestDigest)
    {
        OciManifest manifest = ReadManifest(blobs.ReadDocument(manifestDigest), manifestDigest);
        Digest configDigest = Digest.Parse(manifest.Config!.Digest);
        return Create(manifestDigest, manifest, configDigest, blobs.ReadDocument(configDigest));
    }

    public static OciManifest ReadManifest(ReadOnlySpan<byte> content, Digest digest)
    {
        OciManifest manifest = ImageJson.Read(content, ImageJson.Default.OciManifest, $"the manifest {digest}");
        if (manifest.SchemaVersion != 2 || manifest.Config?.Digest is null || manifest.Layers is null)
            throw new ImageException($"the manifest {digest} is none of an image (schema version {manifest.SchemaVersion})");
        if (manifest.Config.MediaType is { } type && !MediaTypes.IsConfig(type))
            throw new ImageException($"{digest} is no image but an artifact of type {type}");
        if (Array.Find(manifest.Layers, static layer => MediaTypes.IsForeign(layer.MediaType)) is { } foreign)
            throw new ImageException($"the layer {foreign.Digest} may not be kept by registries ({foreign.MediaType}); such images are not supported");
        return manifest;
    }

    public static StoredImage Create(Digest manifestDigest, OciManifest manifest, Digest configDigest, ReadOnlySpan<byte> configContent)
    {
        OciImage config = ImageJson.Read(configContent, ImageJson.Default.OciImage, $"the image's configuration {configDigest}");
        Digest[] diffIds = Array.ConvertAll(config.RootFs?.DiffIds ?? [], Digest.Parse);
        OciDescriptor[] layers = manifest.Layers!;
        if (diffIds.Length != layers.Length)
            throw new ImageException($"the image {configDigest} states {diffIds.Length} layers, its manifest {layers.Length}");
        if (diffIds.Length == 0)
            throw new ImageException($"the image {configDigest} has no layers");
        var platform = new OciPlatform { Os = config.Os ?? "linux", Architecture = config.Architecture ?? "amd64", Variant = config.Variant };
        if (platform.Ours is not { } ours)
            throw new ImageException($"the image {configDigest} is for {platform}; this machine runs linux/amd64 and linux/386");
        return new StoredImage
        {
            ManifestDigest = manifestDigest, ConfigDigest = configDigest, Manifest = manifest, Config = config,
            LayerBlobs = Array.ConvertAll(layers, static layer => Digest.Parse(layer.Digest)),
            Platform = ours, DiffIds = diffIds, Chains = ChainId.All(diffIds),
        };
    }
}

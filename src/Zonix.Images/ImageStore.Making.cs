using System.Globalization;
using System.Text.Json;
using Zonix.Images.Compression;
using Zonix.Images.Differences;
using Zonix.Images.Layers;
using Zonix.Images.Layout;
using Zonix.Images.References;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Images;

/// <content>Images that are made here: from a root tarball, from a tree, from the changes of a zone.</content>
public sealed partial class ImageStore
{
    /// <summary>
    /// Makes an image of one layer from the archive of a root file system, compressed or not. The stream is read synchronously.
    /// </summary>
    public Image ImportTar(Stream archive, ImageReference? name, NewImage? options = null, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        using IDisposable work = BeginWork();
        using var packed = new LayerBlobWriter(Blobs);
        using (ILayerTree tree = Layers.Begin(null))
        {
            using Stream content = Decompression.Open(archive, out _);
            using var teed = new TeeStream(content, packed);
            using var ahead = new ReadAheadStream(teed);
            TreeUnpacker.ApplyLayer(new TarReader(ahead), new TreeWriter(tree.FileSystem, tree.Vfs), cancellation);
            ahead.Drain();
            LayerBlob layer = packed.Finish();
            tree.Commit(new LayerInfo(layer.DiffId, layer.Size));
            return Compose(null, layer, name, options ?? new NewImage());
        }
    }

    /// <summary>Makes an image of one layer from a tree. The same tree and options give the same image.</summary>
    public Image ImportTree(IFileSystem tree, ImageReference? name, NewImage? options = null, CancellationToken cancellation = default)
    {
        using IDisposable work = BeginWork();
        return AddLayer(null, target => TreePacker.PackTree(tree, target, cancellation), name, options ?? new NewImage(), cancellation);
    }

    /// <summary>Makes an image from another one and what a tree that was cloned from it has different.</summary>
    public Image Commit(IFileSystem tree, string baseImage, ImageReference? name, NewImage? options = null, CancellationToken cancellation = default)
    {
        Image image = Get(baseImage);
        using IDisposable work = BeginWork();
        using ITreeView lower = Layers.Open(image.Stored.Chains[^1]);
        IReadOnlyList<TreeChange> changes = TreeComparison.Compare(lower.FileSystem, tree, cancellation);
        return AddLayer(image, target => TreePacker.PackChanges(changes, target, cancellation), name, options ?? new NewImage(), cancellation);
    }

    /// <summary>The same for a snapshot of the pool.</summary>
    public Image Commit(string snapshot, string baseImage, ImageReference? name, NewImage? options = null, CancellationToken cancellation = default)
    {
        using ITreeView tree = Layers.OpenSnapshot(snapshot);
        return Commit(tree.FileSystem, baseImage, name, options, cancellation);
    }

    /// <summary>What a tree that was cloned from an image has different, by path.</summary>
    public IReadOnlyList<TreeChange> Diff(IFileSystem tree, string baseImage, CancellationToken cancellation = default)
    {
        using ITreeView lower = Layers.Open(Get(baseImage).Stored.Chains[^1]);
        return TreeComparison.Compare(lower.FileSystem, tree, cancellation);
    }

    /// <summary>The same for a snapshot of the pool.</summary>
    public IReadOnlyList<TreeChange> Diff(string snapshot, string baseImage, CancellationToken cancellation = default)
    {
        using ITreeView tree = Layers.OpenSnapshot(snapshot);
        return Diff(tree.FileSystem, baseImage, cancellation);
    }

    /// <summary>The tree of a snapshot of the pool as an archive, uncompressed. The stream is written synchronously.</summary>
    public void Export(string snapshot, Stream target, CancellationToken cancellation = default)
    {
        using ITreeView tree = Layers.OpenSnapshot(snapshot);
        TreePacker.PackTree(tree.FileSystem, target, cancellation);
    }

    private Image AddLayer(Image? below, Action<Stream> pack, ImageReference? name, NewImage options, CancellationToken cancellation)
    {
        using var packed = new LayerBlobWriter(Blobs);
        pack(packed);
        LayerBlob layer = packed.Finish();
        installer.Install(below?.Stored.Chains[^1], layer.Blob, layer.DiffId, "the new layer", null, cancellation);
        return Compose(below, layer, name, options);
    }

    // The documents of an image: those of the one below, with one more layer.
    private Image Compose(Image? below, LayerBlob layer, ImageReference? name, NewImage options)
    {
        string created = options.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        OciImage lower = below?.Stored.Config ?? new OciImage();
        OciImage image = lower with
        {
            Created = created,
            Author = options.Author ?? lower.Author,
            Architecture = lower.Architecture ?? (options.Platform ?? ImagePlatform.Amd64).Architecture,
            Os = lower.Os ?? "linux",
            Config = options.Config ?? lower.Config ?? new ImageConfig(),
            RootFs = new OciRootFs { Type = "layers", DiffIds = [.. lower.RootFs?.DiffIds ?? [], layer.DiffId.ToString()] },
            History =
            [
                .. lower.History ?? [],
                new ImageHistoryEntry { Created = created, CreatedBy = options.CreatedBy, Author = options.Author, Comment = options.Comment },
            ],
            Others = null,
        };
        byte[] config = JsonSerializer.SerializeToUtf8Bytes(image, ImageJson.Default.OciImage);
        var manifest = new OciManifest
        {
            SchemaVersion = 2, MediaType = MediaTypes.Manifest,
            Config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = Blobs.Write(config).ToString(), Size = config.Length },
            Layers =
            [
                .. below?.Stored.Manifest.Layers?.Select(ToOci) ?? [],
                new OciDescriptor { MediaType = MediaTypes.LayerGzip, Digest = layer.Blob.ToString(), Size = Blobs.SizeOf(layer.Blob) },
            ],
        };
        Digest digest = Blobs.Write(JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Default.OciManifest));
        return Publish(digest, name is null ? [] : [name], null);
    }

    // An OCI manifest names layers by OCI's types.
    private static OciDescriptor ToOci(OciDescriptor layer) =>
        layer.MediaType == MediaTypes.DockerLayerGzip ? layer with { MediaType = MediaTypes.LayerGzip } : layer;
}

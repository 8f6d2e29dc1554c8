using System.Text.Json;
using Zonix.Images.Archives;
using Zonix.Images.Compression;
using Zonix.Images.Layout;
using Zonix.Images.References;

namespace Zonix.Images;

/// <content>Images that come as archives and layouts.</content>
public sealed partial class ImageStore
{
    /// <summary>
    /// Loads all images of an archive, compressed or not: one of docker save (the old form and the new one), or an OCI image
    /// layout. The stream is read synchronously, once.
    /// </summary>
    /// <param name="archive">The archive.</param>
    /// <param name="name">A name for the image, if there is but one and it has none.</param>
    /// <param name="progress">Told of what is read and unpacked; may be null.</param>
    /// <param name="cancellation">Ends it early; images that are whole by then stay.</param>
    public IReadOnlyList<Image> LoadArchive(
        Stream archive, ImageReference? name = null, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default)
    {
        using IDisposable work = BeginWork();
        ArchiveContents contents = ArchiveContents.Read(archive, Blobs, progress, cancellation);
        if (contents.Find("oci-layout") is { } mark && contents.Find("index.json") is { } index)
        {
            ImageCatalog.CheckMark(Blobs.ReadDocument(mark), "the archive");
            return LoadIndex(Blobs.ReadDocument(index), "the archive", static _ => { }, name, progress, cancellation);
        }
        if (contents.Find("manifest.json") is { } list)
        {
            DockerArchiveItem[] items = ImageJson.Read(Blobs.ReadDocument(list), ImageJson.Default.DockerArchiveItemArray, "the archive's manifest.json");
            return [.. items.Select(item => LoadItem(item, contents, items.Length == 1 ? name : null, progress, cancellation))];
        }
        throw new ImageException(contents.Find("repositories") is null
            ? "this is no archive of images: it has neither manifest.json nor an OCI layout (for the archive of a root file system, use import)"
            : "this archive was made by a docker before 1.10, which is not supported: pull and save the image again");
    }

    /// <summary>Loads all images of an OCI image layout in a directory of the host.</summary>
    public IReadOnlyList<Image> LoadLayout(
        string directory, ImageReference? name = null, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default)
    {
        using IDisposable work = BeginWork();
        string index = Path.Combine(directory, "index.json"), mark = Path.Combine(directory, "oci-layout");
        if (!File.Exists(index) || !File.Exists(mark))
            throw new ImageException($"{directory} is no OCI image layout: it lacks {(File.Exists(index) ? "oci-layout" : "index.json")}");
        ImageCatalog.CheckMark(File.ReadAllBytes(mark), directory);
        return LoadIndex(File.ReadAllBytes(index), directory, digest => CopyFrom(directory, digest, progress), name, progress, cancellation);
    }

    private void CopyFrom(string directory, Digest digest, IProgress<ImageProgress>? progress)
    {
        if (Blobs.Has(digest))
            return;
        string path = Path.Combine(directory, "blobs", "sha256", digest.Hex);
        if (!File.Exists(path))
            return;
        using FileStream source = File.OpenRead(path);
        using var counted = new ProgressStream(source, digest, ImagePhase.Loading, source.Length, progress);
        using BlobWriter writer = Blobs.Begin();
        counted.CopyTo(writer, 256 * 1024);
        try
        {
            writer.Commit(digest);
        }
        catch (ImageException e)
        {
            throw new ImageException($"{path}: {e.Message}", e);
        }
    }

    // What the index names may lie elsewhere: `fetch` puts it into the store if it is there.
    private List<Image> LoadIndex(
        byte[] content, string where, Action<Digest> fetch, ImageReference? name, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        OciDescriptor[] entries = ImageJson.Read(content, ImageJson.Default.OciIndex, $"{where}: index.json").Manifests ?? [];
        OciDescriptor[] usable = Array.FindAll(entries, entry => entry.Platform is null || entry.Platform.Ours == ImagePlatform.Amd64 || IsThere(entry, fetch));
        if (usable.Length == 0)
            usable = [PlatformChoice.Choose(new OciIndex { Manifests = entries }, where, null)];
        var groups = usable.GroupBy(static entry => entry.Digest).ToArray();
        var images = new List<Image>();
        foreach (IGrouping<string?, OciDescriptor> group in groups)
        {
            Digest manifest = FindManifest(Digest.Parse(group.Key), group.First().MediaType, where, fetch);
            OciManifest parsed = StoredImage.ReadManifest(Blobs.ReadDocument(manifest), manifest);
            foreach (OciDescriptor needed in parsed.Layers!.Prepend(parsed.Config!))
            {
                Digest digest = Digest.Parse(needed.Digest);
                fetch(digest);
                if (!Blobs.Has(digest))
                    throw new ImageException($"{where} lacks {digest}, which the manifest {manifest} needs");
            }
            ImageReference[] names = [.. group.Select(NameOf).OfType<ImageReference>()];
            if (names.Length == 0 && name is not null && groups.Length == 1)
                names = [name];
            images.Add(Install(manifest, names, null, progress, cancellation));
        }
        return images;
    }

    // Whoever saves one platform's image of several may leave the others' contents out.
    private bool IsThere(OciDescriptor entry, Action<Digest> fetch)
    {
        if (entry.Platform?.Ours is null || !Digest.TryParse(entry.Digest, out Digest digest))
            return false;
        fetch(digest);
        return Blobs.Has(digest);
    }

    private Digest FindManifest(Digest digest, string? mediaType, string where, Action<Digest> fetch)
    {
        const int MaxDepth = 4;
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            fetch(digest);
            if (!Blobs.Has(digest))
                throw new ImageException($"{where} lacks the manifest {digest}");
            byte[] content = Blobs.ReadDocument(digest);
            OciIndex index = ImageJson.Read(content, ImageJson.Default.OciIndex, $"the manifest {digest}");
            if (!MediaTypes.IsIndex(mediaType) && !MediaTypes.IsIndex(index.MediaType) && index.Manifests is null)
                return digest;
            OciDescriptor chosen = PlatformChoice.Choose(index, where, null);
            (digest, mediaType) = (Digest.Parse(chosen.Digest), chosen.MediaType);
        }
        throw new ImageException($"{where}: an index leads to an index, more than {MaxDepth} deep");
    }

    // Docker and containerd give the whole name; other programs a tag, or a name that begins with a repository.
    private static ImageReference? NameOf(OciDescriptor entry)
    {
        if (entry.Annotation(OciDescriptor.NameAnnotation) is { } full && ImageReference.TryParse(full) is { } reference)
            return reference;
        return entry.Annotation(OciDescriptor.TagAnnotation) is { } text && text.AsSpan().ContainsAny('/', ':') ? ImageReference.TryParse(text) : null;
    }

    private Image LoadItem(
        DockerArchiveItem item, ArchiveContents contents, ImageReference? name, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        Digest Find(string? file) => contents.Find(file ?? "") ?? throw new ImageException($"the archive lacks '{file}', which its manifest.json names");
        Digest config = Find(item.Config);
        Digest[] layers = Array.ConvertAll(item.Layers ?? [], Find);
        var manifest = new OciManifest
        {
            SchemaVersion = 2, MediaType = MediaTypes.Manifest,
            Config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = config.ToString(), Size = Blobs.SizeOf(config) },
            Layers = Array.ConvertAll(layers, Describe),
        };
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Default.OciManifest);
        ImageReference[] names = Array.ConvertAll(item.RepoTags ?? [], ImageReference.Parse);
        return Install(Blobs.Write(content), names.Length == 0 && name is not null ? [name] : names, null, progress, cancellation);
    }

    private OciDescriptor Describe(Digest layer)
    {
        using FileStream file = Blobs.Open(layer);
        Span<byte> head = stackalloc byte[6];
        int got = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        string type = Decompression.Detect(head[..got]) switch
        {
            CompressionKind.Gzip => MediaTypes.LayerGzip,
            CompressionKind.Zstd => MediaTypes.LayerZstd,
            CompressionKind.Xz => MediaTypes.LayerTar + "+xz",
            _ => MediaTypes.LayerTar,
        };
        return new OciDescriptor { MediaType = type, Digest = layer.ToString(), Size = file.Length };
    }
}

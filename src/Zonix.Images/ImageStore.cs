using Zonix.Images.Layers;
using Zonix.Images.Layout;
using Zonix.Images.References;
using Zonix.Storage;

namespace Zonix.Images;

/// <summary>
/// The images of this machine: an OCI image layout on disk that holds manifests, configurations and layers as they came, and an
/// <see cref="ILayerStore"/> that holds the layers unpacked, each chain of them once. An image is visible when all of it is
/// there and was checked; whatever happens meanwhile leaves at most garbage, which <see cref="Prune"/> takes away. Any thread.
/// </summary>
/// <remarks>Every method throws <see cref="ImageException"/> with a text for the user.</remarks>
public sealed partial class ImageStore
{
    private readonly ImageCatalog catalog;
    private readonly LayerInstaller installer;

    // Contents that are being written belong to no image yet: while there is work, nothing is collected.
    private readonly Lock workGate = new();
    private int works;

    private ImageStore(string directory, ILayerStore layers)
    {
        Blobs = new BlobStore(directory);
        Layers = layers;
        catalog = new ImageCatalog(directory, Blobs);
        installer = new LayerInstaller(Blobs, layers);
    }

    internal BlobStore Blobs { get; }

    internal ILayerStore Layers { get; }

    /// <summary>Opens the store in a directory of the host, which is made if it is missing. One process at a time may have it open.</summary>
    public static ImageStore Open(string directory, ILayerStore layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        try
        {
            Directory.CreateDirectory(directory);
            return new ImageStore(directory, layers);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"cannot open the images in {directory}: {e.Message}", e);
        }
    }

    /// <summary>The same, with the layers in the machine's pool.</summary>
    public static ImageStore Open(string directory, Pool pool, VirtualFileSystem vfs) => Open(directory, new PoolLayerStore(pool, vfs));

    /// <summary>All images, the newest first; those without a name too.</summary>
    public IReadOnlyList<Image> List() =>
    [
        .. from entry in catalog.Entries
           group entry by catalog.Read(Digest.Parse(entry.Digest)).ConfigDigest into image
           let shown = Show([.. image])
           orderby shown.Created descending, shown.Id.Hex
           select shown
    ];

    /// <summary>
    /// The image of that name ("debian:bookworm", "debian@sha256:..."), or of that id or the beginning of one; null: there is
    /// none. <see cref="ImageException"/> when the beginning fits several.
    /// </summary>
    /// <param name="name">The name: it may stand for one image of each platform.</param>
    /// <param name="platform">Of these the one for it; null: that for linux/amd64, if there is one.</param>
    public Image? Find(string name, ImagePlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        IReadOnlyList<OciDescriptor> entries = catalog.Entries;
        if (ImageReference.TryParse(name) is { } reference && FindNamed(entries, reference, platform) is { } named)
            return ShowAll(entries, named);
        string hex = name.StartsWith("sha256:", StringComparison.Ordinal) ? name["sha256:".Length..] : name;
        if (!Digest.IsBeginning(hex))
            return null;
        Digest[] found = [.. entries.Select(Id).Where(id => id.Hex.StartsWith(hex, StringComparison.Ordinal)).Distinct()];
        return found.Length switch
        {
            0 => null,
            1 => ShowAll(entries, found[0]) is var image && (platform is null || image.Platform == platform) ? image : null,
            _ => throw new ImageException($"'{name}' is the beginning of {found.Length} images' ids: give more of it"),
        };
    }

    /// <summary>As <see cref="Find"/>; that there is none is an error.</summary>
    public Image Get(string name) => Find(name) ?? throw new ImageException($"no such image: {name}");

    /// <summary>
    /// An image whose tree is there for certain: what the pool has lost is unpacked again from the contents.
    /// </summary>
    public Image Prepare(Image image, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using IDisposable work = BeginWork();
        if (Layers.Find(image.Stored.Chains[^1]) is null)
            Unpack(image.Stored, progress, cancellation);
        return image;
    }

    /// <summary>Gives an image one more name, which another image may lose by it.</summary>
    public void Tag(string name, string newName)
    {
        Image image = Get(name);
        ImageReference reference = ImageReference.Parse(newName);
        if (reference.Digest is not null)
            throw new ImageException($"'{newName}' has a digest: an image is given a tag only");
        Record(image.ManifestDigest, reference, null);
    }

    /// <summary>How the image was made, the newest step first.</summary>
    public IReadOnlyList<ImageHistoryStep> History(string name)
    {
        Image image = Get(name);
        ImageHistoryEntry[] entries = image.Stored.Config.History ?? [];
        var steps = new List<ImageHistoryStep>();
        int layer = 0;
        foreach (ImageHistoryEntry entry in entries)
        {
            bool isEmpty = entry.EmptyLayer == true || layer >= image.Stored.Chains.Length;
            steps.Add(new ImageHistoryStep(entry, isEmpty ? 0 : SizeOf(image.Stored.Chains[layer++])));
        }
        // Layers of which the history does not tell.
        for (; layer < image.Stored.Chains.Length; layer++)
            steps.Add(new ImageHistoryStep(new ImageHistoryEntry(), SizeOf(image.Stored.Chains[layer])));
        steps.Reverse();
        return steps;
    }

    /// <summary>
    /// Has an image whose contents are all there unpacked and checked, and then makes it visible.
    /// </summary>
    internal Image Install(
        Digest manifest, IReadOnlyList<ImageReference> names, ImageReference? repositoryDigest, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        Unpack(catalog.Read(manifest), progress, cancellation);
        return Publish(manifest, names, repositoryDigest);
    }

    internal static string LayerName(int index, int count) => $"layer {index + 1} of {count}";

    internal Digest InstallLayer(
        Digest? parent, Digest blob, Digest diffId, string what, IProgress<ImageProgress>? progress, CancellationToken cancellation) =>
        installer.Install(parent, blob, diffId, what, progress, cancellation);

    /// <summary>Makes an image visible whose contents are all there, checked and unpacked.</summary>
    internal Image Publish(Digest manifest, IReadOnlyList<ImageReference> names, ImageReference? repositoryDigest)
    {
        if (names.Count == 0)
            Record(manifest, null, repositoryDigest);
        foreach (ImageReference name in names)
            Record(manifest, name, repositoryDigest);
        IReadOnlyList<OciDescriptor> entries = catalog.Entries;
        return ShowAll(entries, catalog.Read(manifest).ConfigDigest);
    }

    /// <summary>Keeps contents that belong to no image yet from being collected until it is disposed.</summary>
    internal IDisposable BeginWork()
    {
        lock (workGate)
            works++;
        return new Work(this);
    }

    private void Unpack(StoredImage image, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        Digest? chain = null;
        for (int i = 0; i < image.DiffIds.Length; i++)
            chain = installer.Install(chain, image.LayerBlobs[i], image.DiffIds[i], LayerName(i, image.DiffIds.Length), progress, cancellation);
    }

    private Digest Id(OciDescriptor entry) => catalog.Read(Digest.Parse(entry.Digest)).ConfigDigest;

    private long SizeOf(Digest chain) => Layers.Find(chain)?.Size ?? 0;

    private Digest? FindNamed(IReadOnlyList<OciDescriptor> entries, ImageReference reference, ImagePlatform? platform = null)
    {
        OciDescriptor[] named = [.. entries.Where(entry => reference.Digest is null
            ? entry.Annotation(OciDescriptor.NameAnnotation) == reference.Full
            : HasDigest(entry, reference))];
        OciDescriptor? found = Array.Find(named, entry => PlatformOf(entry) == (platform ?? ImagePlatform.Amd64)) ?? (platform is null ? named.FirstOrDefault() : null);
        return found is null ? null : Id(found);
    }

    private ImagePlatform PlatformOf(OciDescriptor entry) => catalog.Read(Digest.Parse(entry.Digest)).Platform;

    private static bool HasDigest(OciDescriptor entry, ImageReference reference) =>
        Digests(entry).Any(digest => digest.Repository == reference.Repository && digest.Digest == reference.Digest)
        || (entry.Digest == reference.Digest.ToString() && Name(entry)?.Repository == reference.Repository);

    private static ImageReference? Name(OciDescriptor entry) =>
        entry.Annotation(OciDescriptor.NameAnnotation) is { } name ? ImageReference.TryParse(name) : null;

    private static IEnumerable<ImageReference> Digests(OciDescriptor entry) =>
        from text in entry.Annotation(OciDescriptor.RepositoryAnnotation)?.Split(' ') ?? []
        let reference = ImageReference.TryParse(text)
        where reference is not null
        select reference;

    private Image ShowAll(IReadOnlyList<OciDescriptor> entries, Digest id) => Show([.. entries.Where(entry => Id(entry) == id)]);

    private Image Show(OciDescriptor[] entries)
    {
        StoredImage stored = catalog.Read(Digest.Parse(entries[0].Digest));
        ImageReference[] names = [.. entries.Select(Name).OfType<ImageReference>().OrderBy(static name => name.Full, StringComparer.Ordinal)];
        ImageReference[] digests = [.. entries.SelectMany(Digests).Distinct()];
        return new Image(stored, names, digests, Layers.SnapshotName(stored.Chains[^1]), stored.Chains.Sum(SizeOf));
    }

    // A name stands for one image of a platform: whoever had it loses it, and its last entry stays without a name.
    private void Record(Digest manifest, ImageReference? name, ImageReference? repositoryDigest)
    {
        string digest = manifest.ToString();
        catalog.Change(entries =>
        {
            SortedDictionary<string, string> annotations = new(StringComparer.Ordinal);
            foreach (OciDescriptor entry in entries.Where(entry => entry.Digest == digest))
            {
                if (entry.Annotation(OciDescriptor.RepositoryAnnotation) is { } known)
                    annotations[OciDescriptor.RepositoryAnnotation] = known;
            }
            if (repositoryDigest is not null)
                AddDigest(annotations, repositoryDigest.Full);
            if (name is not null)
            {
                RemoveName(entries, name.Full, catalog.Read(manifest).Platform, keepsImage: entry => entry.Digest != digest);
                annotations[OciDescriptor.NameAnnotation] = name.Full;
                annotations[OciDescriptor.TagAnnotation] = name.Tag ?? name.Digest.ToString()!;
                // An entry without a name stands only as long as there is none with one.
                entries.RemoveAll(entry => entry.Digest == digest && entry.Annotation(OciDescriptor.NameAnnotation) is null);
            }
            else if (entries.FindIndex(entry => entry.Digest == digest) is var index and >= 0)
            {
                entries[index] = entries[index] with { Annotations = Merge(entries[index].Annotations, annotations) };
                return true;
            }
            entries.Add(new OciDescriptor
            {
                MediaType = catalog.Read(manifest).Manifest.MediaType ?? MediaTypes.Manifest, Digest = digest, Size = Blobs.SizeOf(manifest),
                Annotations = annotations.Count > 0 ? annotations : null,
            });
            return true;
        });
    }

    private static void AddDigest(SortedDictionary<string, string> annotations, string digest)
    {
        string[] known = annotations.GetValueOrDefault(OciDescriptor.RepositoryAnnotation)?.Split(' ') ?? [];
        annotations[OciDescriptor.RepositoryAnnotation] = string.Join(' ', known.Append(digest).Distinct());
    }

    private static SortedDictionary<string, string>? Merge(SortedDictionary<string, string>? old, SortedDictionary<string, string> more)
    {
        var all = new SortedDictionary<string, string>(old ?? [], StringComparer.Ordinal);
        foreach ((string key, string value) in more)
            all[key] = value;
        return all.Count > 0 ? all : null;
    }

    private bool RemoveName(List<OciDescriptor> entries, string name, ImagePlatform platform, Func<OciDescriptor, bool> keepsImage)
    {
        int index = entries.FindIndex(entry => entry.Annotation(OciDescriptor.NameAnnotation) == name && PlatformOf(entry) == platform);
        if (index < 0)
            return false;
        OciDescriptor entry = entries[index];
        bool isLast = entries.Count(other => other.Digest == entry.Digest) == 1;
        if (!isLast || !keepsImage(entry))
        {
            entries.RemoveAt(index);
            return true;
        }
        var rest = new SortedDictionary<string, string>(entry.Annotations!, StringComparer.Ordinal);
        rest.Remove(OciDescriptor.NameAnnotation);
        rest.Remove(OciDescriptor.TagAnnotation);
        entries[index] = entry with { Annotations = rest.Count > 0 ? rest : null };
        return true;
    }

    private sealed class Work(ImageStore store) : IDisposable
    {
        public void Dispose()
        {
            lock (store.workGate)
                store.works--;
        }
    }
}

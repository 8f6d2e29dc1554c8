using System.Collections.Concurrent;
using System.Text.Json;

namespace Zonix.Images.Layout;

/// <summary>
/// The images of a layout: its "index.json", in which an image stands once for each of its names, or once without a name. The
/// file is replaced as a whole, so that it is true at every moment. Any thread.
/// </summary>
internal sealed class ImageCatalog
{
    private const string IndexName = "index.json", MarkName = "oci-layout", Version = "1.0.0";
    private readonly Lock gate = new();
    private readonly string directory;
    private readonly BlobStore blobs;
    private readonly ConcurrentDictionary<Digest, StoredImage> images = new();
    private OciDescriptor[] entries = [];

    public ImageCatalog(string directory, BlobStore blobs)
    {
        this.directory = directory;
        this.blobs = blobs;
        string mark = Path.Combine(directory, MarkName), index = Path.Combine(directory, IndexName);
        if (!File.Exists(mark))
            Replace(mark, MarkContent);
        CheckMark(File.ReadAllBytes(mark), directory);
        if (File.Exists(index))
            entries = ImageJson.Read(File.ReadAllBytes(index), ImageJson.Default.OciIndex, index).Manifests ?? [];
        else
            Replace(index, Serialize(entries));
    }

    /// <summary>The content of the file that marks a layout.</summary>
    public static byte[] MarkContent => JsonSerializer.SerializeToUtf8Bytes(new OciLayoutMark { Version = Version }, ImageJson.Default.OciLayoutMark);

    /// <summary>What stands in it now.</summary>
    public IReadOnlyList<OciDescriptor> Entries => Volatile.Read(ref entries);

    public static void CheckMark(ReadOnlySpan<byte> content, string where)
    {
        OciLayoutMark mark = ImageJson.Read(content, ImageJson.Default.OciLayoutMark, $"{where}/{MarkName}");
        if (mark.Version?.StartsWith("1.", StringComparison.Ordinal) != true)
            throw new ImageException($"{where} is an image layout of version '{mark.Version}'; 1.0.0 is known");
    }

    public static byte[] Serialize(OciDescriptor[] manifests) =>
        JsonSerializer.SerializeToUtf8Bytes(new OciIndex { SchemaVersion = 2, MediaType = MediaTypes.Index, Manifests = manifests }, ImageJson.Default.OciIndex);

    /// <summary>The documents of an image.</summary>
    public StoredImage Read(Digest manifest) => images.GetOrAdd(manifest, static (digest, blobs) => StoredImage.Read(blobs, digest), blobs);

    /// <summary>Changes the entries; what the change answers is answered when it is on disk.</summary>
    public T Change<T>(Func<List<OciDescriptor>, T> change)
    {
        lock (gate)
        {
            var changed = new List<OciDescriptor>(entries);
            T result = change(changed);
            if (!changed.SequenceEqual(entries))
            {
                OciDescriptor[] next = [.. changed];
                Replace(Path.Combine(directory, IndexName), Serialize(next));
                Volatile.Write(ref entries, next);
            }
            return result;
        }
    }

    /// <summary>Forgets documents of images that are gone.</summary>
    public void Forget(Digest manifest) => images.TryRemove(manifest, out _);

    private static void Replace(string path, byte[] content)
    {
        string next = path + ".new";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}

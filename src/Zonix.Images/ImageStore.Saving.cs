using System.Text;
using System.Text.Json;
using Zonix.Images.Layout;
using Zonix.Images.References;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Images;

/// <content>Images that go out as an archive.</content>
public sealed partial class ImageStore
{
    /// <summary>
    /// Writes images as one archive, uncompressed, that docker load takes and that is an OCI image layout too. An image that is
    /// asked for by id goes without names. The same images give the same bytes. The stream is written synchronously.
    /// </summary>
    public void Save(IReadOnlyList<string> names, Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0)
            throw new ImageException("no image is named to be saved");
        using IDisposable work = BeginWork();
        var images = new Dictionary<Digest, (Image Image, SortedSet<string> Names)>();
        foreach (string name in names)
        {
            Image image = Get(name);
            if (!images.TryGetValue(image.ManifestDigest, out (Image Image, SortedSet<string> Names) chosen))
                images.Add(image.ManifestDigest, chosen = (image, new(StringComparer.Ordinal)));
            if (ImageReference.TryParse(name) is { Tag: not null } reference && image.References.Any(r => r.Full == reference.Full))
                chosen.Names.Add(reference.Full);
        }
        var archive = new TarWriter(target);
        WriteDirectory(archive, "blobs");
        WriteDirectory(archive, "blobs/sha256");
        foreach (Digest blob in images.Values.SelectMany(static entry => entry.Image.Stored.Blobs).Distinct().OrderBy(static blob => blob.Hex, StringComparer.Ordinal))
            WriteBlob(archive, blob, cancellation);
        WriteFile(archive, "index.json", ImageCatalog.Serialize([.. images.Values.SelectMany(entry => IndexEntries(entry.Image, entry.Names))]));
        DockerArchiveItem[] items = [.. images.Values.Select(static entry => DockerItem(entry.Image, entry.Names))];
        WriteFile(archive, "manifest.json", JsonSerializer.SerializeToUtf8Bytes(items, ImageJson.Default.DockerArchiveItemArray));
        WriteFile(archive, "oci-layout", ImageCatalog.MarkContent);
        archive.Complete();
    }

    private IEnumerable<OciDescriptor> IndexEntries(Image image, SortedSet<string> names)
    {
        var entry = new OciDescriptor
        {
            MediaType = image.Stored.Manifest.MediaType ?? MediaTypes.Manifest, Digest = image.ManifestDigest.ToString(), Size = Blobs.SizeOf(image.ManifestDigest),
        };
        return names.Count == 0
            ? [entry]
            : names.Select(name => entry with
            {
                Annotations = new(StringComparer.Ordinal)
                {
                    [OciDescriptor.NameAnnotation] = name, [OciDescriptor.TagAnnotation] = ImageReference.Parse(name).Tag ?? "latest",
                },
            });
    }

    private static DockerArchiveItem DockerItem(Image image, SortedSet<string> names) => new()
    {
        Config = BlobName(image.Id), RepoTags = [.. names.Select(static name => ImageReference.Parse(name).Familiar)],
        Layers = Array.ConvertAll(image.Stored.LayerBlobs, BlobName),
    };

    private static string BlobName(Digest digest) => "blobs/sha256/" + digest.Hex;

    private static void WriteDirectory(TarWriter archive, string name) => archive.WriteEntry(new TarEntry
    {
        Kind = TarEntryKind.Directory, Name = Encoding.ASCII.GetBytes(name), Attributes = new EntryAttributes(0x1ED, 0, 0, default),
    });

    private static void WriteFile(TarWriter archive, string name, byte[] content)
    {
        BeginFile(archive, name, content.Length);
        archive.Write(content);
    }

    private static void BeginFile(TarWriter archive, string name, long size) => archive.WriteEntry(new TarEntry
    {
        Kind = TarEntryKind.File, Name = Encoding.ASCII.GetBytes(name), Size = size, Attributes = new EntryAttributes(0x1A4, 0, 0, default),
    });

    private void WriteBlob(TarWriter archive, Digest blob, CancellationToken cancellation)
    {
        using FileStream file = Blobs.Open(blob);
        BeginFile(archive, BlobName(blob), file.Length);
        var chunk = new byte[256 * 1024];
        while (file.Read(chunk) is var n and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            archive.Write(chunk.AsSpan(0, n));
        }
    }
}

using System.Text;
using Zonix.Images.Compression;
using Zonix.Images.Layout;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Archives;

/// <summary>
/// The files of an archive of images, each in the store already, by their names in the archive. The archive is read once, in
/// whatever order it has its files; what such an archive does not have is passed over.
/// </summary>
internal sealed class ArchiveContents
{
    private const int MaxLinks = 40;
    private readonly Dictionary<string, (Digest Digest, long Size)> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);

    /// <summary>Reads an archive, compressed or not.</summary>
    public static ArchiveContents Read(Stream archive, BlobStore blobs, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var contents = new ArchiveContents();
        using Stream content = Decompression.Open(archive, out _);

        // What comes, perhaps over a socket, is received and decompressed beside what is hashed and written.
        using var ahead = new ReadAheadStream(content);
        var reader = new TarReader(ahead);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            string name = Encoding.UTF8.GetString(TreePath.Normalize(entry.Name));
            if (!IsWanted(name))
                continue;
            if (entry.Kind == TarEntryKind.File && entry.Segments is null)
                contents.files[name] = Store(reader, entry, name, blobs, progress, cancellation);
            else if (entry.Kind == TarEntryKind.HardLink)
                contents.links[name] = Encoding.UTF8.GetString(TreePath.Normalize(entry.LinkName));
            else if (entry.Kind == TarEntryKind.SymbolicLink)
                contents.links[name] = Resolve(name, entry.LinkName);
        }
        return contents;
    }

    /// <summary>A file of the archive; null: it has none of that name.</summary>
    public Digest? Find(string name)
    {
        for (int i = 0; i <= MaxLinks; i++)
        {
            if (files.TryGetValue(name, out (Digest Digest, long Size) file))
                return file.Digest;
            if (!links.TryGetValue(name, out string? next))
                return null;
            name = next;
        }
        throw new ImageException($"the links of '{name}' in the archive go round in a circle");
    }

    // What docker and others put into such archives; anything else need not be kept, a root file system for one.
    private static bool IsWanted(string name) =>
        name is "index.json" or "oci-layout" or "manifest.json" or "repositories"
        || name.StartsWith("blobs/sha256/", StringComparison.Ordinal)
        || name.EndsWith("/layer.tar", StringComparison.Ordinal)
        || (!name.Contains('/', StringComparison.Ordinal) && (name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal)
            || name.EndsWith(".tar.gz", StringComparison.Ordinal)));

    private static (Digest Digest, long Size) Store(
        TarReader reader, TarEntry entry, string name, BlobStore blobs, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        const string BlobFolder = "blobs/sha256/";
        Digest? expected = null;
        if (name.StartsWith(BlobFolder, StringComparison.Ordinal))
            expected = Digest.TryParse("sha256:" + name[BlobFolder.Length..], out Digest stated) ? stated : throw new ImageException($"'{name}' in the archive names no digest");
        if (expected is { } known && blobs.Has(known))
            return (known, entry.Size);
        using BlobWriter writer = blobs.Begin();
        var chunk = new byte[256 * 1024];
        while (reader.Read(chunk) is var n and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(chunk.AsSpan(0, n));
            if (expected is { } layer)
                progress?.Report(new ImageProgress(layer, ImagePhase.Loading, writer.Length, entry.Size));
        }
        try
        {
            return writer.Commit(expected);
        }
        catch (ImageException e)
        {
            throw new ImageException($"'{name}' in the archive: {e.Message}", e);
        }
    }

    private static string Resolve(string name, byte[] target)
    {
        string text = Encoding.UTF8.GetString(target);
        int slash = name.LastIndexOf('/');
        string joined = text.StartsWith('/') || slash < 0 ? text : $"{name[..slash]}/{text}";
        return Encoding.UTF8.GetString(TreePath.Normalize(Encoding.UTF8.GetBytes(joined)));
    }
}

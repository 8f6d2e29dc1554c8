namespace Zonix.Images.Layout;

/// <summary>
/// The contents of an image layout, by digest: "blobs/sha256/HEX". What is written goes into "tmp" first and is moved into its
/// place when it is whole, has the digest it should have, and is on disk. Any thread.
/// </summary>
internal sealed class BlobStore
{
    private readonly string blobs, temporary;

    public BlobStore(string directory)
    {
        blobs = Path.Combine(directory, "blobs", "sha256");
        temporary = Path.Combine(directory, "tmp");
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(temporary);
    }

    public bool Has(Digest digest) => File.Exists(PathOf(digest));

    public long SizeOf(Digest digest) => new FileInfo(PathOf(digest)) is { Exists: true } file ? file.Length : 0;

    public string PathOf(Digest digest) => Path.Combine(blobs, digest.Hex);

    /// <summary>Where a content that comes in pieces is gathered, and stays when it was interrupted.</summary>
    public string PartialPath(Digest digest) => Path.Combine(temporary, digest.Hex + ".partial");

    public FileStream Open(Digest digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException e)
        {
            throw new ImageException($"the store lacks the content {digest}: pull or load the image again", e);
        }
    }

    /// <summary>A document: a manifest or a configuration.</summary>
    public byte[] ReadDocument(Digest digest)
    {
        const int Longest = 8 << 20;
        using FileStream file = Open(digest);
        if (file.Length > Longest)
            throw new ImageException($"the document {digest} has {file.Length} bytes, more than {Longest}");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        if (Digest.Of(content) != digest)
            throw new ImageException($"the content {digest} in the store is damaged: pull or load the image again");
        return content;
    }

    public Digest Write(ReadOnlySpan<byte> content)
    {
        Digest digest = Digest.Of(content);
        if (!Has(digest))
        {
            using BlobWriter writer = Begin();
            writer.Write(content);
            writer.Commit();
        }
        return digest;
    }

    /// <summary>A content whose digest shows when it is whole.</summary>
    public BlobWriter Begin() => new(this, Path.Combine(temporary, Guid.NewGuid().ToString("n")));

    /// <summary>Moves a file that is whole, checked and on disk into its place.</summary>
    public void Accept(string path, Digest digest) => File.Move(path, PathOf(digest), overwrite: true);

    public IEnumerable<Digest> List() =>
        from file in Directory.EnumerateFiles(blobs)
        where Digest.TryParse("sha256:" + Path.GetFileName(file), out _)
        select Digest.FromHex(Path.GetFileName(file));

    /// <summary>Answers how many bytes it had.</summary>
    public long Remove(Digest digest)
    {
        long size = SizeOf(digest);
        File.Delete(PathOf(digest));
        return size;
    }

    /// <summary>Takes away what was begun and never finished; answers how many bytes that were.</summary>
    public long Sweep()
    {
        long bytes = 0;
        foreach (FileInfo file in new DirectoryInfo(temporary).EnumerateFiles())
        {
            bytes += file.Length;
            file.Delete();
        }
        return bytes;
    }
}

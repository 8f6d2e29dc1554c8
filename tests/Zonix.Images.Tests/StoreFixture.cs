using System.IO.Compression;
using System.Text;
using Zonix.Images.Compression;
using Zonix.Images.References;
using Zonix.Images.Tar;
using static Zonix.Images.Tests.MemoryTree;

namespace Zonix.Images.Tests;

/// <summary>A store of images in a folder that is gone after the test.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly HostFolder folder = HostFolder.Create();

    public StoreFixture() => Store = ImageStore.Open(folder.Path("images"), Layers);

    public MemoryLayerStore Layers { get; } = new();

    public ImageStore Store { get; private set; }

    public string Root => folder.Path("images");

    public HostFolder Folder => folder;

    public static ImageReference Name(string text) => ImageReference.Parse(text);

    /// <summary>A root tarball of these files; a content of null is a directory.</summary>
    public static byte[] Tarball(params (string Name, string? Content)[] files)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        foreach ((string name, string? content) in files)
        {
            byte[] bytes = Bytes(content ?? "");
            writer.WriteEntry(new TarEntry
            {
                Kind = content is null ? TarEntryKind.Directory : TarEntryKind.File, Name = Bytes(name), Size = bytes.Length,
                Attributes = Plain(content is null ? 0x1EDu : 0x1A4u),
            });
            writer.Write(bytes);
        }
        writer.Complete();
        return archive.ToArray();
    }

    public static byte[] Compress(byte[] content, CompressionKind kind, HostFolder folder)
    {
        var target = new MemoryStream();
        switch (kind)
        {
            case CompressionKind.Gzip:
                using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                    gzip.Write(content);
                return target.ToArray();
            case CompressionKind.Zstd:
                using (var zstd = new ZstdSharp.CompressionStream(target, leaveOpen: true))
                    zstd.Write(content);
                return target.ToArray();
            case CompressionKind.Xz:
                File.WriteAllBytes(folder.Path("x"), content);
                folder.Run("xz", "-f", "x");
                return File.ReadAllBytes(folder.Path("x.xz"));
            default:
                return content;
        }
    }

    public Image Import(string name, params (string Name, string? Content)[] files) => Import(name, ImagePlatform.Amd64, files);

    public Image Import(string name, ImagePlatform platform, params (string Name, string? Content)[] files) =>
        Store.ImportTar(new MemoryStream(Tarball(files)), Name(name), new NewImage { Created = DateTimeOffset.UnixEpoch, CreatedBy = "test", Platform = platform });

    /// <summary>An image of two layers: /etc with two files, of which the second layer changes one and takes one away.</summary>
    public Image ImportTwoLayers(string name)
    {
        Import("base:1", ("etc", null), ("etc/a", "one"), ("etc/b", "two"));
        var tree = Layers.CloneOf(Store.Get("base:1"));
        var writer = new Unpacking.TreeWriter(tree, Layers.Vfs);
        writer.MakeFile("etc/a"u8, Plain(time: 2000), "changed"u8);
        writer.Remove("etc/b"u8);
        writer.Complete();
        return Store.Commit(tree, "base:1", Name(name), new NewImage { Created = DateTimeOffset.UnixEpoch, Config = new ImageConfig { Cmd = ["/bin/sh"], Env = ["A=b"] } });
    }

    public byte[] Save(params string[] names)
    {
        var archive = new MemoryStream();
        Store.Save(names, archive);
        return archive.ToArray();
    }

    /// <summary>Another process would open it anew.</summary>
    public void Reopen() => Store = ImageStore.Open(Root, Layers);

    public string Describe(Image image) => MemoryTree.Describe(Layers.TreeOf(image));

    public void Dispose()
    {
        Layers.Dispose();
        folder.Dispose();
    }

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}

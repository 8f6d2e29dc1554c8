using System.Text;
using Zonix.Images.Compression;
using Zonix.Images.Differences;
using Zonix.Images.Unpacking;
using static Zonix.Images.Tests.MemoryTree;
using static Zonix.Images.Tests.StoreFixture;

namespace Zonix.Images.Tests;

public sealed class ImageStoreTests : IDisposable
{
    private readonly StoreFixture fixture = new();

    private ImageStore Store => fixture.Store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    [InlineData(CompressionKind.Xz)]
    public void Root_tarballs_are_imported_however_they_are_compressed(CompressionKind kind)
    {
        byte[] archive = Compress(Tarball(("etc", null), ("etc/passwd", "root")), kind, fixture.Folder);
        Image image = Store.ImportTar(new MemoryStream(archive), Name("tiny"), cancellation: Cancel);
        Assert.Equal("/etc dir 755 0:0 1000.0\n/etc/passwd file 644 0:0 1000.0 1 4 root", fixture.Describe(image));
        Assert.Equal(image.Id, Store.Find("docker.io/library/tiny:latest")!.Id);
        Assert.Equal(image.Id, Store.Find(image.Id.Hex[..6])!.Id);
        Assert.Null(Store.Find("tiny:other"));
    }

    [Fact]
    public void A_saved_archive_is_loaded_elsewhere_and_is_the_same()
    {
        Image image = fixture.ImportTwoLayers("two:x");
        Store.Tag("two:x", "other/two:y");
        byte[] archive = fixture.Save("two:x", "other/two:y");
        Assert.Equal(archive, fixture.Save("two:x", "other/two:y"));
        using var elsewhere = new StoreFixture();
        IReadOnlyList<Image> loaded = elsewhere.Store.LoadArchive(new MemoryStream(archive), cancellation: Cancel);
        Assert.Equal([image.Id], loaded.Select(i => i.Id));
        Assert.Equal(["two:x", "other/two:y"], loaded[0].References.Select(r => r.Familiar));
        Assert.Equal("/etc dir 755 0:0 1000.0\n/etc/a file 644 0:0 2000.0 1 7 changed", elsewhere.Describe(loaded[0]));
        Assert.Equal(["A=b"], loaded[0].Config.Env!);
        Assert.Equal(archive, elsewhere.Save("two:x", "other/two:y"));
    }

    [Fact]
    public void A_name_stands_for_one_image_of_each_platform()
    {
        Image narrow = fixture.Import("x:1", ImagePlatform.I386, ("a", "386"));
        Assert.Equal(narrow.Id, Store.Get("x:1").Id);
        Image wide = fixture.Import("x:1", ("a", "amd64"));
        Assert.Equal(wide.Id, Store.Get("x:1").Id);
        Assert.Equal(narrow.Id, Store.Find("x:1", ImagePlatform.I386)!.Id);
        Assert.Equal(["x:1", "x:1"], Store.List().Select(static image => image.References.Single().Familiar));
        Image newer = fixture.Import("x:1", ImagePlatform.I386, ("a", "newer"));
        Assert.Equal(newer.Id, Store.Find("x:1", ImagePlatform.I386)!.Id);
        Assert.Empty(Store.Get(narrow.Id.Hex).References);
        Assert.Null(Store.Find(wide.Id.Hex, ImagePlatform.I386));
        Store.Remove("x:1");
        Assert.Equal(newer.Id, Store.Get("x:1").Id);
        Assert.Equal("386", newer.Architecture);
    }

    [Fact]
    public void A_layout_in_a_directory_is_loaded()
    {
        Image image = fixture.ImportTwoLayers("two:x");
        using var elsewhere = new StoreFixture();
        IReadOnlyList<Image> loaded = elsewhere.Store.LoadLayout(fixture.Root, cancellation: Cancel);
        Assert.Equal(2, loaded.Count);
        Assert.Equal(image.Id, elsewhere.Store.Get("two:x").Id);
    }

    [Fact]
    public void The_old_form_of_docker_save_is_loaded()
    {
        fixture.ImportTwoLayers("two:x");
        Image image = Store.Get("two:x");
        // As docker 20.10 wrote it: layers uncompressed in folders of their own, one of them a link to another.
        HostFolder work = fixture.Folder;
        work.Run("mkdir", "-p", "old/l1", "old/l2", "old/l3");
        string blobs = Path.Combine(fixture.Root, "blobs/sha256");
        for (int i = 0; i < 2; i++)
            work.Run("sh", "-c", $"zcat {blobs}/{image.Stored.LayerBlobs[i].Hex} > old/l{i + 1}/layer.tar; echo 1.0 > old/l{i + 1}/VERSION");
        work.Run("sh", "-c", $"cp {blobs}/{image.Id.Hex} old/{image.Id.Hex}.json; mv old/l1/layer.tar old/l3/; ln -s ../l3/layer.tar old/l1/layer.tar");
        File.WriteAllText(work.Path("old/manifest.json"), $$"""[{"Config":"{{image.Id.Hex}}.json","RepoTags":["two:old"],"Layers":["l1/layer.tar","l2/layer.tar"]}]""");
        work.Run("tar", "-C", "old", "-czf", "old.tgz", ".");
        using var elsewhere = new StoreFixture();
        using FileStream archive = File.OpenRead(work.Path("old.tgz"));
        Image loaded = Assert.Single(elsewhere.Store.LoadArchive(archive, cancellation: Cancel));
        Assert.Equal(image.Id, loaded.Id);
        Assert.Equal("two:old", loaded.References[0].Familiar);
        Assert.Equal(fixture.Describe(image), elsewhere.Describe(loaded));
    }

    [Fact]
    public void What_is_no_archive_of_images_says_so()
    {
        ImageException e = Assert.Throws<ImageException>(() => Store.LoadArchive(new MemoryStream(Tarball(("bin", null), ("etc/x.json", "{}"))), cancellation: Cancel));
        Assert.Contains("use import", e.Message, StringComparison.Ordinal);
        Assert.Contains("no tar header", Assert.Throws<ImageException>(() => Store.LoadArchive(new MemoryStream(new byte[5000].Select(_ => (byte)'x').ToArray()), cancellation: Cancel)).Message, StringComparison.Ordinal);
        Assert.Contains("ends in the middle", Assert.Throws<ImageException>(() => Store.LoadArchive(new MemoryStream(new byte[100].Select(_ => (byte)'x').ToArray()), cancellation: Cancel)).Message, StringComparison.Ordinal);
        Assert.Empty(Store.List());
    }

    [Fact]
    public void A_layer_that_was_changed_is_refused_and_nothing_shows()
    {
        fixture.ImportTwoLayers("two:x");
        Image image = Store.Get("two:x");
        // The contents are consistent by themselves, but for the configuration, which states another layer.
        string config = File.ReadAllText(Path.Combine(fixture.Root, "blobs/sha256", image.Id.Hex)).Replace(image.Layers[1].Hex[..8], "00000000", StringComparison.Ordinal);
        string manifest = File.ReadAllText(Path.Combine(fixture.Root, "blobs/sha256", image.ManifestDigest.Hex)).Replace(image.Id.Hex, Digest.Of(Bytes(config)).Hex, StringComparison.Ordinal);
        string layout = fixture.Folder.Path("bad");
        Directory.CreateDirectory(layout + "/blobs/sha256");
        foreach (string content in new[] { config, manifest })
            File.WriteAllText($"{layout}/blobs/sha256/{Digest.Of(Bytes(content)).Hex}", content);
        foreach (Digest layer in image.Stored.LayerBlobs)
            File.Copy(Path.Combine(fixture.Root, "blobs/sha256", layer.Hex), $"{layout}/blobs/sha256/{layer.Hex}");
        File.WriteAllText(layout + "/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(layout + "/index.json", $$$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{Digest.Of(Bytes(manifest))}}}","size":1,"annotations":{"org.opencontainers.image.ref.name":"bad:1"}}]}""");
        using var elsewhere = new StoreFixture();
        ImageException e = Assert.Throws<ImageException>(() => elsewhere.Store.LoadLayout(layout, cancellation: Cancel));
        Assert.StartsWith("layer 2 of 2, sha256:", e.Message, StringComparison.Ordinal);
        Assert.Contains("digest mismatch", e.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Store.List());
        Assert.Single(elsewhere.Layers.List());
        Assert.Equal(0, elsewhere.Layers.Open);
        // A content that is not what its name says does not get that far.
        File.AppendAllText($"{layout}/blobs/sha256/{image.Stored.LayerBlobs[0].Hex}", "x");
        using var third = new StoreFixture();
        Assert.Contains("digest mismatch", Assert.Throws<ImageException>(() => third.Store.LoadLayout(layout, cancellation: Cancel)).Message, StringComparison.Ordinal);
        Assert.Empty(third.Layers.List());
    }

    [Fact]
    public void An_image_for_other_machines_says_for_which()
    {
        string layout = fixture.Folder.Path("arm");
        Directory.CreateDirectory(layout);
        File.WriteAllText(layout + "/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        string none = Digest.Of("x"u8).ToString();
        File.WriteAllText(layout + "/index.json", $$$"""{"schemaVersion":2,"manifests":[{"digest":"{{{none}}}","size":1,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}},{"digest":"{{{none}}}","size":1,"platform":{"os":"unknown","architecture":"unknown"}}]}""");
        ImageException e = Assert.Throws<ImageException>(() => Store.LoadLayout(layout, cancellation: Cancel));
        Assert.EndsWith("manifest for linux/amd64 missing: it has linux/arm64/v8", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_images_share_are_unpacked_once()
    {
        fixture.ImportTwoLayers("two:x");
        byte[] archive = fixture.Save("two:x", "base:1");
        int before = fixture.Layers.Begun;
        Store.LoadArchive(new MemoryStream(archive), cancellation: Cancel);
        Assert.Equal(before, fixture.Layers.Begun);
        Assert.Equal(2, fixture.Layers.List().Count);
    }

    [Fact]
    public async Task Images_are_loaded_at_the_same_time()
    {
        fixture.ImportTwoLayers("two:x");
        byte[] archive = fixture.Save("two:x");
        using var elsewhere = new StoreFixture();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => elsewhere.Store.LoadArchive(new MemoryStream(archive), cancellation: Cancel), Cancel)));
        Assert.Single(elsewhere.Store.List());
        Assert.Equal(2, elsewhere.Layers.Begun);
    }

    [Fact]
    public void A_name_moves_and_its_image_stays_without_one()
    {
        Image first = fixture.Import("x", ("a", "1"));
        Image second = fixture.Import("x", ("a", "2"));
        Assert.Equal(second.Id, Store.Get("x").Id);
        Assert.Empty(Store.Get(first.Id.ToString()).References);
        fixture.Reopen();
        Assert.Equal(2, Store.List().Count);
        ImageRemoval pruned = Store.Prune();
        Assert.Equal([first.Id], pruned.Deleted);
        Assert.True(pruned.FreedBytes > 0);
        Assert.Equal([second.Id], Store.List().Select(i => i.Id));
        Assert.Single(fixture.Layers.List());
    }

    [Fact]
    public void An_image_goes_with_its_last_name()
    {
        fixture.ImportTwoLayers("two:x");
        Store.Tag("two:x", "two:y");
        Image image = Store.Get("two:x");
        Assert.Contains("2 names", Assert.Throws<ImageException>(() => Store.Remove(image.Id.Hex)).Message, StringComparison.Ordinal);
        ImageRemoval first = Store.Remove("two:x");
        Assert.Equal(["two:x"], first.Untagged);
        Assert.Empty(first.Deleted);
        ImageRemoval second = Store.Remove("two:y");
        Assert.Equal([image.Id], second.Deleted);
        Assert.Equal("no such image: two:y", Assert.Throws<ImageException>(() => Store.Get("two:y")).Message);
        Assert.NotNull(Store.Find("base:1"));
        Assert.Single(fixture.Layers.List());
        Store.Remove("base:1");
        Assert.Empty(fixture.Layers.List());
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Root, "blobs/sha256")));
    }

    [Fact]
    public void A_tree_that_is_in_use_stays_until_it_is_not()
    {
        Image image = fixture.Import("x", ("a", "1"));
        fixture.Layers.Cloned.Add(image.Layers[0]);
        Assert.Contains("zones/test is made from it", Assert.Throws<ImageException>(() => Store.Remove("x")).Message, StringComparison.Ordinal);
        Store.Remove("x", force: true);
        Assert.Single(fixture.Layers.List());
        fixture.Layers.Cloned.Clear();
        Store.Prune();
        Assert.Empty(fixture.Layers.List());
    }

    [Fact]
    public void History_tells_of_layers_and_their_sizes()
    {
        fixture.ImportTwoLayers("two:x");
        IReadOnlyList<ImageHistoryStep> steps = Store.History("two:x");
        Assert.Equal([null, "test"], steps.Select(s => s.Entry.CreatedBy));
        Assert.All(steps, s => Assert.True(s.Size > 0));
        Assert.Equal(Store.Get("two:x").Size, steps.Sum(s => s.Size));
    }

    [Fact]
    public void What_was_interrupted_is_swept()
    {
        fixture.Import("x", ("a", "1"));
        File.WriteAllText(Path.Combine(fixture.Root, "tmp/half"), "garbage");
        File.WriteAllText(Path.Combine(fixture.Root, "blobs/sha256", Digest.Of("orphan"u8).Hex), "orphan");
        File.WriteAllText(Path.Combine(fixture.Root, "index.json.new"), "{");
        fixture.Reopen();
        Assert.Single(Store.List());
        Assert.Equal(13, Store.Prune().FreedBytes);
        Assert.Single(Store.List());
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Root, "tmp")));
    }

    [Fact]
    public void A_commit_holds_the_differences()
    {
        fixture.Import("base:1", ("d", null), ("d/kept", "k"), ("d/gone", "g"), ("f", "file"), ("x/y/z", "deep"));
        var tree = fixture.Layers.CloneOf(Store.Get("base:1"));
        var writer = new TreeWriter(tree, fixture.Layers.Vfs);
        writer.Remove("d/gone"u8);
        writer.Remove("x"u8);
        writer.MakeFile("d/new"u8, Plain(0x9ED, 5), "n"u8);
        writer.MakeHardLink("also"u8, "d/kept"u8);
        writer.MakeDirectory("f"u8, Plain(0x1ED));
        writer.MakeSymbolicLink("l"u8, "d"u8, Plain());
        writer.Complete();
        string[] expected = ["A /also", "C /d", "D /d/gone", "C /d/kept", "A /d/new", "C /f", "A /l", "D /x"];
        Assert.Equal(expected, Store.Diff(tree, "base:1", Cancel).Select(c => c.ToString()));
        fixture.Layers.AddSnapshot("zones/web@1", tree);
        Image image = Store.Commit("zones/web@1", "base:1", Name("derived"), cancellation: Cancel);
        Assert.Equal(MemoryTree.Describe(tree), fixture.Describe(image));
        Assert.Empty(Store.Diff(fixture.Layers.CloneOf(image), "derived", Cancel));
        Assert.Equal(2, image.Layers.Count);
        Assert.Equal("no such snapshot: zones/none@1", Assert.Throws<ImageException>(() => Store.Export("zones/none@1", Stream.Null, Cancel)).Message);
    }

    [Fact]
    public void A_file_that_was_changed_in_secret_is_found()
    {
        fixture.Import("base:1", ("f", "before"));
        var tree = fixture.Layers.CloneOf(Store.Get("base:1"));
        var writer = new TreeWriter(tree, fixture.Layers.Vfs);
        writer.MakeFile("f"u8, Plain(), "after!"u8);
        writer.Complete();
        Assert.Equal(["C /f"], Store.Diff(tree, "base:1", Cancel).Select(c => c.ToString()));
    }

    [Fact]
    public void The_same_tree_gives_the_same_image()
    {
        using var first = new MemoryTree();
        using var second = new MemoryTree();
        TreeWriter a = first.Writer(), b = second.Writer();
        a.MakeFile("b"u8, Plain(), "1"u8);
        a.MakeFile("a"u8, Plain(), "2"u8);
        a.MakeHardLink("c"u8, "a"u8);
        b.MakeFile("c"u8, Plain(), "2"u8);
        b.MakeHardLink("a"u8, "c"u8);
        b.MakeFile("b"u8, Plain(), "1"u8);
        a.Complete();
        b.Complete();
        var options = new NewImage { Created = DateTimeOffset.UnixEpoch };
        Image one = Store.ImportTree(first.FileSystem, Name("one"), options, Cancel);
        Image two = Store.ImportTree(second.FileSystem, Name("two"), options, Cancel);
        Assert.Equal(one.Id, two.Id);
        Assert.Equal(["one:latest", "two:latest"], two.References.Select(r => r.Familiar));
    }

    [Fact]
    public void Export_and_import_keep_the_tree()
    {
        Image image = fixture.ImportTwoLayers("two:x");
        fixture.Layers.AddSnapshot("zones/z@e", fixture.Layers.TreeOf(image));
        var archive = new MemoryStream();
        Store.Export("zones/z@e", archive, Cancel);
        archive.Position = 0;
        Image flat = Store.ImportTar(archive, Name("flat"), cancellation: Cancel);
        Assert.Equal(fixture.Describe(image), fixture.Describe(flat));
        Assert.Single(flat.Layers);
    }
}

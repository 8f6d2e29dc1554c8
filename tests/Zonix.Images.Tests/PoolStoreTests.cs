using Zonix.FileSystems.Pool;
using Zonix.Host.Files;
using Zonix.Images.Layers;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Storage;
using static Zonix.Images.Tests.MemoryTree;
using static Zonix.Images.Tests.StoreFixture;

namespace Zonix.Images.Tests;

/// <summary>The store with its layers in a pool, as a machine has it.</summary>
public sealed class PoolStoreTests : IDisposable
{
    private readonly HostFolder folder = HostFolder.Create();
    private readonly VirtualFileSystem vfs = new(new Clock(), new EpollReadinessSource());
    private Storage.Pool pool;
    private ImageStore store;

    public PoolStoreTests()
    {
        pool = Storage.Pool.Open(folder.Path("pool"), new PoolOptions());
        store = ImageStore.Open(folder.Path("images"), pool, vfs);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        pool.Dispose();
        vfs.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Zones_are_cloned_from_images_and_committed()
    {
        Image image = Import("base:1", ("etc", null), ("etc/a", "one"), ("etc/b", "two"), ("big", new string('x', 300_000)));
        Dataset zone = pool.Clone(image.RootSnapshot, "zones/web");
        using (DatasetFileSystem root = DatasetFileSystem.Open(vfs, zone))
        {
            var writer = new TreeWriter(root, vfs);
            writer.MakeFile("etc/a"u8, Plain(time: 2000), "changed"u8);
            writer.Remove("etc/b"u8);
            writer.MakeHardLink("huge"u8, "big"u8);
            writer.Complete();
        }
        pool.Snapshot("zones/web", "1");
        Assert.Equal(["C /big", "C /etc", "C /etc/a", "D /etc/b", "A /huge"], store.Diff("zones/web@1", "base:1", Cancel).Select(c => c.ToString()));
        Image derived = store.Commit("zones/web@1", "base:1", Name("derived"), cancellation: Cancel);
        Assert.Equal(Describe("zones/web@1"), Describe(derived.RootSnapshot));
        Assert.Equal(2, derived.Layers.Count);
        Assert.True(derived.Size > image.Size);

        // The base does not go while something hangs on it; when it must, the zone keeps what it needs.
        Assert.Contains("zones/web is made from it", Assert.Throws<ImageException>(() => store.Remove("base:1")).Message, StringComparison.Ordinal);
        Assert.Empty(store.Prune(all: true, one => one.Id == derived.Id).Deleted);
        store.Tag("base:1", "base:2");
        store.Remove("base:2");
        store.Remove("base:1", force: true);
        store.Remove("derived");
        Assert.NotNull(pool.FindSnapshot(image.RootSnapshot));
        Assert.Null(pool.FindSnapshot(derived.RootSnapshot));
        pool.Destroy("zones/web", recursive: true);
        store.Prune();
        Assert.Null(pool.FindSnapshot(image.RootSnapshot));
    }

    [Fact]
    public void Images_are_there_when_the_machine_starts_again()
    {
        Image image = Import("base:1", ("a", "1"));
        string before = Describe(image.RootSnapshot);
        pool.Create("images/tmp-left", new DatasetProperties());
        Reopen();
        Image again = store.Get("base:1");
        Assert.Equal((image.Id, image.Size), (again.Id, again.Size));
        Assert.Equal(before, Describe(again.RootSnapshot));
        Assert.Null(pool.Find("images/tmp-left"));
        Assert.True(pool.Find(image.RootSnapshot.Split('@')[0])!.Properties.ReadOnly);
    }

    [Fact]
    public void What_the_pool_has_lost_is_unpacked_again()
    {
        Image image = Import("base:1", ("a", "1"));
        string before = Describe(image.RootSnapshot);
        pool.Destroy(image.RootSnapshot.Split('@')[0], recursive: true);
        Assert.Equal(image.Id, store.Prepare(store.Get("base:1"), cancellation: Cancel).Id);
        Assert.Equal(before, Describe(image.RootSnapshot));
    }

    [Fact]
    public void A_layer_whose_content_is_damaged_on_the_disk_is_named_and_others_are_unpacked()
    {
        Image bad = Import("bad:1", ("a", "1")), good = Import("good:1", ("b", "2"));
        string before = Describe(good.RootSnapshot), blob = store.Blobs.PathOf(bad.Stored.LayerBlobs[0]);
        pool.Destroy(bad.RootSnapshot.Split('@')[0], recursive: true);
        pool.Destroy(good.RootSnapshot.Split('@')[0], recursive: true);
        byte[] content = File.ReadAllBytes(blob);
        foreach (byte[] damaged in (byte[][])[[.. content[..20], (byte)(content[20] ^ 1), .. content[21..]], content[..(content.Length / 2)], []])
        {
            File.WriteAllBytes(blob, damaged);
            string message = Assert.Throws<ImageException>(() => store.Prepare(store.Get("bad:1"), cancellation: Cancel)).Message;
            Assert.StartsWith($"layer 1 of 1, {bad.Stored.LayerBlobs[0]}: ", message, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(pool.List(), dataset => dataset.Name.StartsWith("images/", StringComparison.Ordinal));
        store.Prepare(store.Get("good:1"), cancellation: Cancel);
        Assert.Equal(before, Describe(good.RootSnapshot));
    }

    [Fact]
    public void A_layer_that_is_refused_leaves_nothing_in_the_pool()
    {
        byte[] broken = Tarball(("a", "1"), ("b", "2"));
        Array.Resize(ref broken, 700);
        Assert.Throws<ImageException>(() => store.ImportTar(new MemoryStream(broken), Name("x"), cancellation: Cancel));
        Assert.DoesNotContain(pool.List(), dataset => dataset.Name.StartsWith("images/", StringComparison.Ordinal));
    }

    [Fact]
    public void Archives_go_through_the_pool()
    {
        Import("base:1", ("etc", null), ("etc/a", "one"));
        var archive = new MemoryStream();
        store.Save(["base:1"], archive, Cancel);
        store.Remove("base:1");
        archive.Position = 0;
        Image loaded = Assert.Single(store.LoadArchive(archive, cancellation: Cancel));
        Assert.Equal("/etc dir 755 0:0 1000.0\n/etc/a file 644 0:0 1000.0 1 3 one", Describe(loaded.RootSnapshot));
        var exported = new MemoryStream();
        store.Export(loaded.RootSnapshot, exported, Cancel);
        Assert.True(exported.Length > 1024);
    }

    [Fact]
    public void What_is_made_and_destroyed_again_and_again_takes_no_more_room()
    {
        var sizes = new List<(long Files, long Rows)>();
        for (int cycle = 0; cycle < 12; cycle++)
        {
            // Every second image shares most of its bytes with the one before.
            Image image = Import("cycle:1", ("etc", null), ("etc/a", $"{cycle}"), ("small", new string('s', 9000)), ("big", new string((char)('a' + (cycle / 2)), 300_000)));
            pool.Clone(image.RootSnapshot, "zones/web");
            using (DatasetFileSystem root = DatasetFileSystem.Open(vfs, pool.Find("zones/web")!))
            {
                var writer = new TreeWriter(root, vfs);
                writer.MakeFile("more"u8, Plain(), new byte[200_000 + cycle]);
                writer.Remove("big"u8);
                writer.Complete();
                pool.Snapshot("zones/web", "1");
                writer.Remove("more"u8);
            }
            pool.Clone("zones/web@1", "zones/copy");
            pool.Destroy("zones/copy");
            pool.Rollback("zones/web@1");
            pool.Destroy("zones/web", recursive: true);
            store.Remove("cycle:1");
            pool.Settle();
            string files = folder.Path("pool/content");
            sizes.Add((Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Sum(static one => new FileInfo(one).Length), new FileInfo(folder.Path("pool/pool.db")).Length));
            Assert.Empty(store.Blobs.List());
        }
        Assert.Empty(pool.List());
        Assert.True(pool.Scrub(Cancel).IsClean);
        Assert.Equal((0, 0), (pool.Scrub(Cancel).Contents, pool.Scrub(Cancel).Inodes));
        Assert.All(sizes, one => Assert.Equal(0, one.Files));
        // The database keeps pages that it uses again.
        Assert.Equal(sizes[3].Rows, sizes[^1].Rows);
    }

    private Image Import(string name, params (string Name, string? Content)[] files) =>
        store.ImportTar(new MemoryStream(Tarball(files)), Name(name), new NewImage { Created = DateTimeOffset.UnixEpoch });

    private string Describe(string snapshot)
    {
        using ITreeView view = store.Layers.OpenSnapshot(snapshot);
        return MemoryTree.Describe(view.FileSystem);
    }

    private void Reopen()
    {
        pool.Dispose();
        pool = Storage.Pool.Open(folder.Path("pool"), new PoolOptions());
        store = ImageStore.Open(folder.Path("images"), pool, vfs);
    }
}

using Zonix.Abi;
using Zonix.FileSystems.Tests;
using Zonix.Kernel.Vfs;
using Zonix.Storage.Scrubbing;

namespace Zonix.Storage.Tests;

/// <summary>Space, quotas, destroying, damage.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private readonly List<string> complaints = [];
    private Pool pool;

    public UpkeepTests() => pool = Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        pool.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void A_quota_holds_what_is_written_and_gives_back_what_is_removed()
    {
        pool.Create("a", new DatasetProperties { Quota = 1 << 20 });
        using PoolTree open = PoolTree.Open(pool.Find("a")!);
        var maker = new Maker(open.FileSystem);
        Assert.Equal((Errno)0, Maker.Write(maker.File(maker.Root, "half"), 0, new byte[600_000]));
        Assert.Equal(Errno.EDQUOT, Maker.Write(maker.File(maker.Root, "more"), 0, new byte[600_000]));
        open.FileSystem.GetStatistics(out FileSystemStatistics statistics);
        Assert.InRange((long)statistics.BlocksAvailable * statistics.BlockSize, 400_000, 450_000);
        pool.Flush(open.FileSystem.Dataset);
        Assert.InRange(pool.List("a")[0].Used, 600_000, 610_000);
        Assert.Equal(Errno.EDQUOT, Maker.Write(Maker.Find(maker.Root, "more"), 0, new byte[600_000]));
        maker.Root.Unlink("half"u8, Maker.Find(maker.Root, "half"));
        pool.Flush(open.FileSystem.Dataset);
        Assert.Equal(0, pool.List("a")[0].Used);
        Assert.Equal((Errno)0, Maker.Write(Maker.Find(maker.Root, "more"), 0, new byte[900_000]));
        pool.Snapshot("a", "one");
        // The snapshot's bytes are the dataset's own, and writing to the file copies it.
        Assert.Equal(Errno.EDQUOT, Maker.Write(Maker.Find(maker.Root, "more"), 0, new byte[1]));
        pool.Flush(open.FileSystem.Dataset);
        Assert.Equal(0, open.FileSystem.Dataset.Uncommitted);
        // A clone has a quota of its own, and begins with nothing used.
        pool.Clone("a@one", "b", new DatasetProperties { Quota = 1 << 20 });
        Assert.Equal(0, pool.List("b")[0].Used);
        Assert.InRange(pool.List("b")[0].Referenced, 900_000, 910_000);
    }

    [Fact]
    public void What_was_destroyed_is_gone_and_what_others_have_stays()
    {
        using (PoolTree open = PoolTree.Open(pool.Create("a")))
        {
            new Maker(open.FileSystem).Everything(1);
            pool.Snapshot("a", "one");
            new Maker(open.FileSystem).Everything(2);
            pool.Snapshot("a", "two");
            var maker = new Maker(open.FileSystem);
            var d = (IDirectoryInode)Maker.Find(maker.Root, "d1");
            d.Unlink("small"u8, Maker.Find(d, "small"));
            Maker.Write(Maker.Find(d, "large"), 0, "changed"u8);
        }
        pool.Clone("a@two", "clone");
        string two = Facts.Of(pool.FindSnapshot("a@two")!);
        Assert.Equal(Errno.EBUSY, Assert.Throws<PoolException>(() => pool.Destroy("a@two")).Error);
        Assert.Equal(Errno.EEXIST, Assert.Throws<PoolException>(() => pool.Destroy("a")).Error);
        Assert.Equal(Errno.EBUSY, Assert.Throws<PoolException>(() => pool.Destroy("a", recursive: true)).Error);
        pool.Destroy("a@one");
        pool.Settle();
        Assert.Equal(two, Facts.Of(pool.FindSnapshot("a@two")!));
        Assert.Empty(pool.Scrub(Cancel).Findings);
        pool.Destroy("clone");
        pool.Destroy("a@two");
        pool.Settle();
        Assert.Empty(pool.Scrub(Cancel).Findings);
        Assert.InRange(pool.List("a")[0].Used, 100_000, 2_000_000);
        pool.Destroy("a", recursive: true);
        pool.Settle();
        Assert.Empty(pool.List());
        Assert.Empty(Files());
        Assert.Equal((0, 0), (pool.Scrub(Cancel).Contents, pool.Scrub(Cancel).Inodes));
    }

    [Fact]
    public void A_file_without_a_name_lives_until_it_is_closed_and_no_longer()
    {
        Dataset dataset = pool.Create("a");
        using (PoolTree open = PoolTree.Open(dataset))
        {
            var maker = new Maker(open.FileSystem);
            IInode file = maker.File(maker.Root, "f", new byte[50_000]);
            pool.Flush(dataset);
            Assert.Equal((Errno)0, ((IOpenableInode)file).Open(OpenFlags.O_RDWR, out IFile? opened));
            maker.Root.Unlink("f"u8, file);
            pool.Flush(dataset);
            pool.Flush(dataset);
            pool.Settle();
            Assert.Equal(50_000, Facts.ReadAll(file, 50_000).Length);
            opened!.Close();
            pool.Flush(dataset);
        }
        pool.Settle();
        Assert.Empty(Files());
    }

    [Fact]
    public void Scrub_names_the_file_whose_bytes_are_damaged()
    {
        using (PoolTree open = PoolTree.Open(pool.Create("a/b")))
            new Maker(open.FileSystem).Everything(1);
        pool.Settle();
        Assert.Empty(pool.Scrub(Cancel).Findings);
        string victim = Files().MaxBy(f => new FileInfo(f).Length)!;
        foreach (string file in Files())
        {
            if (new FileInfo(file).Length == 200_000)
                victim = file;
        }
        using (FileStream bytes = File.OpenWrite(victim))
        {
            bytes.Position = 150_000;
            bytes.WriteByte(0x55);
            bytes.WriteByte(0xAA);
        }
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(victim)!, "7f00"), "nobody's");
        ScrubReport report = pool.Scrub(Cancel);
        Assert.Contains(report.Findings, f => f.ToString().Contains("a/b: /d1/large", StringComparison.Ordinal) && f.What.Contains(victim, StringComparison.Ordinal));
        Assert.Contains(report.Findings, f => f.Where.EndsWith("/7f00", StringComparison.Ordinal));
        File.Delete(victim);
        Assert.Contains(pool.Scrub(Cancel).Findings, f => f.ToString().Contains("a/b: /d1/large", StringComparison.Ordinal) && f.What.Contains("is missing", StringComparison.Ordinal));
        using PoolTree again = PoolTree.Open(pool.Find("a/b")!);
        var d = (IDirectoryInode)Maker.Find((IDirectoryInode)again.FileSystem.Root.Inode!, "d1");
        Assert.Equal((Errno)0, ((IOpenableInode)Maker.Find(d, "large")).Open(OpenFlags.O_RDONLY, out IFile? opened));
        var buffer = new UserBuffer(new byte[10], 0, 10);
        Assert.Equal(Errno.EIO, ((IReadable)opened!).Read(ref buffer, 0).Error);
        Assert.Contains(complaints, c => c.Contains(victim, StringComparison.Ordinal));
    }

    [Fact]
    public void A_database_that_is_damaged_is_named()
    {
        pool.Create("a");
        pool.Dispose();
        string database = Path.Combine(directory.Path, "pool.db");
        byte[] good = File.ReadAllBytes(database);
        File.WriteAllBytes(database, [.. "this is not a database at all, whatever its name says"u8, .. good.AsSpan(60)]);
        PoolException e = Assert.Throws<PoolException>(Open);
        Assert.Contains(database, e.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
        File.WriteAllBytes(database, good);
        pool = Open();
        Assert.NotNull(pool.Find("a"));
    }

    [Fact]
    public void Contents_of_images_are_kept_once()
    {
        var shares = new DatasetProperties { SharesContents = true };
        foreach (string name in (string[])["one", "two"])
        {
            using PoolTree open = PoolTree.Open(pool.Create(name, shares));
            var maker = new Maker(open.FileSystem);
            maker.File(maker.Root, "small", new byte[1000]);
            byte[] large = new byte[100_000];
            new Random(3).NextBytes(large);
            maker.File(maker.Root, "large", large);
            pool.Snapshot(name, "ready");
        }
        pool.Settle();
        Assert.Equal(2, pool.Scrub(Cancel).Contents);
        Assert.Single(Files());
        Assert.Equal(Facts.Of(pool.FindSnapshot("one@ready")!).Split('\n').Length, Facts.Of(pool.FindSnapshot("two@ready")!).Split('\n').Length);
        pool.Destroy("one", recursive: true);
        pool.Settle();
        Assert.Equal(2, pool.Scrub(Cancel).Contents);
        Assert.Empty(pool.Scrub(Cancel).Findings);
    }

    [Fact]
    public void A_full_disk_is_an_error_and_nothing_is_lost_when_there_is_room_again()
    {
        bool isFull = false;
        pool.Dispose();
        pool = Pool.Open(directory.Path, new PoolOptions
        {
            GroupInterval = TimeSpan.FromHours(1),
            Log = complaints.Add,
            Milestone = at =>
            {
                if (isFull && at == "written")
                    throw new PoolException("no space is left on the host's disk", Errno.ENOSPC);
            },
        });
        Dataset dataset = pool.Create("a");
        string before;
        using (PoolTree open = PoolTree.Open(dataset))
        {
            isFull = true;
            new Maker(open.FileSystem).Everything(1);
            before = Facts.Of(open.FileSystem);
            Assert.Equal(Errno.ENOSPC, Assert.Throws<PoolException>(() => pool.Sync(dataset)).Error);
            Assert.Equal(Errno.ENOSPC, Assert.Throws<PoolException>(() => pool.Snapshot("a", "one")).Error);
            Assert.Equal(before, Facts.Of(open.FileSystem));
            isFull = false;
            pool.Sync(dataset);
            pool.Snapshot("a", "two");
            Assert.Equal(before, Facts.Of(open.FileSystem));
        }
        pool.Settle();
        pool.Dispose();
        pool = Open();
        Assert.Equal(before, Facts.Of(pool.FindSnapshot("a@two")!));
        Assert.Empty(pool.Scrub(Cancel).Findings);
    }

    private Pool Open() => Pool.Open(directory.Path, new PoolOptions { Log = complaints.Add });

    private IEnumerable<string> Files() =>
        Directory.GetFiles(Path.Combine(directory.Path, "content"), "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "anchor");
}

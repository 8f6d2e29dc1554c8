using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Tests;
using Zonix.Kernel.Vfs;
using Zonix.Storage.Scrubbing;

namespace Zonix.Storage.Tests;

/// <summary>What the host's disk does to a pool is told by its name and its place, and hits nothing else.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Files = 3000;
    private readonly List<string> complaints = [];
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_page_of_the_database_that_is_damaged_spoils_its_dataset_alone()
    {
        string good;
        using (Pool pool = Open(directory.Path))
        {
            Fill(pool, "bad", "needle");
            Fill(pool, "good", "file");
            pool.Settle();
            good = FactsOf(pool, "good");
        }
        string database = Path.Combine(directory.Path, "pool.db");
        Overwrite(database, "needle1500"u8.ToArray());

        using Pool damaged = Open(directory.Path);
        ScrubReport report = damaged.Scrub(Cancel);
        Assert.Contains(report.Findings, finding => finding.Where == database);
        Assert.DoesNotContain(report.Findings, finding => finding.Where.StartsWith("good", StringComparison.Ordinal));
        Assert.Equal(good, FactsOf(damaged, "good"));
        // Whoever opens the other one, or looks into it, gets an error that names the database, and no more.
        string? told = null;
        try
        {
            using PoolTree open = PoolTree.Open(damaged.Find("bad")!);
            Errno e = ((IDirectoryInode)open.FileSystem.Root.Inode!).Lookup("needle1500"u8, out _);
            Assert.Equal(Errno.EIO, e);
            told = string.Join('\n', complaints);
        }
        catch (PoolException e)
        {
            told = e.Message;
        }
        Assert.Contains(database, told, StringComparison.Ordinal);
        Assert.Contains("damaged", told, StringComparison.Ordinal);
        Fill(damaged, "new", "file");
        damaged.Clone(damaged.Snapshot("good", "still").Name, "clone");
        Assert.Equal(good, FactsOf(damaged, "clone"));
    }

    [Fact]
    public void A_database_that_was_cut_short_is_named()
    {
        using (Pool pool = Open(directory.Path))
            Fill(pool, "a", "file");
        string database = Path.Combine(directory.Path, "pool.db");
        using (FileStream file = File.OpenWrite(database))
            file.SetLength(file.Length / 2);
        try
        {
            using Pool pool = Open(directory.Path);
            Assert.Contains(pool.Scrub(Cancel).Findings, finding => finding.Where == database);
        }
        catch (PoolException e)
        {
            Assert.Contains(database, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_full_disk_of_the_host_is_told_and_what_was_synced_stays()
    {
        using SmallDisk disk = SmallDisk.Mount(megabytes: 24);
        using Pool pool = Open(Path.Combine(disk.Path, "pool"));
        Dataset dataset = pool.Create("a");
        string before;
        using (PoolTree open = PoolTree.Open(dataset))
        {
            var maker = new Maker(open.FileSystem);
            maker.Everything(1);
            pool.Sync(dataset);
            before = FactsOf(open, "d1");
            Errno e = 0;
            int written = 0;
            byte[] bytes = Encoding.ASCII.GetBytes(new string('x', 400_000));
            while (e == 0 && written < 1000)
                e = Maker.Write(maker.File(maker.Root, $"more{written++}"), 0, bytes);
            Assert.Equal(Errno.ENOSPC, e);
            // The disk is full to the last byte: nothing can be synced, and the error says so.
            using (FileStream rest = File.Create(Path.Combine(disk.Path, "rest")))
                Assert.Throws<IOException>(() => Fill(rest));
            for (int i = 0; i < 300; i++)
                Assert.Equal((Errno)0, Maker.Write(maker.File(maker.Root, $"small{i}"), 0, bytes.AsSpan(0, 16_000)));
            PoolException failure = Assert.Throws<PoolException>(() => pool.Sync(dataset));
            Assert.Equal(Errno.ENOSPC, failure.Error);
            Assert.Contains(disk.Path, failure.Message, StringComparison.Ordinal);
            Assert.Equal(before, FactsOf(open, "d1"));
            // With room again all goes on, and what waited in memory gets there.
            File.Delete(Path.Combine(disk.Path, "rest"));
            for (int i = 0; i < written / 2; i++)
                Assert.Equal((Errno)0, maker.Root.Unlink(Encoding.ASCII.GetBytes($"more{i}"), Maker.Find(maker.Root, $"more{i}")));
            pool.Flush(dataset);
            pool.Sync(dataset);
            Assert.Equal(16_000, Facts.ReadAll(Maker.Find(maker.Root, "small299"), 16_000).Length);
        }
        pool.Settle();
        Assert.Empty(pool.Scrub(Cancel).Findings);
        using PoolTree again = PoolTree.Open(dataset);
        Assert.Equal(before, FactsOf(again, "d1"));
    }

    private Pool Open(string path) => Pool.Open(path, new PoolOptions { Log = complaints.Add });

    private static void Fill(Pool pool, string dataset, string name)
    {
        using PoolTree open = PoolTree.Open(pool.Create(dataset));
        var maker = new Maker(open.FileSystem);
        for (int i = 0; i < Files; i++)
            maker.File(maker.Root, $"{name}{i}", (byte)i);
    }

    private static void Fill(FileStream file)
    {
        while (true)
        {
            file.Write(new byte[4096]);
            file.Flush();
        }
    }

    private static string FactsOf(Pool pool, string dataset)
    {
        using PoolTree open = PoolTree.Open(pool.Find(dataset)!);
        return Facts.Of(open.FileSystem);
    }

    private static string FactsOf(PoolTree open, string directory) =>
        string.Join('\n', Facts.Of(open.FileSystem).Split('\n').Where(line => line.StartsWith($"/{directory}", StringComparison.Ordinal)));

    // Zeros in place of the pages that hold a name.
    private static void Overwrite(string database, byte[] name)
    {
        const int PageSize = 8192;
        byte[] all = File.ReadAllBytes(database);
        int found = 0;
        for (int page = PageSize; page < all.Length; page += PageSize)
        {
            if (all.AsSpan(page, PageSize).IndexOf(name) < 0)
                continue;
            all.AsSpan(page, PageSize).Clear();
            found++;
        }
        Assert.True(found > 0);
        File.WriteAllBytes(database, all);
    }
}

using Zonix.Abi;
using Zonix.FileSystems.Tests;

namespace Zonix.Storage.Tests;

/// <summary>What is written is there again, in clones and snapshots too.</summary>
public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private Pool pool;

    public DatasetTests() => pool = Open();

    public void Dispose()
    {
        pool.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void Files_are_there_after_the_pool_was_closed()
    {
        pool.Create("a/b");
        string before, large = new('x', 60_000);
        using (PoolTree open = PoolTree.Open(pool.Find("a/b")!))
        {
            Fill(open.Tree, large);
            before = open.Tree.Describe("/");
        }
        Reopen();
        using PoolTree again = PoolTree.Open(pool.Find("a/b")!);
        Assert.Equal(before, again.Tree.Describe("/"));
        Assert.Equal(large, again.Tree.Read("/d/large"));
    }

    [Fact]
    public void A_snapshot_keeps_what_was_there_and_a_clone_goes_on_from_it()
    {
        Dataset dataset = pool.Create("a");
        using PoolTree open = PoolTree.Open(dataset);
        Fill(open.Tree, new string('x', 40_000));
        string first = open.Tree.Describe("/");
        pool.Snapshot("a", "one");
        open.Tree.Write("/d/large", "and more", append: true);
        open.Tree.Write("/d/small", "other", append: false);
        open.Tree.Unlink("/e/second");
        open.Tree.Rename("/d", "/moved");
        string second = open.Tree.Describe("/");
        pool.Snapshot("a", "two");
        open.Tree.Write("/late", "late", append: false);
        string third = open.Tree.Describe("/");

        Dataset clone = pool.Clone("a@one", "clone");
        using (PoolTree cloned = PoolTree.Open(clone))
        {
            Assert.Equal(first, cloned.Tree.Describe("/"));
            cloned.Tree.Write("/d/large", "clone", append: true);
            cloned.Tree.Unlink("/d/small");
        }
        using (PoolTree one = PoolTree.Open(pool.FindSnapshot("a@one")!))
        {
            Assert.Equal(first, one.Tree.Describe("/"));
            Assert.Equal(Errno.EROFS, one.Tree.Write("/d/large", "no", append: true));
        }
        using (PoolTree two = PoolTree.Open(pool.FindSnapshot("a@two")!))
            Assert.Equal(second, two.Tree.Describe("/"));
        Assert.Equal(third, open.Tree.Describe("/"));
        open.Dispose();

        Reopen();
        using (PoolTree again = PoolTree.Open(pool.Find("a")!))
            Assert.Equal(third, again.Tree.Describe("/"));
        pool.Rollback("a@one", destroysNewer: true);
        using (PoolTree again = PoolTree.Open(pool.Find("a")!))
            Assert.Equal(first, again.Tree.Describe("/"));
        using (PoolTree cloned = PoolTree.Open(pool.Find("clone")!))
            Assert.Equal(new string('x', 40_000) + "clone", cloned.Tree.Read("/d/large"));
        pool.Settle();
    }

    [Fact]
    public void One_process_has_the_pool()
    {
        PoolException e = Assert.Throws<PoolException>(Open);
        Assert.Equal(Errno.EBUSY, e.Error);
        Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_is_opened_once()
    {
        using PoolTree open = PoolTree.Open(pool.Create("a"));
        Assert.Equal(Errno.EBUSY, Assert.Throws<PoolException>(() => PoolTree.Open(pool.Find("a")!)).Error);
        Assert.Equal(Errno.EBUSY, Assert.Throws<PoolException>(() => pool.Destroy("a")).Error);
    }

    private static void Fill(Tree tree, string large)
    {
        Assert.Equal((Errno)0, tree.MakeDirectory("/d"));
        Assert.Equal((Errno)0, tree.MakeDirectory("/d/inner"));
        Assert.Equal((Errno)0, tree.MakeDirectory("/e"));
        Assert.Equal((Errno)0, tree.Write("/d/small", "few bytes", append: false));
        Assert.Equal((Errno)0, tree.Write("/d/empty", "", append: false));
        Assert.Equal((Errno)0, tree.Write("/d/large", large, append: false));
        Assert.Equal((Errno)0, tree.HardLink("/d/small", "/e/second"));
        Assert.Equal((Errno)0, tree.MakeLink("../d", "/e/link"));
        Assert.Equal((Errno)0, tree.ChangeMode("/d/inner", 0x1C0));
        Assert.Equal((Errno)0, tree.Truncate("/d/empty", 100_000));
    }

    private Pool Open() => Pool.Open(directory.Path, new PoolOptions { Log = text => TestContext.Current.TestOutputHelper?.WriteLine(text) });

    private void Reopen()
    {
        pool.Dispose();
        pool = Open();
    }
}

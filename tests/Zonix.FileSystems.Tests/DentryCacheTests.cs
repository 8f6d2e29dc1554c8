using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.FileSystems.Tests;

public sealed class DentryCacheTests : IDisposable
{
    private const int Limit = 64, MissingLimit = 16, Files = 1000;
    private readonly TemporaryDirectory directory = new();
    private readonly Tree tree;
    private readonly DentryCache cache;

    public DentryCacheTests()
    {
        for (int i = 0; i < Files; i++)
            File.WriteAllText(Path.Combine(directory.Path, $"f{i}"), "x");
        tree = Tree.OverHost(directory.Path);
        cache = tree.Mounts.Root.Dentry.Cache!;
        (cache.Limit, cache.MissingLimit) = (Limit, MissingLimit);
    }

    public void Dispose()
    {
        tree.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void Neither_found_nor_missing_names_grow_without_bound()
    {
        for (int i = 0; i < Files; i++)
        {
            Assert.Equal((Errno)0, tree.Find($"/f{i}", out _));
            Assert.Equal(Errno.ENOENT, tree.Find($"/missing{i}", out _));
        }
        Assert.InRange(cache.Count, 1, Limit + MissingLimit);
    }

    [Fact]
    public void Files_made_and_taken_away_do_not_grow_it()
    {
        for (int i = 0; i < Files; i++)
        {
            Assert.Equal((Errno)0, tree.MakeDirectory($"/d{i}"));
            Assert.Equal((Errno)0, tree.RemoveDirectory($"/d{i}"));
            Assert.Equal(Errno.ENOENT, tree.Find($"/d{i}", out _));
        }
        Assert.InRange(cache.Count, 1, Limit + MissingLimit);
    }

    [Fact]
    public void A_name_that_somebody_keeps_has_one_dentry()
    {
        Assert.Equal((Errno)0, tree.Find("/f7", out VfsPath kept));
        Assert.Equal((Errno)0, tree.MakeDirectory("/made"));
        FindAll();
        GC.Collect();
        FindAll();
        Assert.Equal((Errno)0, tree.Find("/f7", out VfsPath again));
        Assert.Same(kept.Dentry, again.Dentry);
        Assert.Same(kept.Inode, again.Inode);
        Assert.Equal((Errno)0, tree.Rename("/f7", "/f8"));
        Assert.Equal((Errno)0, tree.Find("/f8", out VfsPath moved));
        Assert.Same(kept.Dentry, moved.Dentry);
        Assert.Equal(Errno.ENOENT, tree.Find("/f7", out _));
    }

    [Fact]
    public void What_was_changed_is_found_after_it_was_let_go()
    {
        tree.Write("/f3", "changed", append: false);
        Assert.Equal((Errno)0, tree.Unlink("/f4"));
        Assert.Equal((Errno)0, tree.MakeDirectory("/d"));
        tree.Write("/d/new", "new", append: false);
        FindAll(except: 4);
        GC.Collect();
        FindAll(except: 4);
        Assert.Equal("changed", tree.Read("/f3"));
        Assert.Equal("new", tree.Read("/d/new"));
        Assert.Equal(Errno.ENOENT, tree.Find("/f4", out _));
    }

    [Fact]
    public async Task Names_are_found_while_others_are_let_go()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), (worker, _) =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                int number = (i * (worker + 1)) % Files;
                Assert.Equal((Errno)0, tree.Find($"/f{number}", out VfsPath found));
                Assert.NotNull(found.Inode);
                if (i % 4096 == 0)
                    GC.Collect();
            }
            return ValueTask.CompletedTask;
        });
        Assert.InRange(cache.Count, 1, Limit + MissingLimit + 64);
    }

    private void FindAll(int except = -1)
    {
        for (int i = 0; i < Files; i++)
        {
            if (i != except && i != 7 && i != 3)
                Assert.Equal((Errno)0, tree.Find($"/f{i}", out _));
        }
    }
}

using System.IO.Pipes;
using Zonix.Abi;
using Zonix.FileSystems.Tests;
using Zonix.Kernel.Vfs;

namespace Zonix.Storage.Tests;

/// <summary>What is sent is what is received, to the last attribute; what is broken leaves nothing.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory(), otherDirectory = TemporaryDirectory.InMemory();
    private readonly Pool pool, other;

    public StreamTests()
    {
        pool = Pool.Open(directory.Path);
        other = Pool.Open(otherDirectory.Path);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        pool.Dispose();
        other.Dispose();
        directory.Dispose();
        otherDirectory.Dispose();
    }

    [Fact]
    public void Full_and_incremental_streams_give_identical_trees()
    {
        Dataset dataset = pool.Create("a");
        using (PoolTree open = PoolTree.Open(dataset))
        {
            new Maker(open.FileSystem).Everything(1);
            pool.Snapshot("a", "one");
            Change(open);
            pool.Snapshot("a", "two");
            new Maker(open.FileSystem).Everything(3);
            pool.Snapshot("a", "three");
        }
        Copy("a@one", null, "copy");
        Compare("one");
        // Two snapshots' changes at once, then nothing.
        Copy("a@three", "a@one", "copy");
        Compare("three");
        Copy("a@two", null, "whole");
        Assert.Equal(Facts.Of(pool.FindSnapshot("a@two")!), Facts.Of(other.FindSnapshot("whole@two")!));
        Copy("a@three", "a@two", "whole");
        Assert.Equal(Facts.Of(pool.FindSnapshot("a@three")!), Facts.Of(other.FindSnapshot("whole@three")!));
        using (PoolTree open = PoolTree.Open(other.Find("whole")!))
            Assert.Equal(Facts.Of(pool.FindSnapshot("a@three")!), Facts.Of(open.FileSystem));
        other.Settle();
        Assert.Empty(other.Scrub(Cancel).Findings);
        Assert.Empty(pool.Scrub(Cancel).Findings);
    }

    [Fact]
    public void Changes_only_go_onto_what_they_begin_from()
    {
        using (PoolTree open = PoolTree.Open(pool.Create("a")))
        {
            open.Tree.Write("/f", "1", append: false);
            pool.Snapshot("a", "one");
            open.Tree.Write("/f", "2", append: false);
            pool.Snapshot("a", "two");
        }
        Copy("a@one", null, "copy");
        using (PoolTree open = PoolTree.Open(other.Find("copy")!))
            open.Tree.Write("/g", "changed here", append: false);
        PoolException changed = Assert.Throws<PoolException>(() => Copy("a@two", "a@one", "copy"));
        Assert.Contains("was changed since", changed.Message, StringComparison.Ordinal);
        other.Rollback("copy@one");
        Copy("a@two", "a@one", "copy");
        PoolException again = Assert.Throws<PoolException>(() => Copy("a@two", "a@one", "copy"));
        Assert.Contains("is not the one", again.Message, StringComparison.Ordinal);
        Assert.Equal(Errno.EEXIST, Assert.Throws<PoolException>(() => Copy("a@one", null, "copy")).Error);
        Assert.Equal(Errno.EINVAL, Assert.Throws<PoolException>(() => pool.Send("a@one", "a@two", Stream.Null, Cancel)).Error);
    }

    [Fact]
    public void A_broken_stream_leaves_nothing_and_says_where()
    {
        using (PoolTree open = PoolTree.Open(pool.Create("a")))
        {
            new Maker(open.FileSystem).Everything(1);
            pool.Snapshot("a", "one");
        }
        var stream = new MemoryStream();
        pool.Send("a@one", null, stream, Cancel);
        byte[] good = stream.ToArray();
        var random = new Random(7);
        for (int round = 0; round < 60; round++)
        {
            byte[] bad = [.. good];
            int at = random.Next(good.Length);
            if (round % 2 == 0)
                bad[at] ^= (byte)(1 << random.Next(8));
            else
                bad = bad[..at];
            PoolException e = Assert.Throws<PoolException>(() => other.Receive(new MemoryStream(bad), "copy"));
            Assert.True(at < 8 || e.Message.Contains("byte", StringComparison.Ordinal), e.Message);
            Assert.Null(other.Find("copy"));
        }
        other.Settle();
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(otherDirectory.Path, "content"), "*", SearchOption.AllDirectories), f => Path.GetFileName(f) != "anchor");
        other.Receive(new MemoryStream(good), "copy");
        Assert.Equal(Facts.Of(pool.FindSnapshot("a@one")!), Facts.Of(other.FindSnapshot("copy@one")!));
    }

    // By a pipe: nothing is sought.
    private void Copy(string snapshot, string? from, string name)
    {
        using var reading = new AnonymousPipeServerStream(PipeDirection.In);
        using var writing = new AnonymousPipeClientStream(PipeDirection.Out, reading.ClientSafePipeHandle);
        var sending = Task.Run(() =>
        {
            using (writing)
            {
                try
                {
                    pool.Send(snapshot, from, writing, Cancel);
                }
                catch (IOException)
                {
                    // The other side has refused.
                }
            }
        });
        try
        {
            other.Receive(reading, name);
        }
        finally
        {
            reading.Dispose();
            sending.Wait(Cancel);
        }
    }

    private void Compare(string name) => Assert.Equal(Facts.Of(pool.FindSnapshot($"a@{name}")!), Facts.Of(other.FindSnapshot($"copy@{name}")!));

    private static void Change(PoolTree open)
    {
        var maker = new Maker(open.FileSystem);
        var d = (IDirectoryInode)Maker.Find(maker.Root, "d1");
        var inner = (IDirectoryInode)Maker.Find(d, "inner");
        Assert.Equal((Errno)0, Maker.Write(Maker.Find(d, "large"), 100_000, "in the middle"u8));
        Assert.Equal((Errno)0, Maker.Write(Maker.Find(d, "small"), 50, "in the small"u8));
        Assert.Equal((Errno)0, inner.Unlink("second name"u8, Maker.Find(inner, "second name")));
        Assert.Equal((Errno)0, inner.Unlink("fifo"u8, Maker.Find(inner, "fifo")));
        Assert.Equal((Errno)0, d.Unlink("edge"u8, Maker.Find(d, "edge")));
        Assert.Equal((Errno)0, ((IExtendedAttributes)Maker.Find(d, "large")).RemoveAttribute("user.one"u8));
        IDirectoryInode made = maker.Directory(maker.Root, "new");
        Assert.Equal((Errno)0, d.Rename("inner"u8, inner, made, "moved"u8, null, 0));
        Maker.Find(made, "moved").SetAttributes(new AttributeChange { Mode = 0x1C0, Now = new Timestamp(9, 9) });
    }
}

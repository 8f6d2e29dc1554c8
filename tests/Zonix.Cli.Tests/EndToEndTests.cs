using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.Host.Files;
using Zonix.Images.Differences;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Storage;

namespace Zonix.Cli.Tests;

/// <summary>The way of an image from its import to another pool, as a user goes it.</summary>
public sealed class EndToEndTests
{
    private const int Clones = 100;

    [Fact]
    public void An_image_is_imported_run_changed_committed_rolled_back_cloned_sent_and_received()
    {
        using var here = new State();
        using var there = new State();
        here.ImportSmall();
        Assert.Equal("hello", here.Zonix("run", "--rm", "small:1", "sh", "-c", "echo hello"));

        here.Zonix("run", "-d", "--name", "web", "small:1", "sleep", "100000");
        here.Zonix("exec", "web", "sh", "-c", """
            mkdir -p /data/deep && cd /data
            for i in $(seq 1 200); do echo "file $i" > f$i; done
            seq 1 60000 > large; ln f1 second; ln -s ../f2 deep/link; chmod 4755 f3; chmod 1777 deep; touch -d @1234567890 f4; rm f5
            """);
        here.Zonix("commit", "web", "derived:1");
        Assert.Equal("file 7\n200", here.Zonix("run", "--rm", "derived:1", "sh", "-c", "cat /data/f7; ls /data/f* | while read x; do echo $x; done | sort -u | sha256sum > /tmp/x; set -- /data/f*; echo $(($# + 1))"));

        string dataset = JsonNode.Parse(here.Zonix("zone", "get", "web"))!["dataset"]!.ToString();
        string sums = Sums(here);
        here.Zonix("stop", "-t", "1", "web");
        here.Zonix("snapshot", "create", $"{dataset}@before");
        Assert.Contains($"{dataset}@before", here.Zonix("snapshot", "list", "--format", "{{.Name}}").Split('\n'));
        Assert.DoesNotContain(dataset, here.Zonix("snapshot", "list", "--format", "{{.Name}}").Split('\n'));
        here.Zonix("start", "web");
        // What the machine mounts over files of /etc cannot go, as in other containers.
        here.Zonix("exec", "web", "rm", "-rf", "/usr/lib", "/data", "/root");
        Assert.NotEqual(0, here.Try("exec", "web", "ls").Status);
        here.Zonix("kill", "web");
        here.Zonix("wait", "web");
        here.Zonix("dataset", "rollback", $"{dataset}@before");
        here.Zonix("start", "web");
        Assert.Equal(sums, Sums(here));
        Assert.Contains("web", here.Try("rmi", "small:1").Error, StringComparison.Ordinal);
        here.Zonix("kill", "web");
        here.Zonix("wait", "web");

        here.Zonix("dataset", "send", $"{dataset}@before", "-o", here.PathOf("full"));
        there.Zonix("dataset", "receive", "copy", "-i", here.PathOf("full"));
        Assert.Contains("all is well", here.Zonix("pool", "scrub"), StringComparison.Ordinal);
        Assert.Contains("all is well", there.Zonix("pool", "scrub"), StringComparison.Ordinal);
        here.Zonix("machine", "stop");
        there.Zonix("machine", "stop");

        // From here on with the pools' own hands, for what each command takes to start.
        using var vfs = new VirtualFileSystem(new Clock(), new EpollReadinessSource());
        using Pool one = Pool.Open(Path.Combine(here.Home, "pool")), other = Pool.Open(Path.Combine(there.Home, "pool"));
        string tree = Tree(vfs, one, $"{dataset}@before");
        Assert.Equal(tree, Tree(vfs, other, "copy@before"));
        for (int i = 0; i < Clones; i++)
            other.Clone("copy@before", $"clones/{i}");
        using (DatasetFileSystem changed = DatasetFileSystem.Open(vfs, other.Find("clones/1")!))
            Assert.Equal(0, (int)((IDirectoryInode)changed.Root.Inode!).Create("new"u8, new NewInode(FileModeBits.S_IFDIR | 0x1ED, 0, 0), out _));
        other.Snapshot("clones/1", "after");
        other.Snapshot("clones/2", "same");
        Assert.NotEqual(tree, Tree(vfs, other, "clones/1@after"));
        Assert.Equal(tree, Tree(vfs, other, "clones/2@same"));

        // What has changed since, and back again.
        using var increment = new MemoryStream();
        other.Send("clones/1@after", "copy@before", increment, TestContext.Current.CancellationToken);
        increment.Position = 0;
        one.Receive(increment, dataset);
        Assert.Equal(Tree(vfs, other, "clones/1@after"), Tree(vfs, one, $"{dataset}@after"));
        one.Settle();
        other.Settle();
        Assert.Empty(one.Scrub(TestContext.Current.CancellationToken).Findings);
        Assert.Empty(other.Scrub(TestContext.Current.CancellationToken).Findings);
    }

    private static string Sums(State state) =>
        state.Zonix("exec", "web", "sh", "-c", "find /data /usr /etc -type f | sort | while read f; do sha256sum $f; done; ls -lR --time-style=full-iso /data");

    // Contents, owners, modes, times, links and attributes of the whole tree: the archive of the same tree is the same.
    private static string Tree(VirtualFileSystem vfs, Pool pool, string snapshot)
    {
        using DatasetFileSystem view = DatasetFileSystem.Open(vfs, pool.FindSnapshot(snapshot) ?? throw new InvalidOperationException($"there is no snapshot {snapshot}"));
        using var archive = new MemoryStream();
        TreePacker.PackTree(view, archive);
        return $"{archive.Length} {Convert.ToHexString(SHA256.HashData(archive.GetBuffer().AsSpan(0, (int)archive.Length)))}";
    }
}

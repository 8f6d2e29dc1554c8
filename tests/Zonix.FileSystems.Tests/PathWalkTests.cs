using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.FileSystems.Tests;

public sealed class PathWalkTests : IDisposable
{
    private readonly Tree tree = Tree.OnTmpfs();

    public PathWalkTests()
    {
        tree.MakeDirectory("/a");
        tree.MakeDirectory("/a/b");
        tree.Write("/a/b/f", "f", append: false);
        tree.MakeLink("a/b", "/relative");
        tree.MakeLink("/a/b/f", "/absolute");
        tree.MakeLink("self", "/self");
    }

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("/a/b/f", 0)]
    [InlineData("//a///b/./f", 0)]
    [InlineData("/a/b/../b/f", 0)]
    [InlineData("/../../a/b/f", 0)]
    [InlineData("/relative/f", 0)]
    [InlineData("/absolute", 0)]
    [InlineData("/relative/../b/f", 0)]
    [InlineData("/self", (int)Errno.ELOOP)]
    [InlineData("/a/b/f/", (int)Errno.ENOTDIR)]
    [InlineData("/a/b/f/x", (int)Errno.ENOTDIR)]
    [InlineData("/a/x/f", (int)Errno.ENOENT)]
    [InlineData("", (int)Errno.ENOENT)]
    public void Paths_are_walked(string path, int expected)
    {
        Errno e = tree.Find(path, out VfsPath found);
        Assert.Equal((Errno)expected, e);
        if (e == 0)
            Assert.Equal("/a/b/f", PathText.Format(found, tree.Mounts.Root));
    }

    [Fact]
    public void Forty_links_are_followed_and_no_more()
    {
        tree.Write("/end", "x", append: false);
        string target = "end";
        for (int i = 1; i <= 41; i++)
        {
            tree.MakeLink(target, $"/link{i}");
            target = $"link{i}";
        }
        Assert.Equal((Errno)0, tree.Find("/link40", out _));
        Assert.Equal(Errno.ELOOP, tree.Find("/link41", out _));
    }

    [Fact]
    public void Names_and_paths_have_a_longest_length()
    {
        Assert.Equal(Errno.ENAMETOOLONG, tree.Find("/" + new string('x', 256), out _));
        Assert.Equal(Errno.ENOENT, tree.Find("/" + new string('x', 255), out _));
        Assert.Equal(Errno.ENAMETOOLONG, tree.Find(new string('/', 4096), out _));
    }

    [Fact]
    public void The_root_is_not_left()
    {
        Assert.Equal((Errno)0, tree.Find("/a", out VfsPath inner));
        tree.Task.FileSystem.Root = inner;
        tree.Task.FileSystem.WorkingDirectory = inner;
        Assert.Equal((Errno)0, tree.Find("../../b/f", out _));
        Assert.Equal(Errno.ENOENT, tree.Find("/../a/b/f", out _));
    }

    [Fact]
    public void Mounts_are_entered_and_left()
    {
        Assert.Equal((Errno)0, tree.Find("/a/b", out VfsPath place));
        tree.Mounts.Attach(new Tmpfs.TmpFileSystem(tree.Vfs), place, 0);
        Assert.Equal(Errno.ENOENT, tree.Find("/a/b/f", out _));
        Assert.Equal((Errno)0, tree.MakeDirectory("/a/b/new"));
        Assert.Equal((Errno)0, tree.Find("/a/b/new/../../b/new", out VfsPath found));
        Assert.Equal("/a/b/new", PathText.Format(found, tree.Mounts.Root));
        Assert.Equal(Errno.EXDEV, tree.Rename("/a/b/new", "/a/new"));
        Assert.Equal(Errno.EBUSY, tree.RemoveDirectory("/a/b"));
    }
}

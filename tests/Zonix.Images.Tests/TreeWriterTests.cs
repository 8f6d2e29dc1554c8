using Zonix.Abi;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Vfs;
using static Zonix.Images.Tests.MemoryTree;

namespace Zonix.Images.Tests;

public sealed class TreeWriterTests : IDisposable
{
    private readonly MemoryTree tree = new();

    public void Dispose() => tree.Dispose();

    [Fact]
    public void Attributes_are_those_of_the_entry()
    {
        TreeWriter writer = tree.Writer();
        var time = new Timestamp(1_700_000_000, 123_456_789);
        writer.MakeFile("a/f"u8, new EntryAttributes(0x9ED, 12, 34, time) { Extended = [new(Bytes("user.x"), [1, 0, 255, 10])] }, "text"u8);
        writer.Complete();
        InodeAttributes a = tree.Attributes("a/f");
        Assert.Equal((FileModeBits.S_IFREG | 0x9EDu, 12u, 34u, time), (a.Mode, a.Uid, a.Gid, a.Modify));
        Assert.Equal("text", tree.Read("a/f"));
        Assert.Equal("\x01\0\xff\n", tree.Extended("a/f", "user.x"));
    }

    [Fact]
    public void Times_of_directories_come_last()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeDirectory("d"u8, Plain(0x1ED, 5));
        writer.MakeFile("d/f"u8, Plain(), ""u8);
        writer.MakeFile("implied/f"u8, Plain(time: 7), ""u8);
        writer.Complete();
        Assert.Equal(5, tree.Attributes("d").Modify.Seconds);
        Assert.Equal(7, tree.Attributes("implied").Modify.Seconds);
    }

    [Fact]
    public void A_directory_that_no_entry_mentions_keeps_its_time()
    {
        TreeWriter first = tree.Writer();
        first.MakeDirectory("d"u8, Plain(0x1ED, 5));
        first.MakeFile("d/old"u8, Plain(), ""u8);
        first.Complete();
        TreeWriter second = tree.Writer();
        second.MakeFile("d/new"u8, Plain(), ""u8);
        Assert.True(second.Remove("d/old"u8));
        second.Complete();
        Assert.Equal(5, tree.Attributes("d").Modify.Seconds);
    }

    [Fact]
    public void Links_on_the_way_are_followed_within_the_tree()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeDirectory("usr/lib"u8, Plain(0x1ED));
        writer.MakeSymbolicLink("lib"u8, "usr/lib"u8, Plain());
        writer.MakeSymbolicLink("out"u8, "../../../../etc"u8, Plain());
        writer.MakeSymbolicLink("abs"u8, "/usr"u8, Plain());
        writer.MakeFile("lib/x"u8, Plain(), "1"u8);
        writer.MakeFile("out/passwd"u8, Plain(), "2"u8);
        writer.MakeFile("abs/y"u8, Plain(), "3"u8);
        writer.Complete();
        Assert.Equal("1", tree.Read("usr/lib/x"));
        Assert.Equal("2", tree.Read("etc/passwd"));
        Assert.Equal("3", tree.Read("usr/y"));
    }

    [Fact]
    public void The_last_name_is_not_followed()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeFile("target"u8, Plain(), "kept"u8);
        writer.MakeSymbolicLink("l"u8, "target"u8, Plain());
        writer.MakeFile("l"u8, Plain(), "new"u8);
        writer.Complete();
        Assert.Equal("kept", tree.Read("target"));
        Assert.Equal("new", tree.Read("l"));
    }

    [Fact]
    public void A_circle_of_links_is_refused()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeSymbolicLink("a"u8, "b"u8, Plain());
        writer.MakeSymbolicLink("b"u8, "a"u8, Plain());
        Assert.Contains("symbolic links", Assert.Throws<ImageException>(() => writer.MakeFile("a/f"u8, Plain(), ""u8)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../x", "leads out")]
    [InlineData("a/../../x", "leads out")]
    [InlineData("a\0b", "zero byte")]
    [InlineData("..", "leads out")]
    [InlineData("", "root")]
    [InlineData("/", "root")]
    [InlineData("./.", "root")]
    public void Names_that_cannot_be_are_refused(string name, string reason)
    {
        ImageException e = Assert.Throws<ImageException>(() => tree.Writer().MakeFile(Bytes(name), Plain(), ""u8));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal("", tree.Describe());
    }

    [Fact]
    public void Long_names_are_refused_and_say_how_long()
    {
        Assert.Contains("256", Assert.Throws<ImageException>(() => tree.Writer().MakeFile(new byte[256].Select(_ => (byte)'x').ToArray(), Plain(), ""u8)).Message, StringComparison.Ordinal);
        tree.Writer().MakeFile(Enumerable.Repeat((byte)'x', 255).ToArray(), Plain(), ""u8);
    }

    [Theory]
    [InlineData("/a//b/./c/", "a/b/c")]
    [InlineData("./a", "a")]
    [InlineData("a/x/../b", "a/b")]
    [InlineData("a/.hidden", "a/.hidden")]
    [InlineData("new\nline", "new\nline")]
    [InlineData("..a/...", "..a/...")]
    public void Names_are_made_plain(string name, string plain) => Assert.Equal(Bytes(plain), TreePath.Normalize(Bytes(name)));

    [Fact]
    public void What_is_in_the_way_goes()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeFile("a/b/c"u8, Plain(), "deep"u8);
        writer.MakeFile("a"u8, Plain(), "file"u8);
        Assert.Equal("file", tree.Read("a"));
        writer.MakeDirectory("a"u8, Plain(0x1ED));
        writer.MakeFile("a/again"u8, Plain(), "x"u8);
        writer.Complete();
        Assert.Equal("x", tree.Read("a/again"));
        Assert.Null(tree.Find("a/b"));
    }

    [Fact]
    public void Below_a_file_nothing_is_made()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeFile("f"u8, Plain(), ""u8);
        Assert.Contains("Not a directory", Assert.Throws<ImageException>(() => writer.MakeFile("f/x"u8, Plain(), ""u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hard_links_are_names_of_one_file()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeFile("d/f"u8, Plain(), "x"u8);
        writer.MakeHardLink("g"u8, "/d/f"u8);
        writer.MakeHardLink("g"u8, "g"u8);
        Assert.Equal(2u, tree.Attributes("g").Links);
        Assert.Equal(tree.Attributes("d/f").Inode, tree.Attributes("g").Inode);
        Assert.Contains("leads out", Assert.Throws<ImageException>(() => writer.MakeHardLink("h"u8, "../../etc/passwd"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<ImageException>(() => writer.MakeHardLink("h"u8, "none"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("is a directory", Assert.Throws<ImageException>(() => writer.MakeHardLink("h"u8, "d"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("would replace", Assert.Throws<ImageException>(() => writer.MakeHardLink("d"u8, "d/f"u8)).Message, StringComparison.Ordinal);
        Assert.Equal("x", tree.Read("d/f"));
    }

    [Fact]
    public void Nodes_carry_device_numbers()
    {
        TreeWriter writer = tree.Writer();
        writer.MakeNode("null"u8, Plain(FileModeBits.S_IFCHR | 0x1B6), (1UL << 32) | 3);
        writer.MakeNode("fifo"u8, Plain(FileModeBits.S_IFIFO | 0x1B6), 77);
        Assert.Equal((1UL << 32) | 3, tree.Attributes("null").Rdev);
        Assert.Equal(0UL, tree.Attributes("fifo").Rdev);
        Assert.Throws<ImageException>(() => writer.MakeNode("x"u8, Plain(FileModeBits.S_IFCHR), 0x1000UL << 32));
        Assert.Throws<ImageException>(() => writer.MakeNode("x"u8, Plain(FileModeBits.S_IFREG), 0));
    }

    [Fact]
    public void Opaque_hides_what_was_there_before_this_layer_only()
    {
        TreeWriter lower = tree.Writer();
        lower.MakeFile("d/old"u8, Plain(), "old"u8);
        lower.MakeFile("d/sub/old"u8, Plain(), "old"u8);
        lower.MakeFile("d/both/old"u8, Plain(), "old"u8);
        lower.Complete();
        TreeWriter upper = tree.Writer();
        upper.MakeFile("d/new"u8, Plain(), "new"u8);
        upper.MakeFile("d/both/new"u8, Plain(), "new"u8);
        upper.MakeOpaque("d"u8);
        upper.MakeFile("d/both/late"u8, Plain(), "late"u8);
        upper.MakeOpaque("missing"u8);
        upper.Complete();
        Assert.Equal(["both", "new"], DirectoryEntries.List(default, (IDirectoryInode)tree.Find("d")!.Inode!).Select(n => System.Text.Encoding.UTF8.GetString(n)).Order());
        Assert.Equal(["late", "new"], DirectoryEntries.List(default, (IDirectoryInode)tree.Find("d/both")!.Inode!).Select(n => System.Text.Encoding.UTF8.GetString(n)).Order());
    }

    [Fact]
    public void Deep_trees_go_without_recursion()
    {
        TreeWriter writer = tree.Writer();
        string path = string.Join('/', Enumerable.Repeat("d", 2000));
        writer.MakeDirectory(Bytes(path), Plain(0x1ED));
        writer.MakeSymbolicLink("s"u8, Bytes(path), Plain());
        writer.MakeDirectory(Bytes("s/" + path), Plain(0x1ED));
        Assert.True(writer.Remove("d"u8));
        Assert.Null(tree.Find("d"));
    }

    [Fact]
    public void Holes_stay_holes()
    {
        using (TreeFile file = tree.Writer().BeginFile("f"u8, Plain()))
        {
            file.Write([1, 2, 3], 0, 3, 1 << 20);
            file.SetLength(1 << 30);
            file.Complete();
        }
        InodeAttributes a = tree.Attributes("f");
        Assert.Equal(1UL << 30, a.Size);
        Assert.InRange(a.Blocks, 1UL, 64UL);
    }
}

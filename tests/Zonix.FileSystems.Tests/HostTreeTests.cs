using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.FileSystems.Tests;

public sealed class HostTreeTests : IDisposable
{
    private readonly TemporaryDirectory outside = new();
    private readonly string inside;

    public HostTreeTests()
    {
        File.WriteAllText(outside.Path + "/secret", "secret");
        inside = Directory.CreateDirectory(outside.Path + "/root").FullName;
        Directory.CreateDirectory(inside + "/d");
        File.WriteAllText(inside + "/d/f", "inside");
    }

    public void Dispose() => outside.Dispose();

    [Fact]
    public void Links_lead_to_places_in_the_tree_only()
    {
        File.CreateSymbolicLink(inside + "/up", "../secret");
        File.CreateSymbolicLink(inside + "/absolute", outside.Path + "/secret");
        File.CreateSymbolicLink(inside + "/good", "/d/f");
        using Tree tree = Tree.OverHost(inside);
        Assert.Equal("ENOENT", tree.Read("/up"));
        Assert.Equal("ENOENT", tree.Read("/absolute"));
        Assert.Equal("ENOENT", tree.Read("/../secret"));
        Assert.Equal("ENOENT", tree.Read("/d/../../secret"));
        Assert.Equal("inside", tree.Read("/good"));
    }

    [Fact]
    public void A_directory_that_becomes_a_link_is_not_followed()
    {
        using Tree tree = Tree.OverHost(inside);
        Assert.Equal((Errno)0, tree.Find("/d", out _));
        Directory.Move(inside + "/d", inside + "/e");
        Directory.CreateSymbolicLink(inside + "/d", outside.Path);
        Assert.Equal("ENOTDIR", tree.Read("/d/secret"));
    }

    [Fact]
    public void A_file_that_becomes_a_link_is_not_followed()
    {
        using Tree tree = Tree.OverHost(inside);
        Assert.Equal((Errno)0, tree.Find("/d/f", out _));
        File.Delete(inside + "/d/f");
        File.CreateSymbolicLink(inside + "/d/f", outside.Path + "/secret");
        Assert.Equal("ELOOP", tree.Read("/d/f"));
    }

    [Fact]
    public void The_tree_itself_cannot_be_changed()
    {
        using Tree tree = Tree.OnHost(inside);
        Assert.Equal(Errno.EROFS, tree.MakeDirectory("/new"));
        Assert.Equal(Errno.EROFS, tree.Unlink("/d/f"));
        Assert.Equal(Errno.EROFS, tree.Write("/d/f", "x", append: true));
        Assert.Equal("inside", tree.Read("/d/f"));
    }

    [Fact]
    public void Many_directories_need_few_descriptors()
    {
        for (int i = 0; i < 1000; i++)
        {
            Directory.CreateDirectory($"{inside}/many/{i}");
            File.WriteAllText($"{inside}/many/{i}/f", $"{i}");
        }
        using Tree tree = Tree.OverHost(inside);
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 1000; i++)
            Assert.Equal($"{i}", tree.Read($"/many/{i}/f"));
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length - before, 0, 500);
        Assert.Equal("7", tree.Read("/many/7/f"));
    }

    [Fact]
    public void A_reader_sees_what_another_descriptor_writes()
    {
        using Tree tree = Tree.OverHost(inside);
        Assert.Equal((Errno)0, tree.Open("/d/f", OpenFlags.O_RDONLY, out OpenFileDescription? reader));
        Assert.Equal((Errno)0, tree.Write("/d/f", "copied", append: false));
        var bytes = new byte[16];
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        Assert.Equal(6, reader!.Read(ref buffer).Value);
        Assert.Equal("copied", System.Text.Encoding.UTF8.GetString(bytes, 0, 6));
        reader.Release();
        Assert.Equal("inside", File.ReadAllText(inside + "/d/f"));
    }
}

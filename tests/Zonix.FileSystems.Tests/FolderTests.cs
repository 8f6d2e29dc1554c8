using System.Text;
using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.FileSystems.Tests;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryDirectory outside = new();
    private readonly string inside;
    private readonly Tree tree;

    public FolderTests()
    {
        File.WriteAllText(outside.Path + "/f", "secret");
        Directory.CreateDirectory(outside.Path + "/d");
        File.WriteAllText(outside.Path + "/d/f", "secret");
        inside = Directory.CreateDirectory(outside.Path + "/root").FullName;
        Directory.CreateDirectory(inside + "/d");
        File.WriteAllText(inside + "/d/f", "inside");
        tree = Tree.OnFolder(inside);
    }

    public void Dispose()
    {
        tree.Dispose();
        outside.Dispose();
    }

    [Fact]
    public void Links_lead_to_places_in_the_folder_only()
    {
        File.CreateSymbolicLink(inside + "/up", "../f");
        File.CreateSymbolicLink(inside + "/absolute", outside.Path + "/f");
        Assert.Equal((Errno)0, tree.MakeLink("../../d", "/d/up"));
        Assert.Equal("ENOENT", tree.Read("/up"));
        Assert.Equal("ENOENT", tree.Read("/absolute"));
        Assert.Equal("inside", tree.Read("/d/up/f"));
        Assert.Equal("ENOENT", tree.Read("/../f"));
    }

    [Fact]
    public void What_the_host_changes_is_seen()
    {
        Assert.Equal("inside", tree.Read("/d/f"));
        Assert.Equal("ENOENT", tree.Read("/d/g"));
        File.WriteAllText(inside + "/d/g", "new");
        Assert.Equal("new", tree.Read("/d/g"));
        File.Delete(inside + "/d/f");
        Assert.Equal("ENOENT", tree.Read("/d/f"));
        Directory.CreateDirectory(inside + "/d/f");
        File.WriteAllText(inside + "/d/f/x", "below");
        Assert.Equal("below", tree.Read("/d/f/x"));
        Directory.Move(inside + "/d", inside + "/e");
        Assert.Equal("ENOENT", tree.Read("/d/g"));
        Assert.Equal("below", tree.Read("/e/f/x"));
        File.WriteAllText(inside + "/e/g", "longer than before");
        Assert.Equal((Errno)0, tree.Find("/e/g", out VfsPath found));
        found.Inode.GetAttributes(out InodeAttributes attributes);
        Assert.Equal(18u, attributes.Size);
    }

    [Fact]
    public void What_is_open_stays_what_it_is()
    {
        Assert.Equal((Errno)0, tree.Open("/d/f", OpenFlags.O_RDWR, out OpenFileDescription? file));
        File.Move(inside + "/d/f", inside + "/moved");
        File.WriteAllText(inside + "/d/f", "another");
        byte[] bytes = Encoding.UTF8.GetBytes("INSIDE");
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        Assert.Equal(6, file!.Write(ref buffer).Value);
        Assert.Equal((Errno)0, file.File.Inode.SetAttributes(new AttributeChange { Mode = 0x180 }));
        file.Release();
        Assert.Equal("INSIDE", File.ReadAllText(inside + "/moved"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(inside + "/moved"));
        Assert.Equal("another", tree.Read("/d/f"));
    }

    [Fact]
    public void Hard_links_are_one_inode()
    {
        Assert.Equal((Errno)0, tree.HardLink("/d/f", "/g"));
        Assert.Equal((Errno)0, tree.Find("/d/f", out VfsPath one));
        Assert.Equal((Errno)0, tree.Find("/g", out VfsPath other));
        Assert.Same(one.Inode, other.Inode);
        Assert.Equal((Errno)0, tree.Unlink("/d/f"));
        Assert.Equal("inside", tree.Read("/g"));
    }

    [Fact]
    public void Appending_loses_nothing_of_what_the_host_writes()
    {
        Assert.Equal((Errno)0, tree.Open("/log", OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND, out OpenFileDescription? file));
        using (var host = new FileStream(inside + "/log", FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            for (int i = 0; i < 100; i++)
            {
                var buffer = new UserBuffer("guest\n"u8.ToArray(), 0, 6);
                Assert.Equal(6, file!.Write(ref buffer).Value);
                host.Seek(0, SeekOrigin.End);
                host.Write("host\n"u8);
            }
        }
        file!.Release();
        Assert.Equal(200, File.ReadAllLines(inside + "/log").Length);
    }

    [Fact]
    public void Names_that_lead_elsewhere_are_refused()
    {
        Assert.Equal(Errno.EEXIST, tree.MakeDirectory("/.."));
        Assert.Equal(Errno.EBUSY, tree.Rename("/d", "/.."));
        Assert.Equal(Errno.EBUSY, tree.Rename("/d/..", "/x"));
        Assert.Equal((Errno)0, tree.Find("/", out VfsPath root));
        var directory = (IDirectoryInode)root.Inode;
        Assert.Equal(Errno.ENOENT, directory.Create("../made"u8, new NewInode(FileModeBits.S_IFREG | 0x1A4, 0, 0), out _));
        Assert.Equal(Errno.ENOENT, directory.Create(".."u8, new NewInode(FileModeBits.S_IFDIR | 0x1A4, 0, 0), out _));
        Assert.NotEqual((Errno)0, directory.Unlink("../f"u8, root.Inode));
        Assert.False(File.Exists(outside.Path + "/made"));
        Assert.True(File.Exists(outside.Path + "/f"));
    }

    /// <summary>Somebody on the host swaps a directory and a link out of the folder while the guest opens, makes and removes through it.</summary>
    [Fact]
    public async Task A_racing_host_leads_nobody_out()
    {
        using var stop = new CancellationTokenSource();
        Directory.CreateSymbolicLink(inside + "/link", outside.Path + "/d");
        var host = new NativeTree(inside);
        Task attacker = Task.Run(() => Swap(host, stop), CancellationToken.None);
        await AttackedWork(stop, attacker);
    }

    /// <summary>The same, by another process of the guest.</summary>
    [Fact]
    public async Task A_racing_guest_leads_nobody_out()
    {
        using var stop = new CancellationTokenSource();
        Assert.Equal((Errno)0, tree.MakeLink(outside.Path + "/d", "/link"));
        Task attacker = Task.Run(() => Swap(tree, stop), CancellationToken.None);
        await AttackedWork(stop, attacker);
    }

    private static void Swap(IFileOperations attacker, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Assert.Equal((Errno)0, attacker.Rename("/d", "/kept"));
            Assert.Equal((Errno)0, attacker.Rename("/link", "/d"));
            Assert.Equal((Errno)0, attacker.Rename("/d", "/link"));
            Assert.Equal((Errno)0, attacker.Rename("/kept", "/d"));
        }
    }

    private async Task AttackedWork(CancellationTokenSource stop, Task attacker)
    {
        int read = 0;
        for (int i = 0; (i < 3000 || read == 0) && !attacker.IsCompleted; i++)
        {
            string seen = tree.Read("/d/f");
            Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
            read += seen == "inside" ? 1 : 0;
            if (tree.Write("/d/new", "x", append: false) == 0)
                tree.Unlink("/d/new");
            if (tree.MakeDirectory("/d/dir") == 0)
                tree.RemoveDirectory("/d/dir");
            tree.HardLink("/d/f", "/d/hard");
            tree.Unlink("/d/hard");
            tree.ChangeMode("/d/f", 0x1A4);
            Assert.Equal(["f"], Directory.GetFileSystemEntries(outside.Path + "/d").Select(Path.GetFileName));
        }
        await stop.CancelAsync();
        await attacker;
        Assert.Equal("secret", File.ReadAllText(outside.Path + "/d/f"));
        Assert.True(read > 0);
    }
}

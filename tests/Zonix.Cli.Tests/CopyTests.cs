using System.Text;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Cli.Commands;
using Zonix.Cli.Copying;
using Zonix.Host.Files;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Cli.Tests;

/// <summary>What cp makes of its words, and what it does to the host.</summary>
public sealed class CopyTests
{
    private static readonly PathStat File = new("f", 1, 0x1A4, "", ""), Folder = new("d", 0, PathStat.DirectoryMode, "", "");

    [Theory]
    [InlineData("web:/etc", "web", "/etc")]
    [InlineData("web:etc:x", "web", "etc:x")]
    [InlineData("/a:b", null, "/a:b")]
    [InlineData("./a:b", null, "./a:b")]
    [InlineData("plain", null, "plain")]
    [InlineData("-", null, "-")]
    public void A_zone_s_name_ends_at_the_colon(string text, string? zone, string path) => Assert.Equal(new CopyPlace(zone, path), CopyPlace.Parse(text));

    [Theory]
    [InlineData("/a/f", false, "z:/dir", "dir", "/dir", "f")]
    [InlineData("/a/f", false, "z:/dir/new", "", "/dir", "new")]
    [InlineData("/a/f", false, "z:/dir/old", "file", "/dir", "old")]
    [InlineData("/a/d", true, "z:/dir", "dir", "/dir", "d")]
    [InlineData("/a/d/.", true, "z:/dir", "dir", "/dir", ".")]
    [InlineData("/a/d/.", true, "z:/new", "", "/", "new")]
    [InlineData("/a/d", true, "z:/new/", "", "/", "new")]
    [InlineData("z:/x/f", false, "/tmp/new", "", "/tmp", "new")]
    public void Docker_s_rules_say_where_things_go(string from, bool isDirectory, string to, string there, string directory, string name)
    {
        PathStat? stat = there switch { "dir" => Folder, "file" => File, _ => null };
        Assert.Equal((directory, name), CopyCommand.Where(CopyPlace.Parse(from), isDirectory, CopyPlace.Parse(to), stat));
    }

    [Theory]
    [InlineData("/a/d", true, "z:/f", "file", "cannot copy a directory to a file")]
    [InlineData("/a/f", false, "z:/new/", "", "there is no such directory")]
    [InlineData("/a/f", false, "z:/f/", "file", "not a directory")]
    public void What_cannot_be_is_refused(string from, bool isDirectory, string to, string there, string problem) => Assert.Contains(
        problem,
        Assert.Throws<CommandException>(() => CopyCommand.Where(CopyPlace.Parse(from), isDirectory, CopyPlace.Parse(to), there.Length > 0 ? File : null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_was_packed_is_unpacked_as_it_was()
    {
        string folder = Directory.CreateTempSubdirectory("zonix-copy-").FullName;
        string from = Path.Combine(folder, "from"), to = Path.Combine(folder, "to");
        Directory.CreateDirectory(Path.Combine(from, "sub"));
        Directory.CreateDirectory(to);
        System.IO.File.WriteAllText(Path.Combine(from, "sub", "f"), "text");
        System.IO.File.SetUnixFileMode(Path.Combine(from, "sub", "f"), UnixFileMode.UserRead | UnixFileMode.GroupExecute);
        System.IO.File.CreateSymbolicLink(Path.Combine(from, "link"), "sub/f");
        var archive = new MemoryStream();
        var tar = new TarWriter(archive);
        Assert.Equal(0, HostDirectory.OpenRoot(folder, out HostDirectory? root));
        new HostPacker(tar, keepsOwners: false).Pack(root!, "from"u8, "from"u8.ToArray());
        tar.Complete();
        archive.Position = 0;

        Assert.Equal(0, HostDirectory.OpenRoot(to, out HostDirectory? target));
        var unpacker = new HostUnpacker(target!, "from"u8.ToArray(), "new"u8.ToArray(), keepsOwners: false);
        unpacker.Unpack(new TarReader(archive));

        string made = Path.Combine(to, "new", "sub", "f");
        Assert.Equal("text", System.IO.File.ReadAllText(made));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupExecute, System.IO.File.GetUnixFileMode(made));
        Assert.Equal(System.IO.File.GetLastWriteTimeUtc(Path.Combine(from, "sub", "f")), System.IO.File.GetLastWriteTimeUtc(made));
        Assert.Equal("sub/f", new FileInfo(Path.Combine(to, "new", "link")).LinkTarget);
        Assert.Equal(4, unpacker.Bytes);
        root!.Dispose();
        target!.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("x/../../out", null)]
    [InlineData("x/l/out", "x/l")]
    [InlineData("other/out", null)]
    public void An_archive_of_a_zone_writes_nothing_elsewhere(string name, string? link)
    {
        string folder = Directory.CreateTempSubdirectory("zonix-copy-").FullName, into = Path.Combine(folder, "into");
        Directory.CreateDirectory(into);
        var archive = new MemoryStream();
        var tar = new TarWriter(archive);
        if (link is not null)
            tar.WriteEntry(new TarEntry { Kind = TarEntryKind.SymbolicLink, Name = Encoding.UTF8.GetBytes(link), LinkName = Encoding.UTF8.GetBytes(folder) });
        tar.WriteEntry(new TarEntry { Kind = TarEntryKind.File, Name = Encoding.UTF8.GetBytes(name), Attributes = new EntryAttributes(0x81A4, 0, 0, default) });
        tar.Complete();
        archive.Position = 0;
        Assert.Equal(0, HostDirectory.OpenRoot(into, out HostDirectory? target));

        Assert.Throws<CommandException>(() => new HostUnpacker(target!, "x"u8.ToArray(), "y"u8.ToArray(), keepsOwners: false).Unpack(new TarReader(archive)));

        target!.Dispose();
        Assert.Equal([into], Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_device_of_a_zone_is_not_made_on_the_host()
    {
        string folder = Directory.CreateTempSubdirectory("zonix-copy-").FullName;
        var archive = new MemoryStream();
        var tar = new TarWriter(archive);
        tar.WriteEntry(new TarEntry { Kind = TarEntryKind.BlockDevice, Name = "x/disk"u8.ToArray(), Rdev = 8UL << 32, Attributes = new EntryAttributes(0x61B6, 0, 0, default) });
        tar.Complete();
        archive.Position = 0;
        Assert.Equal(0, HostDirectory.OpenRoot(folder, out HostDirectory? target));

        var refused = Assert.Throws<CommandException>(() => new HostUnpacker(target!, "x"u8.ToArray(), null, keepsOwners: true).Unpack(new TarReader(archive)));

        Assert.Contains("x/disk: a device", refused.Message, StringComparison.Ordinal);
        target!.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }
}

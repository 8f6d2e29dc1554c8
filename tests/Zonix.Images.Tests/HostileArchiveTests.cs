using System.Text;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Vfs;
using static Zonix.Images.Tests.MemoryTree;

namespace Zonix.Images.Tests;

/// <summary>Archives that were made to do harm, or that are merely odd.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private readonly MemoryTree tree = new();
    private readonly Dictionary<TarEntry, byte[]> contents = [];

    public void Dispose() => tree.Dispose();

    [Theory]
    [InlineData("../../etc/passwd", "leads out")]
    [InlineData("a/../../x", "leads out")]
    [InlineData("nul\0name", "zero byte")]
    public void Names_that_lead_out_are_refused(string name, string reason)
    {
        // A zero byte gets through in a PAX record only, which long names have.
        ImageException e = Assert.Throws<ImageException>(() => Apply(File(name.Contains('\0') ? name.PadRight(150, 'x') : name, "evil")));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal("", tree.Describe());
    }

    [Fact]
    public void Absolute_names_lie_in_the_tree()
    {
        Apply(File("/etc/passwd", "in"));
        Assert.Equal("in", tree.Read("etc/passwd"));
    }

    [Fact]
    public void A_link_in_the_middle_stays_in_the_tree()
    {
        Apply(Link("evil", "/etc"), Link("up", "../../../../../tmp"), File("evil/passwd", "1"), File("up/x", "2"));
        Assert.Equal("1", tree.Read("etc/passwd"));
        Assert.Equal("2", tree.Read("tmp/x"));
    }

    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("../../etc/shadow")]
    public void Hard_links_out_find_nothing(string target) =>
        Assert.Throws<ImageException>(() => Apply(new TarEntry { Kind = TarEntryKind.HardLink, Name = Bytes("h"), LinkName = Bytes(target) }));

    [Fact]
    public void Hard_links_through_a_link_stay_in_the_tree()
    {
        Assert.Throws<ImageException>(() => Apply(Link("evil", "/etc"), new TarEntry { Kind = TarEntryKind.HardLink, Name = Bytes("h"), LinkName = Bytes("evil/hostname") }));
        Assert.Null(tree.Find("h"));
    }

    [Fact]
    public void The_last_of_the_same_names_counts()
    {
        Apply(File("f", "first"), File("./f", "second"), Directory("f"), File("f/x", "below"), File("f", "last"));
        Assert.Equal("/f file 644 0:0 1000.0 1 4 last", tree.Describe());
    }

    [Fact]
    public void A_file_does_not_write_through_the_link_it_replaces()
    {
        Apply(File("kept", "kept"), Link("l", "kept"), File("l", "new"));
        Assert.Equal("kept", tree.Read("kept"));
        Assert.Equal("new", tree.Read("l"));
    }

    [Fact]
    public void A_directory_replaces_a_link_and_does_not_change_what_it_led_to()
    {
        Apply(Directory("d", 0x1ED), Link("l", "d"), Directory("l", 0x1C0));
        Assert.Equal(0x1EDu, tree.Attributes("d").Mode & 0xFFF);
        Assert.Equal(0x1C0u, tree.Attributes("l").Mode & 0xFFF);
    }

    [Theory]
    [InlineData("a/.wh.", "names no entry")]
    [InlineData(".wh..", "names no entry")]
    [InlineData("a/.wh...", "names no entry")]
    public void Whiteouts_of_nothing_are_refused(string name, string reason) =>
        Assert.Contains(reason, Assert.Throws<ImageException>(() => Apply(File("a/kept", "k"), File(name, ""))).Message, StringComparison.Ordinal);

    [Fact]
    public void Whiteouts_do_not_follow_the_link_they_take_away()
    {
        Apply(File("d/kept", "k"), Link("l", "d"), File(".wh.l", ""), File(".wh.missing", ""), File("none/.wh.x", ""));
        Assert.Null(tree.Find("l"));
        Assert.Equal("k", tree.Read("d/kept"));
    }

    [Fact]
    public void Odd_names_are_names()
    {
        Apply(File("new\nline", "1"), File("\u001b[31m", "2"), File(" ", "3"), File("...", "4"));
        Assert.Equal("1", tree.Read("new\nline"));
        Assert.Equal("4", tree.Read("..."));
        Assert.Equal("a\\x0ab", TreePath.Show("a\nb"u8));
        var raw = new TarEntry { Kind = TarEntryKind.File, Name = [0xff, 0xfe, (byte)'x'], Attributes = Plain() };
        Apply(raw);
        Assert.Equal((Abi.Errno)0, DentryOperations.Find(tree.FileSystem.Root, raw.Name, out Dentry? found));
        Assert.NotNull(found);
    }

    [Fact]
    public void Devices_are_nodes_of_the_guest()
    {
        Apply(new TarEntry { Kind = TarEntryKind.BlockDevice, Name = Bytes("sda"), Rdev = 8UL << 32, Attributes = Plain(0x180) });
        Assert.Equal((0x6180u, 8UL << 32), (tree.Attributes("sda").Mode, tree.Attributes("sda").Rdev));
    }

    [Fact]
    public void Attributes_that_no_guest_could_set_are_left_out()
    {
        var attributes = Plain() with { Extended = [new(Bytes("user.a"), [1]), new(Bytes("btrfs.x"), [2]), new(Bytes("security.capability"), [3, 0, 10])] };
        Apply(new TarEntry { Kind = TarEntryKind.File, Name = Bytes("f"), Attributes = attributes });
        Assert.Equal("\x01", tree.Extended("f", "user.a"));
        Assert.Null(tree.Extended("f", "btrfs.x"));
        Assert.Equal("\x03\0\n", tree.Extended("f", "security.capability"));
    }

    [Theory]
    [InlineData("path=x", "broken record")]
    [InlineData("99999 path=x\n", "broken record")]
    [InlineData("9 size=-\n", "no number")]
    [InlineData("13 mtime=1.2x\n", "broken record")]
    [InlineData("14 mtime=1.2x\n", "no time")]
    [InlineData("22 uid=99999999999999\n", "does not exist")]
    public void Broken_headers_say_what_is_broken(string records, string reason)
    {
        byte[] archive = Archive(new TarEntry { Kind = TarEntryKind.File, Name = Bytes("paxheader"), Size = Encoding.ASCII.GetByteCount(records), Attributes = Plain() }, Bytes(records));
        archive[156] = (byte)'x';
        FixChecksum(archive);
        byte[] file = Archive(File("f", ""), []);
        ImageException e = Assert.Throws<ImageException>(() => Apply(new MemoryStream([.. archive[..1024], .. file])));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_holes_takes_no_room_however_large_it_says_it_is()
    {
        Apply(new TarEntry { Kind = TarEntryKind.File, Name = Bytes("f"), Size = 1L << 50, Segments = [new TarSegment(1L << 50, 0)], Attributes = Plain() });
        Assert.Equal(1UL << 50, tree.Attributes("f").Size);
        Assert.InRange(tree.Attributes("f").Blocks, 0UL, 16UL);
    }

    private TarEntry File(string name, string content)
    {
        TarEntry entry = NewFile(name, content.Length);
        contents[entry] = Bytes(content);
        return entry;
    }

    private static TarEntry NewFile(string name, int size) => new() { Kind = TarEntryKind.File, Name = Bytes(name), Size = size, Attributes = Plain() };

    private static TarEntry Directory(string name, uint mode = 0x1ED) => new() { Kind = TarEntryKind.Directory, Name = Bytes(name), Attributes = Plain(mode) };

    private static TarEntry Link(string name, string target) => new() { Kind = TarEntryKind.SymbolicLink, Name = Bytes(name), LinkName = Bytes(target), Attributes = Plain() };

    private static byte[] Archive(TarEntry entry, byte[] content)
    {
        var target = new MemoryStream();
        var writer = new TarWriter(target);
        writer.WriteEntry(entry);
        writer.Write(content);
        writer.Complete();
        return target.ToArray();
    }

    private static void FixChecksum(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = header.AsSpan(0, 512).ToArray().Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
    }

    private void Apply(params TarEntry[] entries)
    {
        var target = new MemoryStream();
        var writer = new TarWriter(target);
        foreach (TarEntry entry in entries)
        {
            writer.WriteEntry(entry);
            writer.Write(contents.GetValueOrDefault(entry) ?? []);
        }
        writer.Complete();
        target.Position = 0;
        Apply(target);
    }

    private void Apply(Stream archive)
    {
        TreeWriter writer = tree.Writer();
        TreeUnpacker.ApplyLayer(new TarReader(archive), writer, TestContext.Current.CancellationToken);
    }

}

using System.Text;
using CsCheck;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Vfs;
using static Zonix.Images.Tests.MemoryTree;

namespace Zonix.Images.Tests;

public sealed class TarTests
{
    private static readonly Gen<byte[]> Name =
        from parts in Gen.Byte[1, 255].Where(b => b != 0 && b != (byte)'/').Array[1, 120].Array[1, 5]
        select parts.Aggregate<byte[], byte[]>([], (all, part) => all.Length == 0 ? part : [.. all, (byte)'/', .. part]);

    private static readonly Gen<Timestamp> Time =
        from seconds in Gen.OneOf(Gen.Long[-5, 5], Gen.Long[-1L << 40, 1L << 40])
        from ns in Gen.OneOf(Gen.Const(0u), Gen.UInt[0, 999_999_999])
        select new Timestamp(seconds, ns);

    private static readonly Gen<EntryAttributes> Attributes =
        from mode in Gen.UInt[0, 0xFFF]
        from uid in Gen.OneOf(Gen.UInt[0, 70000], Gen.UInt)
        from gid in Gen.OneOf(Gen.UInt[0, 70000], Gen.UInt)
        from modify in Time
        from value in Gen.Byte.Array[0, 50]
        from hasValue in Gen.Bool
        select new EntryAttributes(mode, uid, gid, modify) { Extended = hasValue ? [new(Bytes("user.ü"), value)] : null };

    private static readonly Gen<(TarEntry Entry, byte[] Content)> Entry =
        from kind in Gen.Enum<TarEntryKind>()
        from name in Name
        from link in Name
        from attributes in Attributes
        from rdev in Gen.Select(Gen.UInt[0, 0xFFF], Gen.UInt[0, 0xFFFFF])
        from content in Gen.Byte.Array[0, 3000]
        from gap in Gen.Int[0, 3]
        select Make(kind, name, link, attributes, ((ulong)rdev.Item1 << 32) | rdev.Item2, content, gap);

    [Fact]
    public void What_is_written_is_read() => Entry.Array[0, 6].Sample(entries =>
    {
        byte[] archive = Write(entries);
        Assert.Equal(0, archive.Length % 512);
        Assert.Equal(archive, Write(entries));
        var reader = new TarReader(new Dribble(archive));
        foreach ((TarEntry expected, byte[] content) in entries)
        {
            TarEntry actual = reader.Next()!;
            Assert.Equal(expected.Kind, actual.Kind);
            Assert.Equal(expected.Kind == TarEntryKind.Directory ? [.. expected.Name, (byte)'/'] : expected.Name, actual.Name);
            Assert.Equal(expected.LinkName, actual.LinkName);
            Assert.Equal(expected.Attributes.Mode, actual.Attributes.Mode & 0xFFF);
            Assert.Equal((expected.Attributes.Uid, expected.Attributes.Gid, expected.Attributes.Modify), (actual.Attributes.Uid, actual.Attributes.Gid, actual.Attributes.Modify));
            Assert.Equal(expected.Attributes.Extended?[0].Value, actual.Attributes.Extended?[0].Value);
            Assert.Equal((expected.Rdev, expected.Size), (actual.Rdev, actual.Size));
            Assert.Equal(expected.Segments, actual.Segments);
            if (expected.Kind == TarEntryKind.File)
                Assert.Equal(content, reader.ReadAll(1 << 20));
        }
        Assert.Null(reader.Next());
    }, iter: 300);

    [Fact]
    public void A_broken_archive_is_refused_and_harms_nothing() => Gen.Select(Entry.Array[1, 4], Gen.Int[0, 5000], Gen.Byte, Gen.Bool).Sample((entries, place, value, cuts) =>
    {
        byte[] archive = Write(entries);
        place %= archive.Length;
        if (cuts)
            Array.Resize(ref archive, place);
        else
            archive[place] = value;
        using var tree = new MemoryTree();
        try
        {
            TreeUnpacker.ApplyLayer(new TarReader(new MemoryStream(archive)), tree.Writer(), TestContext.Current.CancellationToken);
        }
        catch (ImageException e)
        {
            Assert.NotEmpty(e.Message);
        }
        tree.Describe();
    }, iter: 300);

    [Theory]
    [InlineData("gnu", "")]
    [InlineData("gnu", "-S")]
    [InlineData("posix", "")]
    [InlineData("posix", "-S --sparse-version=0.0")]
    [InlineData("posix", "-S --sparse-version=0.1")]
    [InlineData("posix", "-S --sparse-version=1.0")]
    [InlineData("ustar", "")]
    [InlineData("v7", "")]
    public void Archives_of_GNU_tar_are_read(string format, string options)
    {
        string longName = string.Join('/', Enumerable.Repeat("directory", format is "v7" or "ustar" ? 5 : 12)) + "/file";
        HostFolder folder = HostFolder.Create();
        folder.Run("sh", "-c", $"mkdir -p tree/$(dirname {longName}) && cd tree && echo long > {longName} && ln -s {longName} link && ln {longName} hard && truncate -s 3M sparse && printf abc | dd of=sparse bs=1 seek=1000000 conv=notrunc 2>/dev/null && printf end | dd of=sparse bs=1 seek=3145725 conv=notrunc 2>/dev/null && {(format == "v7" ? "true" : "mkfifo fifo")} && chmod 4755 hard && touch -d @1234567890 hard");
        folder.Run("sh", "-c", $"cd tree && tar --sort=name --format={format} {options} --owner=5 --group=6 -cf ../tree.tar .");
        using var tree = new MemoryTree();
        TreeUnpacker.Unpack(new TarReader(new MemoryStream(File.ReadAllBytes(folder.Path("tree.tar")))), tree.Writer(), TestContext.Current.CancellationToken);
        InodeAttributes sparse = tree.Attributes("sparse"), hard = tree.Attributes("hard");
        Assert.Equal(3UL << 20, sparse.Size);
        Assert.True(options.Length == 0 || sparse.Blocks < 200, $"{sparse.Blocks} blocks");
        string content = tree.Read("sparse")!;
        Assert.Equal("abc", content.Substring(1000000, 3));
        Assert.Equal("end", content[^3..]);
        Assert.Equal("long\n", tree.Read(longName));
        Assert.Equal((2u, 0x9EDu, 5u, 6u, 1234567890L), (hard.Links, hard.Mode & 0xFFF, hard.Uid, hard.Gid, hard.Modify.Seconds));
        Assert.Equal(longName, Encoding.UTF8.GetString(Link(tree, "link")));
        if (format != "v7")
            Assert.Equal(1u, tree.Attributes("fifo").Mode >> 12);
        folder.Dispose();
    }

    [Fact]
    public void GNU_tar_reads_what_is_written()
    {
        byte[] longName = Bytes(string.Join('/', Enumerable.Repeat("directory", 30)) + "/file");
        (TarEntry, byte[])[] entries =
        [
            (new TarEntry { Kind = TarEntryKind.File, Name = longName, Size = 5, Attributes = Plain(0x1ED) }, "hello"u8.ToArray()),
            (new TarEntry { Kind = TarEntryKind.File, Name = "sparse"u8.ToArray(), Size = 1 << 20, Attributes = Plain(), Segments = [new(4096, 3), new(1 << 20, 0)] }, "abc"u8.ToArray()),
            (new TarEntry { Kind = TarEntryKind.SymbolicLink, Name = "l"u8.ToArray(), LinkName = longName, Attributes = Plain() }, []),
        ];
        using HostFolder folder = HostFolder.Create();
        File.WriteAllBytes(folder.Path("x.tar"), Write(entries));
        folder.Run("tar", "-xf", "x.tar");
        Assert.Equal("hello", File.ReadAllText(folder.Path(Encoding.UTF8.GetString(longName))));
        byte[] sparse = File.ReadAllBytes(folder.Path("sparse"));
        Assert.Equal(1 << 20, sparse.Length);
        Assert.Equal("abc"u8.ToArray(), sparse[4096..4099]);
        Assert.Equal("hello", File.ReadAllText(folder.Path("l")));
    }

    private static byte[] Link(MemoryTree tree, string path)
    {
        var text = new byte[4096];
        ((ISymbolicLink)tree.Find(path)!.Inode!).ReadLink(text, out int length);
        return text[..length];
    }

    private static (TarEntry Entry, byte[] Content) Make(
        TarEntryKind kind, byte[] name, byte[] link, EntryAttributes attributes, ulong rdev, byte[] content, int gap)
    {
        bool isFile = kind == TarEntryKind.File;
        TarSegment[]? segments = gap == 0 || !isFile ? null : [new(gap, content.Length / 2), new((gap * 1000) + (content.Length / 2), content.Length - (content.Length / 2))];
        var entry = new TarEntry
        {
            Kind = kind, Name = kind == TarEntryKind.Directory ? name[..^1] is { Length: > 0 } n && n[^1] != '/' ? n : "d"u8.ToArray() : name, Attributes = attributes,
            LinkName = kind is TarEntryKind.HardLink or TarEntryKind.SymbolicLink ? link : [],
            Rdev = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice ? rdev : 0,
            Size = !isFile ? 0 : segments is null ? content.Length : segments[1].Offset + segments[1].Length + 10,
            Segments = segments,
        };
        return (entry, isFile ? content : []);
    }

    private static byte[] Write((TarEntry Entry, byte[] Content)[] entries)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        foreach ((TarEntry entry, byte[] content) in entries)
        {
            writer.WriteEntry(entry);
            writer.Write(content);
        }
        writer.Complete();
        return archive.ToArray();
    }
}

using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;

namespace Zonix.FileSystems.Tests;

public sealed class TmpfsTests : IDisposable
{
    private readonly Tree tree = Tree.OnTmpfs();

    public void Dispose() => tree.Dispose();

    [Fact]
    public void Holes_take_no_room_and_read_as_zeros()
    {
        OpenFileDescription file = Open("/f");
        Assert.Equal(3, Write(file, "abc", 1 << 30));
        file.File.Inode.GetAttributes(out InodeAttributes attributes);
        Assert.Equal((1UL << 30) + 3, attributes.Size);
        Assert.InRange(attributes.Blocks, 1UL, 16UL);
        Assert.Equal(1L << 30, file.Seek(0, SeekWhence.SEEK_DATA).Value & ~4095L);
        Assert.Equal(0, file.Seek(0, SeekWhence.SEEK_HOLE).Value);
        Assert.Equal(Errno.ENXIO, file.Seek((1L << 30) + 3, SeekWhence.SEEK_DATA).Error);
        Assert.Equal("\0\0\0", Read(file, 5, 3));
        file.Release();
    }

    [Fact]
    public void A_shortened_file_grows_with_zeros()
    {
        OpenFileDescription file = Open("/f");
        Write(file, "abcdef", 0);
        Resize(file, 2);
        Resize(file, 6);
        Assert.Equal("ab\0\0\0\0", Read(file, 0, 10));
        file.Release();
    }

    [Fact]
    public void Every_change_is_a_version()
    {
        OpenFileDescription file = Open("/f");
        Write(file, "before", 0);
        var mappable = (IMappable)file.File;
        Assert.Equal((Errno)0, mappable.GetMapping(0, 4096, shared: false, writable: false, out FileMapping mapping));
        var seen = new HashSet<long?> { mapping.Version!.Version };
        Assert.False(seen.Add(mapping.Version.Version));
        Write(file, "after!", 0);
        Assert.True(seen.Add(mapping.Version.Version));
        Resize(file, 2);
        Assert.True(seen.Add(mapping.Version.Version));
        Assert.Equal((Errno)0, ((ISyncable)file.File).Allocate(FallocateMode.FALLOC_FL_PUNCH_HOLE | FallocateMode.FALLOC_FL_KEEP_SIZE, 0, 1));
        Assert.True(seen.Add(mapping.Version.Version));

        // Read-only shared mappings change nothing; what goes through others is not seen.
        Assert.Equal((Errno)0, mappable.GetMapping(0, 4096, shared: true, writable: false, out _));
        Assert.NotNull(mapping.Version.Version);
        Assert.Equal((Errno)0, mappable.GetMapping(0, 4096, shared: true, writable: true, out _));
        Assert.Null(mapping.Version.Version);
        file.Release();
    }

    [Fact]
    public void A_mapping_shows_what_is_written()
    {
        OpenFileDescription file = Open("/f");
        Write(file, "before", 0);
        Assert.Equal((Errno)0, ((IMappable)file.File).GetMapping(0, 4096, shared: true, writable: true, out FileMapping mapping));
        Write(file, "after!", 0);
        var bytes = new byte[6];
        HostFile backing = mapping.File!;
        Assert.Equal(6, backing.PRead(bytes, (long)mapping.Offset));
        Assert.Equal("after!"u8.ToArray(), bytes);
        backing.PWrite("mapped"u8, (long)mapping.Offset);
        Assert.Equal("mapped", Read(file, 0, 6));
        file.Release();
    }

    [Fact]
    public void An_unlinked_file_lives_as_long_as_it_is_open()
    {
        OpenFileDescription file = Open("/f");
        Write(file, "x", 0);
        Assert.Equal((Errno)0, tree.Unlink("/f"));
        Assert.Equal(Errno.ENOENT, tree.Find("/f", out _));
        Assert.Equal("x", Read(file, 0, 1));
        file.File.Inode.GetAttributes(out InodeAttributes attributes);
        Assert.Equal(0u, attributes.Links);
        file.Release();
    }

    [Fact]
    public void A_listing_survives_removals()
    {
        for (int i = 0; i < 300; i++)
            tree.Write($"/file{i:D3}", "", append: false);
        IReadOnlyList<string> names = tree.List("/");
        Assert.Equal(302, names.Count);
        foreach (string name in names.Skip(2))
            Assert.Equal((Errno)0, tree.Unlink("/" + name));
        Assert.Equal([".", ".."], tree.List("/"));
    }

    private static long Write(OpenFileDescription file, string text, long offset)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        return file.WriteAt(ref buffer, offset).Raw;
    }

    private static string Read(OpenFileDescription file, long offset, int count)
    {
        var bytes = new byte[count];
        var buffer = new UserBuffer(bytes, 0, count);
        SysResult result = file.ReadAt(ref buffer, offset);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, (int)result.Value);
    }

    private void Resize(OpenFileDescription file, ulong size) =>
        Assert.Equal((Errno)0, file.File.Inode.SetAttributes(new AttributeChange { Size = size, Now = tree.Vfs.Now }));

    private OpenFileDescription Open(string path)
    {
        Assert.Equal((Errno)0, tree.Open(path, OpenFlags.O_RDWR | OpenFlags.O_CREAT, out OpenFileDescription? file));
        return file!;
    }
}

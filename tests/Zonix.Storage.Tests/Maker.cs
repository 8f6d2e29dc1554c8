using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;

namespace Zonix.Storage.Tests;

/// <summary>Makes things in a file system by its inodes.</summary>
internal sealed class Maker(IFileSystem fileSystem)
{
    public IDirectoryInode Root => (IDirectoryInode)fileSystem.Root.Inode!;

    public IDirectoryInode Directory(IDirectoryInode parent, string name) =>
        (IDirectoryInode)Create(parent, name, FileModeBits.S_IFDIR | 0x1ED);

    public IInode Create(IDirectoryInode parent, string name, uint mode, ulong rdev = 0, string target = "")
    {
        Assert.Equal((Errno)0, parent.Create(Bytes(name), new NewInode(mode, 1000, 1001, rdev, Bytes(target)), out IInode? made));
        return made!;
    }

    public IInode File(IDirectoryInode parent, string name, params ReadOnlySpan<byte> bytes)
    {
        IInode made = Create(parent, name, FileModeBits.S_IFREG | 0x1A4);
        Assert.Equal((Errno)0, Write(made, 0, bytes));
        return made;
    }

    public static Errno Write(IInode inode, long offset, ReadOnlySpan<byte> bytes)
    {
        Errno e = ((IOpenableInode)inode).Open(OpenFlags.O_WRONLY, out IFile? file);
        if (e != 0)
            return e;
        var buffer = new UserBuffer(bytes.ToArray(), 0, bytes.Length);
        SysResult put = ((IWritable)file!).Write(ref buffer, ref offset);
        file.Close();
        return put.IsError ? put.Error : put.Value == bytes.Length ? 0 : Errno.ENOSPC;
    }

    public static IInode Find(IDirectoryInode parent, string name)
    {
        Assert.Equal((Errno)0, parent.Lookup(Bytes(name), out IInode? found));
        return found!;
    }

    /// <summary>One of everything.</summary>
    public void Everything(int seed)
    {
        var random = new Random(seed);
        byte[] Noise(int length)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
        IDirectoryInode d = Directory(Root, $"d{seed}"), inner = Directory(d, "inner");
        File(d, "small", Noise(100));
        IInode large = File(d, "large", Noise(200_000));
        File(d, "edge", Noise(16 * 1024));
        File(d, "empty");
        IInode sparse = File(d, "sparse", Noise(10));
        Assert.Equal((Errno)0, Write(sparse, 1 << 20, Noise(5000)));
        Assert.Equal((Errno)0, sparse.SetAttributes(new AttributeChange { Size = 3 << 20, Now = new Timestamp(5, 6) }));
        File(inner, "\xff\xfe not text", Noise(3));
        Create(inner, "link", FileModeBits.S_IFLNK | 0x1FF, target: "../small/\xe4");
        Create(inner, "null", FileModeBits.S_IFCHR | 0x1B6, rdev: (1UL << 32) | 3);
        Create(inner, "disk", FileModeBits.S_IFBLK | 0x1B0, rdev: (253UL << 32) | 70_000);
        Create(inner, "fifo", FileModeBits.S_IFIFO | 0x180);
        Create(inner, "socket", FileModeBits.S_IFSOCK | 0x1FF);
        Assert.Equal((Errno)0, inner.Link("second name"u8, large));
        Assert.Equal((Errno)0, d.Link("third name"u8, large));
        large.SetAttributes(new AttributeChange
        {
            Mode = 0x9ED, Uid = 70_000, Gid = uint.MaxValue - 1, Access = new Timestamp(-5, 999_999_999), Modify = new Timestamp(1L << 32, 1), Now = new Timestamp(77, 78),
        });
        var attributes = (IExtendedAttributes)large;
        Assert.Equal((Errno)0, attributes.SetAttribute("user.one"u8, Noise(1000), 0));
        Assert.Equal((Errno)0, attributes.SetAttribute("user.empty"u8, default, 0));
        Assert.Equal((Errno)0, attributes.SetAttribute("security.capability"u8, Noise(20), 0));
        // An access list: the owner rwx, user 5 r, the group r, the mask rw, others nothing. acl(5).
        byte[] list = [2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 4, 0, 5, 0, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255];
        Assert.Equal((Errno)0, ((IExtendedAttributes)inner).SetAttribute("system.posix_acl_default"u8, list, 0));
        Assert.Equal((Errno)0, ((IExtendedAttributes)d).SetAttribute("system.posix_acl_access"u8, list, 0));
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}

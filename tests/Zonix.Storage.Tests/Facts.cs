using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;

namespace Zonix.Storage.Tests;

/// <summary>All that can be told of a tree, one line for each name: also inode numbers, owners, times, extended attributes and where data lies.</summary>
internal static class Facts
{
    public static string Of(IFileSystem fileSystem)
    {
        var lines = new List<string>();
        Walk(fileSystem.Root.Inode!, "", lines);
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public static string Of(Snapshot snapshot)
    {
        using PoolTree open = PoolTree.Open(snapshot);
        return Of(open.FileSystem);
    }

    public static byte[] ReadAll(IInode inode, long size)
    {
        Assert.Equal((Errno)0, ((IOpenableInode)inode).Open(OpenFlags.O_RDONLY, out IFile? file));
        byte[] bytes = new byte[size];
        for (long at = 0; at < size;)
        {
            var buffer = new UserBuffer(bytes, (int)at, (int)(size - at));
            SysResult got = ((IReadable)file!).Read(ref buffer, at);
            Assert.False(got.IsError, got.Error.ToString());
            Assert.NotEqual(0, got.Value);
            at += got.Value;
        }
        file!.Close();
        return bytes;
    }

    private static void Walk(IInode inode, string path, List<string> lines)
    {
        Assert.Equal((Errno)0, inode.GetAttributes(out InodeAttributes a));
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{path} {a.Inode} {a.Mode:x} {a.Links} {a.Uid}:{a.Gid} {a.Rdev:x} {(uint)a.Flags:x} {a.Access} {a.Modify} {a.Change} {a.Birth}");
        AddAttributes((IExtendedAttributes)inode, line);
        switch (inode)
        {
            case IDirectoryInode directory:
                foreach (string name in Names(directory))
                {
                    Assert.Equal((Errno)0, directory.Lookup(Encoding.Latin1.GetBytes(name), out IInode? child));
                    Walk(child!, $"{path}/{name}", lines);
                }
                break;
            case ISymbolicLink link:
                byte[] text = new byte[4096];
                link.ReadLink(text, out int length);
                line.Append(" -> ").Append(Encoding.Latin1.GetString(text, 0, length));
                break;
            case IOpenableInode when inode.Access.IsRegular:
                AddContent(inode, (long)a.Size, line);
                break;
        }
        lines.Add(line.ToString());
    }

    private static void AddContent(IInode inode, long size, StringBuilder line)
    {
        Assert.True(size < 1 << 28, "too large for a test");
        line.Append(CultureInfo.InvariantCulture, $" {size} {Convert.ToHexString(SHA256.HashData(ReadAll(inode, size)))[..16]}");
        Assert.Equal((Errno)0, ((IOpenableInode)inode).Open(OpenFlags.O_RDONLY, out IFile? file));
        if (size > 16384)
            line.Append(CultureInfo.InvariantCulture, $" data at {((ISeekable)file!).SeekData(0, hole: false).Raw}, hole at {((ISeekable)file).SeekData(0, hole: true).Raw}");
        file!.Close();
    }

    private static void AddAttributes(IExtendedAttributes inode, StringBuilder line)
    {
        byte[] list = new byte[65536], value = new byte[65536];
        SysResult got = inode.ListAttributes(list);
        if (got.IsError)
            return;
        foreach (string name in Encoding.Latin1.GetString(list, 0, (int)got.Value).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            SysResult length = inode.GetAttribute(Encoding.Latin1.GetBytes(name), value);
            line.Append(CultureInfo.InvariantCulture, $" {name}={Convert.ToHexString(value, 0, (int)length.Value)}");
        }
    }

    public static List<string> Names(IDirectoryInode directory)
    {
        var names = new List<string>();
        Assert.Equal((Errno)0, directory.OpenDirectory(out IDirectoryFile? file));
        byte[] space = new byte[4096];
        for (long position = 0; ;)
        {
            var buffer = new DirectoryBuffer(space);
            file!.ReadEntries(ref position, ref buffer, 0);
            if (buffer.Length == 0)
                break;
            for (int at = 0; at < buffer.Length; at += BitConverter.ToUInt16(space, at + 16))
            {
                int end = Array.IndexOf(space, (byte)0, at + DirectoryBuffer.HeaderSize);
                names.Add(Encoding.Latin1.GetString(space, at + DirectoryBuffer.HeaderSize, end - at - DirectoryBuffer.HeaderSize));
            }
        }
        file.Close();
        names.RemoveAll(n => n is "." or "..");
        return names;
    }
}

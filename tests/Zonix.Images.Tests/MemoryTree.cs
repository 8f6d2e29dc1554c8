using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Tmpfs;
using Zonix.Host.Files;
using Zonix.Images.Unpacking;
using Zonix.Kernel;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;

namespace Zonix.Images.Tests;

/// <summary>A tree in memory, and how tests look at it.</summary>
internal sealed class MemoryTree : IDisposable
{
    public MemoryTree()
    {
        Vfs = new VirtualFileSystem(new Clock(), new EpollReadinessSource());
        FileSystem = new TmpFileSystem(Vfs, 0x1ED);
    }

    public VirtualFileSystem Vfs { get; }

    public TmpFileSystem FileSystem { get; }

    public TreeWriter Writer() => new(FileSystem, Vfs);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static EntryAttributes Plain(uint mode = 0x1A4, long time = 1000) => new(mode, 0, 0, new Timestamp(time, 0));

    public Dentry? Find(string path) => Find(FileSystem, path);

    public static Dentry? Find(IFileSystem fileSystem, string path)
    {
        Dentry at = fileSystem.Root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at.Inode is not IDirectoryInode)
                return null;
            Assert.Equal((Errno)0, DentryOperations.Find(at, Bytes(name), out Dentry? found));
            if (found is null)
                return null;
            at = found;
        }
        return at;
    }

    public InodeAttributes Attributes(string path)
    {
        Find(path)!.Inode!.GetAttributes(out InodeAttributes attributes);
        return attributes;
    }

    public string? Extended(string path, string name)
    {
        var value = new byte[1000];
        SysResult result = ((IExtendedAttributes)Find(path)!.Inode!).GetAttribute(Bytes(name), value);
        return result.IsError ? null : Encoding.Latin1.GetString(value, 0, (int)result.Value);
    }

    public string? Read(string path) => Find(path)?.Inode is { } inode ? Read(inode) : null;

    /// <summary>All entries with what they are, sorted.</summary>
    public string Describe() => Describe(FileSystem);

    public static string Describe(IFileSystem fileSystem)
    {
        var lines = new List<string>();
        Describe(fileSystem.Root, "", lines);
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public void Dispose() => Vfs.Dispose();

    private static string Read(IInode inode)
    {
        Assert.Equal((Errno)0, ((IOpenableInode)inode).Open(OpenFlags.O_RDONLY, out IFile? file));
        var content = new MemoryStream();
        var chunk = new byte[65536];
        while (true)
        {
            var buffer = new UserBuffer(chunk, 0, chunk.Length);
            SysResult result = ((IReadable)file!).Read(ref buffer, content.Length);
            Assert.False(result.IsError);
            if (result.Value == 0)
                break;
            content.Write(chunk, 0, (int)result.Value);
        }
        file!.Close();
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private static void Describe(Dentry directory, string path, List<string> lines)
    {
        foreach (byte[] name in DirectoryEntries.List(default, (IDirectoryInode)directory.Inode!))
        {
            Assert.Equal((Errno)0, DentryOperations.Find(directory, name, out Dentry? entry));
            string shown = path + "/" + TreePath.Show(name);
            IInode inode = entry!.Inode!;
            inode.GetAttributes(out InodeAttributes a);
            string owner = $"{Convert.ToString(a.Mode & FileModeBits.PermissionMask, 8)} {a.Uid}:{a.Gid} {a.Modify.Seconds}.{a.Modify.Nanoseconds}";
            switch (a.Mode & FileModeBits.S_IFMT)
            {
                case FileModeBits.S_IFDIR:
                    lines.Add($"{shown} dir {owner}");
                    Describe(entry, shown, lines);
                    break;
                case FileModeBits.S_IFLNK:
                    var text = new byte[4096];
                    ((ISymbolicLink)inode).ReadLink(text, out int length);
                    lines.Add($"{shown} link {Encoding.UTF8.GetString(text, 0, length)}");
                    break;
                case FileModeBits.S_IFREG:
                    lines.Add($"{shown} file {owner} {a.Links} {a.Size} {Read(inode)}");
                    break;
                default:
                    lines.Add($"{shown} node {(a.Mode & FileModeBits.S_IFMT) >> 12} {owner} {a.Rdev >> 32}:{(uint)a.Rdev}");
                    break;
            }
        }
    }
}

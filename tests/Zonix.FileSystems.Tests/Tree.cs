using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Folder;
using Zonix.FileSystems.Host;
using Zonix.FileSystems.Overlay;
using Zonix.FileSystems.Tmpfs;
using Zonix.Host.Files;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Machine;

namespace Zonix.FileSystems.Tests;

/// <summary>A machine with a tree of files, and a task that works on it by the kernel's own operations.</summary>
internal sealed class Tree : IFileOperations, IDisposable
{
    private readonly KernelMachine machine = new(1);
    private readonly MemoryWindow window;

    private Tree(Func<VirtualFileSystem, IFileSystem> root)
    {
        Vfs = new VirtualFileSystem(machine.Clock, new EpollReadinessSource());
        window = new MemoryWindow(machine.CodeCache, WindowKind.Small);
        Process process = machine.CreateProcess(new NoBrand());
        Task = process.CreateTask(new CpuContext(window));
        Mounts = new MountNamespace(Vfs, root(Vfs));
        Task.FileSystem = new FsContext(Vfs, Mounts, Mounts.Root, Mounts.Root, umask: 0);
        Task.Files = new FileTable();
    }

    public VirtualFileSystem Vfs { get; }

    public MountNamespace Mounts { get; }

    public KernelTask Task { get; }

    private VfsPath Start => Task.FileSystem.WorkingDirectory;

    /// <summary>An empty tmpfs.</summary>
    public static Tree OnTmpfs() => new(vfs => new TmpFileSystem(vfs));

    /// <summary>A private layer over a host directory.</summary>
    public static Tree OverHost(string directory) => new(vfs => new OverlayFileSystem(vfs, OpenHost(vfs, directory)));

    /// <summary>Any file system.</summary>
    public static Tree On(Func<VirtualFileSystem, IFileSystem> root) => new(root);

    /// <summary>A host directory itself.</summary>
    public static Tree OnHost(string directory) => new(vfs => OpenHost(vfs, directory));

    /// <summary>A folder of the host that is written to, seen by a zone whose user has this number.</summary>
    public static Tree OnFolder(string directory, uint uid = 0) => new(vfs =>
    {
        Assert.Equal((Errno)0, FolderFileSystem.Open(vfs, directory, uid, uid, isReadOnly: false, out FolderFileSystem? folder));
        return folder!;
    });

    public Errno MakeDirectory(string path) => PathOperations.Create(Task, Start, Bytes(path), FileModeBits.S_IFDIR | 0x1ED);

    public Errno MakeLink(string target, string path) =>
        PathOperations.Create(Task, Start, Bytes(path), FileModeBits.S_IFLNK | 0x1FF, 0, Bytes(target));

    public Errno RemoveDirectory(string path) => PathOperations.Remove(Task, Start, Bytes(path), directory: true);

    public Errno Unlink(string path) => PathOperations.Remove(Task, Start, Bytes(path), directory: false);

    public Errno Rename(string from, string to) => PathOperations.Rename(Task, Start, Bytes(from), Start, Bytes(to), 0);

    public Errno HardLink(string from, string to)
    {
        Errno e = PathOperations.Resolve(Task, Start, Bytes(from), WalkFlags.None, out VfsPath target);
        return e != 0 ? e : PathOperations.Link(Task, target, Start, Bytes(to));
    }

    public Errno Write(string path, string text, bool append)
    {
        OpenFlags flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | (append ? OpenFlags.O_APPEND : OpenFlags.O_TRUNC);
        Errno e = Open(path, flags, out OpenFileDescription? file);
        if (e != 0)
            return e;
        byte[] bytes = Bytes(text);
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        SysResult result = file!.Write(ref buffer);
        file.Release();
        return result.Error;
    }

    public Errno Truncate(string path, long size)
    {
        Errno e = PathOperations.Resolve(Task, Start, Bytes(path), WalkFlags.Follow, out VfsPath found);
        if (e != 0)
            return e;
        if (found.Inode.Access.IsDirectory)
            return Errno.EISDIR;
        return found.Inode.SetAttributes(new AttributeChange { Size = (ulong)size, Now = Vfs.Now });
    }

    public Errno ChangeMode(string path, uint mode)
    {
        Errno e = PathOperations.Resolve(Task, Start, Bytes(path), WalkFlags.Follow, out VfsPath found);
        return e != 0 ? e : found.Inode.SetAttributes(new AttributeChange { Mode = mode, Now = Vfs.Now });
    }

    public Errno Open(string path, OpenFlags flags, out OpenFileDescription? file) =>
        PathOperations.Open(Task, Start, Bytes(path), flags, 0x1A4, 0, out file);

    public Errno Find(string path, out VfsPath found, WalkFlags flags = WalkFlags.Follow) =>
        PathOperations.Resolve(Task, Start, Bytes(path), flags, out found);

    /// <summary>The content of a file; the error's name if it cannot be read.</summary>
    public string Read(string path)
    {
        Errno e = Open(path, OpenFlags.O_RDONLY, out OpenFileDescription? file);
        if (e != 0)
            return e.ToString();
        var bytes = new byte[65536];
        var buffer = new UserBuffer(bytes, 0, bytes.Length);
        SysResult result = file!.Read(ref buffer);
        file.Release();
        return result.IsError ? result.Error.ToString() : Encoding.UTF8.GetString(bytes, 0, (int)result.Value);
    }

    /// <summary>All entries below a directory: type, mode, links, size and content, sorted.</summary>
    public string Describe(string path)
    {
        var lines = new List<string>();
        Describe(path, "", lines);
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public IReadOnlyList<string> List(string path)
    {
        var names = new List<string>();
        Assert.Equal((Errno)0, Open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, out OpenFileDescription? file));
        var space = new byte[600];
        while (true)
        {
            var buffer = new DirectoryBuffer(space);
            Assert.Equal((Errno)0, file!.ReadEntries(ref buffer));
            if (buffer.Length == 0)
                break;
            for (int at = 0; at < buffer.Length; at += BitConverter.ToUInt16(space, at + 16))
            {
                int end = Array.IndexOf(space, (byte)0, at + DirectoryBuffer.HeaderSize);
                names.Add(Encoding.UTF8.GetString(space.AsSpan((at + DirectoryBuffer.HeaderSize)..end)));
            }
        }
        file.Release();
        return names;
    }

    public void Dispose()
    {
        window.Dispose();
        Vfs.Dispose();
        machine.Dispose();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static HostFileSystem OpenHost(VirtualFileSystem vfs, string directory)
    {
        Assert.Equal((Errno)0, HostFileSystem.Open(vfs, directory, out HostFileSystem? host));
        return host!;
    }

    private void Describe(string path, string shown, List<string> lines)
    {
        foreach (string name in List(path))
        {
            if (name is "." or "..")
                continue;
            string inner = path.TrimEnd('/') + "/" + name, innerShown = shown + "/" + name;
            Assert.Equal((Errno)0, Find(inner, out VfsPath found, WalkFlags.None));
            found.Inode.GetAttributes(out InodeAttributes a);
            switch (a.Mode & FileModeBits.S_IFMT)
            {
                case FileModeBits.S_IFDIR:
                    lines.Add($"{innerShown} dir {a.Mode & 0xFFF:x}");
                    Describe(inner, innerShown, lines);
                    break;
                case FileModeBits.S_IFLNK:
                    byte[] text = new byte[256];
                    ((ISymbolicLink)found.Inode).ReadLink(text, out int length);
                    lines.Add($"{innerShown} link {Encoding.UTF8.GetString(text, 0, length)}");
                    break;
                default:
                    lines.Add($"{innerShown} file {a.Mode & 0xFFF:x} {a.Links} {a.Size} {Read(inner)}");
                    break;
            }
        }
    }
}

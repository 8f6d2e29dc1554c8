using System.Buffers.Text;
using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>
/// A directory of the host, held by an O_PATH descriptor. Every call takes one name, never a path, and never follows a
/// symbolic link in it: who holds a directory reaches what is below it and nothing else. Calls answer an errno, 0 for success.
/// </summary>
public sealed unsafe partial class HostDirectory : IDisposable
{
    private const int NameMax = 255, ENAMETOOLONG = 36, ENOENT = 2;

    private HostDirectory(HostDescriptor descriptor) => Descriptor = descriptor;

    /// <summary>The O_PATH descriptor.</summary>
    public HostDescriptor Descriptor { get; }

    /// <summary>Opens the directory a tree begins at; here alone a whole path is taken, symbolic links and all.</summary>
    public static int OpenRoot(string path, out HostDirectory? directory)
    {
        directory = null;
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* p = bytes)
        {
            int fd = openat(AT_FDCWD, p, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
            if (fd < 0)
                return Errno;
            directory = new HostDirectory(new HostDescriptor(fd));
            return 0;
        }
    }

    /// <summary>Opens a directory below this one.</summary>
    public int OpenDirectory(ReadOnlySpan<byte> name, out HostDirectory? directory)
    {
        int e = Open(name, O_PATH | O_DIRECTORY | O_NOFOLLOW, out HostDescriptor? fd);
        directory = e == 0 ? new HostDirectory(fd!) : null;
        return e;
    }

    /// <summary>
    /// Opens a file for I/O. <paramref name="access"/> is O_RDONLY, O_WRONLY or O_RDWR. Never waits for a FIFO's other end
    /// and never takes a controlling terminal.
    /// </summary>
    public int OpenFile(ReadOnlySpan<byte> name, int access, out HostFile? file)
    {
        int e = Open(name, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, out HostDescriptor? fd);
        file = e == 0 ? new HostFile(fd!) : null;
        return e;
    }

    /// <summary>Opens the directory itself for reading its entries.</summary>
    public int OpenReader(out HostDirectoryReader? reader)
    {
        int e = Open("."u8, O_DIRECTORY, out HostDescriptor? fd);
        reader = e == 0 ? new HostDirectoryReader(fd!) : null;
        return e;
    }

    /// <summary>stat(2) of one entry, not following a symbolic link; an empty name is the directory itself.</summary>
    public int Stat(ReadOnlySpan<byte> name, out HostStat stat)
    {
        stat = default;
        if (name.Length > NameMax)
            return ENAMETOOLONG;
        byte* path = stackalloc byte[NameMax + 1];
        Terminate(name, path);
        StatxBuffer s;
        if (statx(Descriptor, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &s) < 0)
            return Errno;
        stat = new HostStat(s);
        return 0;
    }

    /// <summary>The text of a symbolic link.</summary>
    public int ReadLink(ReadOnlySpan<byte> name, Span<byte> target, out int length)
    {
        length = 0;
        if (name.Length > NameMax)
            return ENAMETOOLONG;
        byte* path = stackalloc byte[NameMax + 1];
        Terminate(name, path);
        fixed (byte* p = target)
        {
            nint n = readlinkat(Descriptor, path, p, (nuint)target.Length);
            if (n < 0)
                return Errno;
            length = (int)n;
            return 0;
        }
    }

    /// <summary>The file system below this directory.</summary>
    public int StatFileSystem(out HostFileSystemStat stat)
    {
        StatFsBuffer s;
        stat = default;
        if (fstatfs(Descriptor, &s) < 0)
            return Errno;
        stat = new(s.Type, s.BlockSize, s.Blocks, s.BlocksFree, s.BlocksAvailable, s.Files, s.FilesFree, s.NameLength);
        return 0;
    }

    /// <summary>An extended attribute of an entry; the negated errno, or the length of the value.</summary>
    public long GetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, Span<byte> value)
    {
        if (name.Length > NameMax || attribute.Length > NameMax)
            return -ENAMETOOLONG;
        // Its number is used, not the handle: it must not close meanwhile.
        bool held = false;
        Descriptor.DangerousAddRef(ref held);
        byte* path = stackalloc byte[NameMax + 64];
        byte* attributeName = stackalloc byte[NameMax + 1];
        EntryPath(name, path);
        Terminate(attribute, attributeName);
        fixed (byte* p = value)
        {
            try
            {
                return Result(lgetxattr(path, attributeName, p, (nuint)value.Length));
            }
            finally
            {
                Descriptor.DangerousRelease();
            }
        }
    }

    /// <summary>The names of an entry's extended attributes, each terminated; the negated errno, or the total length.</summary>
    public long ListAttributes(ReadOnlySpan<byte> name, Span<byte> list)
    {
        if (name.Length > NameMax)
            return -ENAMETOOLONG;
        // Its number is used, not the handle: it must not close meanwhile.
        bool held = false;
        Descriptor.DangerousAddRef(ref held);
        byte* path = stackalloc byte[NameMax + 64];
        EntryPath(name, path);
        fixed (byte* p = list)
        {
            try
            {
                return Result(llistxattr(path, p, (nuint)list.Length));
            }
            finally
            {
                Descriptor.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    // There is no getxattrat(2) on the hosts of today: go through the descriptor's own name.
    private void EntryPath(ReadOnlySpan<byte> name, byte* path)
    {
        var text = new Span<byte>(path, NameMax + 64);
        "/proc/self/fd/"u8.CopyTo(text);
        Utf8Formatter.TryFormat(Descriptor.Number, text[14..], out int digits);
        int at = 14 + digits;
        text[at++] = (byte)'/';
        if (name.IsEmpty)
            name = "."u8;
        Terminate(name, path + at);
    }

    private int Open(ReadOnlySpan<byte> name, int flags, out HostDescriptor? descriptor, uint mode = 0)
    {
        descriptor = null;
        if (name.Length > NameMax)
            return ENAMETOOLONG;
        if (name.IsEmpty || name.SequenceEqual(".."u8) || name.Contains((byte)'/'))
            return ENOENT;
        byte* path = stackalloc byte[NameMax + 1];
        Terminate(name, path);
        int fd;
        do
            fd = openat(Descriptor, path, flags | O_CLOEXEC, mode);
        while (fd < 0 && Errno == EINTR);
        if (fd < 0)
            return Errno;
        descriptor = new HostDescriptor(fd);
        return 0;
    }
}

using System.Buffers.Text;
using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>
/// A file, directory, link or node of the host, held by a descriptor of any kind (O_PATH will do): what can be done to it
/// whatever its name is now. Calls answer an errno, 0 for success, and never follow a link. The holder keeps the descriptor open.
/// </summary>
public readonly unsafe struct HostEntry(HostDescriptor descriptor)
{
    private const int UTIME_OMIT = 0x3ffffffe, AT_SYMLINK_FOLLOW = 0x400, PathRoom = 32, NameMax = 255;

    /// <summary>statx(2).</summary>
    public int Stat(out HostStat stat)
    {
        StatxBuffer s;
        byte empty = 0;
        if (statx(descriptor, &empty, AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &s) < 0)
        {
            stat = default;
            return Errno;
        }
        stat = new HostStat(s);
        return 0;
    }

    /// <summary>Permission bits. chmod(2).</summary>
    public int SetMode(uint mode)
    {
        byte* path = stackalloc byte[PathRoom];
        return Answer(chmod(Path(path), mode));
    }

    /// <summary>Owner; uint.MaxValue leaves one as it is. fchownat(2).</summary>
    public int SetOwner(uint uid, uint gid)
    {
        byte empty = 0;
        return Answer(fchownat(descriptor, &empty, uid, gid, AT_EMPTY_PATH));
    }

    /// <summary>Time stamps; null leaves one as it is. utimensat(2).</summary>
    public int SetTimes(HostTime? access, HostTime? modify)
    {
        long* times = stackalloc long[4];
        (times[0], times[1]) = (access?.Seconds ?? 0, access?.Nanoseconds ?? UTIME_OMIT);
        (times[2], times[3]) = (modify?.Seconds ?? 0, modify?.Nanoseconds ?? UTIME_OMIT);
        byte empty = 0;
        return Answer(utimensat(descriptor, &empty, times, AT_EMPTY_PATH));
    }

    /// <summary>The size of a regular file, however it was opened. truncate(2).</summary>
    public int SetSize(long size)
    {
        byte* path = stackalloc byte[PathRoom];
        return Answer(truncate(Path(path), size));
    }

    /// <summary>One more name. linkat(2).</summary>
    public int Link(HostDirectory directory, ReadOnlySpan<byte> name)
    {
        if (name.Length > NameMax)
            return ENAMETOOLONG;
        byte* path = stackalloc byte[PathRoom];
        byte* newName = stackalloc byte[NameMax + 1];
        Terminate(name, newName);
        return Answer(linkat(AT_FDCWD, Path(path), directory.Descriptor, newName, AT_SYMLINK_FOLLOW));
    }

    /// <summary>The text of a symbolic link.</summary>
    public int ReadLink(Span<byte> target, out int length)
    {
        byte empty = 0;
        fixed (byte* p = target)
        {
            nint n = readlinkat(descriptor, &empty, p, (nuint)target.Length);
            length = (int)Math.Max(0, n);
            return n < 0 ? Errno : 0;
        }
    }

    /// <summary>An extended attribute; the negated errno, or the length of the value.</summary>
    public long GetAttribute(ReadOnlySpan<byte> attribute, Span<byte> value)
    {
        byte* path = stackalloc byte[PathRoom];
        byte* name = stackalloc byte[NameMax + 1];
        if (attribute.Length > NameMax)
            return -ENAMETOOLONG;
        Terminate(attribute, name);
        fixed (byte* p = value)
            return Result(getxattr(Path(path), name, p, (nuint)value.Length));
    }

    /// <summary>The names of its extended attributes, each terminated; the negated errno, or the total length.</summary>
    public long ListAttributes(Span<byte> list)
    {
        byte* path = stackalloc byte[PathRoom];
        fixed (byte* p = list)
            return Result(listxattr(Path(path), p, (nuint)list.Length));
    }

    /// <summary>Sets an extended attribute; <paramref name="flags"/>: XATTR_CREATE 1, XATTR_REPLACE 2.</summary>
    public int SetAttribute(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value, int flags)
    {
        byte* path = stackalloc byte[PathRoom];
        byte* name = stackalloc byte[NameMax + 1];
        if (attribute.Length > NameMax)
            return ENAMETOOLONG;
        Terminate(attribute, name);
        fixed (byte* p = value)
            return Answer(setxattr(Path(path), name, p, (nuint)value.Length, flags));
    }

    /// <summary>Takes an extended attribute away.</summary>
    public int RemoveAttribute(ReadOnlySpan<byte> attribute)
    {
        byte* path = stackalloc byte[PathRoom];
        byte* name = stackalloc byte[NameMax + 1];
        if (attribute.Length > NameMax)
            return ENAMETOOLONG;
        Terminate(attribute, name);
        return Answer(removexattr(Path(path), name));
    }

    private const int ENAMETOOLONG = 36;

    private static int Answer(int result) => result < 0 ? Errno : 0;

    // Not every call takes a descriptor of every kind: its own name in /proc is taken everywhere, and leads to it alone.
    private byte* Path(byte* room)
    {
        var text = new Span<byte>(room, PathRoom);
        "/proc/self/fd/"u8.CopyTo(text);
        Utf8Formatter.TryFormat(descriptor.Number, text[14..], out int digits);
        text[14 + digits] = 0;
        return room;
    }
}

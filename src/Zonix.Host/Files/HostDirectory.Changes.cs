using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <content>Changes of a directory's entries. As with look-ups, every call takes one name in it and follows nothing.</content>
public sealed unsafe partial class HostDirectory
{
    private const int AT_REMOVEDIR = 0x200, O_CREAT = 0x40, O_EXCL = 0x80, O_RDWR = 2, O_TMPFILE = 0x410000;

    /// <summary>Keeps the descriptor open until <see cref="Release"/>; false when it is closed already.</summary>
    public bool TryHold()
    {
        bool held = false;
        try
        {
            Descriptor.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        return held;
    }

    /// <summary>The end of what <see cref="TryHold"/> began.</summary>
    public void Release() => Descriptor.DangerousRelease();

    /// <summary>Takes hold of an entry of any type, without opening what it leads to.</summary>
    public int OpenEntry(ReadOnlySpan<byte> name, out HostDescriptor? entry) => Open(name, O_PATH | O_NOFOLLOW, out entry);

    /// <summary>Makes a regular file, open for reading and writing. EEXIST.</summary>
    public int CreateFile(ReadOnlySpan<byte> name, uint mode, out HostFile? file)
    {
        int e = Open(name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, out HostDescriptor? fd, mode);
        file = e == 0 ? new HostFile(fd!) : null;
        return e;
    }

    /// <summary>Makes a regular file without a name. O_TMPFILE.</summary>
    public int CreateUnnamedFile(uint mode, out HostFile? file)
    {
        int e = Open("."u8, O_TMPFILE | O_RDWR, out HostDescriptor? fd, mode);
        file = e == 0 ? new HostFile(fd!) : null;
        return e;
    }

    /// <summary>mkdirat(2).</summary>
    public int MakeDirectory(ReadOnlySpan<byte> name, uint mode)
    {
        byte* path = stackalloc byte[NameMax + 1];
        int e = Check(name, path);
        return e != 0 ? e : Answer(mkdirat(Descriptor, path, mode));
    }

    /// <summary>mknodat(2); <paramref name="mode"/> holds the type.</summary>
    public int MakeNode(ReadOnlySpan<byte> name, uint mode, ulong device)
    {
        byte* path = stackalloc byte[NameMax + 1];
        int e = Check(name, path);
        return e != 0 ? e : Answer(mknodat(Descriptor, path, mode, device));
    }

    /// <summary>symlinkat(2).</summary>
    public int MakeLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        byte* path = stackalloc byte[NameMax + 1];
        int e = Check(name, path);
        if (e != 0)
            return e;
        byte[] text = System.Buffers.ArrayPool<byte>.Shared.Rent(target.Length + 1);
        target.CopyTo(text);
        text[target.Length] = 0;
        fixed (byte* p = text)
            e = Answer(symlinkat(p, Descriptor, path));
        System.Buffers.ArrayPool<byte>.Shared.Return(text);
        return e;
    }

    /// <summary>unlinkat(2), of a directory or of anything else.</summary>
    public int Remove(ReadOnlySpan<byte> name, bool directory)
    {
        byte* path = stackalloc byte[NameMax + 1];
        int e = Check(name, path);
        return e != 0 ? e : Answer(unlinkat(Descriptor, path, directory ? AT_REMOVEDIR : 0));
    }

    /// <summary>renameat2(2).</summary>
    public int Rename(ReadOnlySpan<byte> name, HostDirectory target, ReadOnlySpan<byte> newName, uint flags)
    {
        byte* from = stackalloc byte[NameMax + 1];
        byte* to = stackalloc byte[NameMax + 1];
        int e = Check(name, from);
        if (e == 0)
            e = Check(newName, to);
        return e != 0 ? e : Answer(renameat2(Descriptor, from, target.Descriptor, to, flags));
    }

    private static int Answer(int result) => result < 0 ? Errno : 0;

    // One name, which is neither "." nor "..": nothing that leads elsewhere.
    private static int Check(ReadOnlySpan<byte> name, byte* path)
    {
        if (name.Length > NameMax)
            return ENAMETOOLONG;
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Contains((byte)'/'))
            return ENOENT;
        Terminate(name, path);
        return 0;
    }
}

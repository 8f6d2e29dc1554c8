using System.Buffers;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Differences;

/// <summary>Reads what inodes hold, for archives and comparisons.</summary>
internal static class InodeReading
{
    private const int LongestList = 65536, LongestValue = 65536;

    public static InodeAttributes Attributes(byte[] path, IInode inode)
    {
        Errno e = inode.GetAttributes(out InodeAttributes attributes);
        return e == 0 ? attributes : throw TreeWriter.Failed(path, "stat", e);
    }

    public static byte[] LinkText(byte[] path, ISymbolicLink link)
    {
        Span<byte> text = stackalloc byte[4096];
        Errno e = link.ReadLink(text, out int length);
        return e == 0 ? text[..Math.Min(length, text.Length)].ToArray() : throw TreeWriter.Failed(path, "read", e);
    }

    /// <summary>Extended attributes by name; null: none.</summary>
    public static List<ExtendedAttribute>? Extended(byte[] path, IInode inode)
    {
        if (inode is not IExtendedAttributes keeper)
            return null;
        SysResult length = keeper.ListAttributes([]);
        if (length.IsError)
            return length.Error == Errno.EOPNOTSUPP ? null : throw TreeWriter.Failed(path, "list the attributes of", length.Error);
        if (length.Value == 0)
            return null;
        byte[] list = ArrayPool<byte>.Shared.Rent(LongestList), value = ArrayPool<byte>.Shared.Rent(LongestValue);
        length = keeper.ListAttributes(list.AsSpan(0, LongestList));
        var all = new List<ExtendedAttribute>();
        for (ReadOnlySpan<byte> names = length.IsError ? default : list.AsSpan(0, (int)length.Value); !names.IsEmpty;)
        {
            int end = names.IndexOf((byte)0);
            ReadOnlySpan<byte> name = end < 0 ? names : names[..end];
            names = end < 0 ? default : names[(end + 1)..];
            SysResult got = keeper.GetAttribute(name, value.AsSpan(0, LongestValue));
            if (!got.IsError)
                all.Add(new(name.ToArray(), value.AsSpan(0, (int)got.Value).ToArray()));
        }
        ArrayPool<byte>.Shared.Return(list);
        ArrayPool<byte>.Shared.Return(value);
        all.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return all.Count > 0 ? all : null;
    }

    public static IFile Open(byte[] path, IInode inode)
    {
        if (inode is not IOpenableInode openable)
            throw TreeWriter.Failed(path, "open", Errno.EIO);
        Errno e = openable.Open(OpenFlags.O_RDONLY, out IFile? file);
        return e == 0 ? file! : throw TreeWriter.Failed(path, "open", e);
    }

    /// <summary>Reads up to <paramref name="count"/> bytes; fewer at the end of the file.</summary>
    public static int Read(byte[] path, IFile file, byte[] buffer, int count, long offset)
    {
        int done = 0;
        while (done < count)
        {
            var into = new UserBuffer(buffer, done, count - done);
            SysResult got = ((IReadable)file).Read(ref into, offset + done);
            if (got.IsError)
                throw TreeWriter.Failed(path, "read", got.Error);
            if (got.Value == 0)
                break;
            done += (int)got.Value;
        }
        return done;
    }
}

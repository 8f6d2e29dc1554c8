using System.Buffers;

namespace Zonix.FileSystems.Layers;

/// <summary>What a copy takes along from a lower layer to the upper one.</summary>
internal static class LayerCopy
{
    private const int LongestList = 65536, LongestValue = 65536, Chunk = 128 * 1024;

    /// <summary>The content of a regular file.</summary>
    public static Errno Content(IInode lower, IInode copy)
    {
        Errno e = ((IOpenableInode)lower).Open(OpenFlags.O_RDONLY, out IFile? source);
        if (e != 0)
            return e;
        e = ((IOpenableInode)copy).Open(OpenFlags.O_WRONLY, out IFile? target);
        if (e == 0)
        {
            e = Content((IReadable)source!, (IWritable)target!);
            target!.Close();
        }
        source!.Close();
        return e;
    }

    /// <summary>Owner, permissions and times are the copy's already or come last; these are the extended attributes but the overlay's own.</summary>
    public static void Attributes(LayeredFileSystem overlay, IInode lower, IInode copy)
    {
        if (lower is not IExtendedAttributes source || copy is not IExtendedAttributes target)
            return;
        byte[] list = ArrayPool<byte>.Shared.Rent(LongestList), value = ArrayPool<byte>.Shared.Rent(LongestValue);
        SysResult length = source.ListAttributes(list.AsSpan(0, LongestList));
        ReadOnlySpan<byte> names = length.IsError ? default : list.AsSpan(0, (int)length.Value);
        while (!names.IsEmpty)
        {
            int end = names.IndexOf((byte)0);
            ReadOnlySpan<byte> name = end < 0 ? names : names[..end];
            names = end < 0 ? default : names[(end + 1)..];
            SysResult got = overlay.IsOwn(name) ? Errno.ENODATA : source.GetAttribute(name, value.AsSpan(0, LongestValue));
            if (!got.IsError)
                target.SetAttribute(name, value.AsSpan(0, (int)got.Value), 0);
        }
        ArrayPool<byte>.Shared.Return(list);
        ArrayPool<byte>.Shared.Return(value);
    }

    // Blocks of zeros at the end of a sparse file, and in it, are not written: the copy stays sparse.
    private static Errno Content(IReadable source, IWritable target)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        long offset = 0;
        Errno error = 0;
        bool hole = false;
        while (error == 0)
        {
            var into = new UserBuffer(chunk, 0, Chunk);
            SysResult got = source.Read(ref into, offset);
            if (got.IsError || got.Value == 0)
            {
                error = got.Error;
                break;
            }
            hole = chunk.AsSpan(0, (int)got.Value).IndexOfAnyExcept((byte)0) < 0;
            if (!hole)
            {
                var from = new UserBuffer(chunk, 0, (int)got.Value);
                long at = offset;
                SysResult put = target.Write(ref from, ref at);
                error = put.Error;
                if (error == 0 && put.Value < got.Value)
                    error = Errno.ENOSPC;
            }
            offset += got.Value;
        }
        ArrayPool<byte>.Shared.Return(chunk);
        if (error == 0 && hole)
            error = target.Inode.SetAttributes(new AttributeChange { Size = (ulong)offset });
        return error;
    }
}

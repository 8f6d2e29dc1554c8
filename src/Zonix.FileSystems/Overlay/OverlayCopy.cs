using System.Buffers;
using Zonix.FileSystems.Tmpfs;

namespace Zonix.FileSystems.Overlay;

/// <summary>The parts of a copy-up that know no host.</summary>
internal static class OverlayCopy
{
    /// <summary>Copies a file's content through memory.</summary>
    public static Errno Content(IOpenableInode lower, TmpRegular copy)
    {
        Errno e = lower.Open(OpenFlags.O_RDONLY, out IFile? source);
        if (e != 0)
            return e;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            for (long offset = 0; ;)
            {
                var into = new UserBuffer(chunk, 0, chunk.Length);
                SysResult got = ((IReadable)source!).Read(ref into, offset);
                if (got.IsError || got.Value == 0)
                    return got.Error;
                var from = new UserBuffer(chunk, 0, (int)got.Value);
                long at = offset;
                SysResult put = copy.Content.Write(ref from, ref at);
                if (put.IsError)
                    return put.Error;
                offset += put.Value;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
            source!.Close();
        }
    }

    /// <summary>Copies extended attributes. One that cannot be read is left out.</summary>
    public static void Attributes(IExtendedAttributes source, IExtendedAttributes copy)
    {
        SysResult length = source.ListAttributes(default);
        if (length.IsError || length.Value == 0)
            return;
        byte[] list = new byte[length.Value];
        length = source.ListAttributes(list);
        if (!length.IsError)
            Attributes(source, copy, list.AsSpan(0, (int)length.Value));
    }

    private static void Attributes(IExtendedAttributes source, IExtendedAttributes copy, ReadOnlySpan<byte> names)
    {
        byte[] value = ArrayPool<byte>.Shared.Rent(65536);
        while (!names.IsEmpty)
        {
            int end = names.IndexOf((byte)0);
            if (end < 0)
                break;
            ReadOnlySpan<byte> name = names[..end];
            names = names[(end + 1)..];
            SysResult got = source.GetAttribute(name, value);
            if (!got.IsError)
                copy.SetAttribute(name, value.AsSpan(0, (int)got.Value), 0);
        }
        ArrayPool<byte>.Shared.Return(value);
    }
}

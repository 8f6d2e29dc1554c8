namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>An open synthetic file. Its text is made anew whenever it is read from the beginning, as Linux's seq_file does.</summary>
internal sealed class SyntheticTextFile(IInode inode, SyntheticRead read, Func<ReadOnlyMemory<byte>, Errno>? write)
    : IReadable, IWritable, ISeekable
{
    private const int MaxWrite = 4096;
    private byte[]? text;

    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if ((offset == 0 || text is null) && read(out text) is var refused and not 0)
        {
            text = null;
            return refused;
        }
        if (offset >= text.Length || buffer.Remaining == 0)
            return 0;
        int n = buffer.CopyOut(text.AsSpan((int)offset, (int)Math.Min((ulong)(text.Length - offset), buffer.Remaining)));
        return n == 0 ? Errno.EFAULT : n;
    }

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        if (write is null)
            return Errno.EINVAL;
        offset = Math.Max(offset, 0);
        var bytes = new byte[Math.Min(buffer.Remaining, MaxWrite)];
        int n = buffer.CopyIn(bytes);
        if (n == 0)
            return bytes.Length == 0 ? 0 : Errno.EFAULT;
        Errno e = write(bytes.AsMemory(0, n));
        return e != 0 ? e : n;
    }

    public Errno GetSize(out long size)
    {
        size = 0;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole) => Errno.EINVAL;

    public void Close() => text = null;
}

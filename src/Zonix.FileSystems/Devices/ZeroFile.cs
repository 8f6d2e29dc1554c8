namespace Zonix.FileSystems.Devices;

/// <summary>/dev/zero, and /dev/full, which has no room. zero(4), full(4).</summary>
internal sealed class ZeroFile(IInode inode, bool full) : IReadable, IWritable, ISeekable, IMappable
{
    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (buffer.Remaining == 0)
            return 0;
        ulong done = buffer.Clear(buffer.Remaining);
        return done == 0 ? Errno.EFAULT : done;
    }

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        offset = 0;
        return full ? Errno.ENOSPC : buffer.Skip(buffer.Remaining);
    }

    public Errno GetSize(out long size)
    {
        size = 0;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole) => 0;

    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping)
    {
        mapping = default;
        return full ? Errno.ENODEV : 0;
    }

    public void Close()
    {
    }
}

namespace Zonix.FileSystems.Devices;

/// <summary>/dev/null: empty, and takes everything. null(4).</summary>
internal sealed class NullFile(IInode inode) : IReadable, IWritable, ISeekable
{
    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset) => 0;

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        offset = 0;
        return buffer.Skip(buffer.Remaining);
    }

    public Errno GetSize(out long size)
    {
        size = 0;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole) => 0;

    public void Close()
    {
    }
}

using Zonix.Host.Files;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>An open regular file.</summary>
internal sealed class TmpFile(TmpRegular inode) : IReadable, IWritable, ISeekable, ISyncable, IMappable, ISealable, ICachedFile
{
    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset) => inode.Content.Read(ref buffer, offset);

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        SysResult result = inode.Content.Write(ref buffer, ref offset);
        if (!result.IsError)
            inode.State.Modified(inode.Now);
        return result;
    }

    public Errno GetSize(out long size)
    {
        size = inode.Content.Size;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole) => inode.Content.SeekData(offset, hole);

    public ulong CountPages(long offset, long end) => inode.Content.CountPages(offset, end);

    public bool IsImmediate => inode.KeepsDisk;

    public uint Seals => inode.Content.Seals;

    public Errno AddSeals(uint seals) => inode.Content.AddSeals(seals, (inode.Access.Mode & 0x49) != 0);

    public Errno Sync(bool dataOnly) => 0;

    public Errno Allocate(FallocateMode mode, long offset, long length)
    {
        Errno e = inode.Content.Allocate(mode, offset, length);
        if (e == 0)
            inode.State.Modified(inode.Now);
        return e;
    }

    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping)
    {
        mapping = default;
        bool counts = shared && writable;
        if (counts && !inode.Content.TryMapWritable())
            return Errno.EPERM;
        Errno e = inode.Content.GetFile(shared && writable, out HostFile? file);
        if (e != 0 && counts)
            inode.Content.Unmapped();
        mapping = new FileMapping(file, offset, counts ? inode.Content : null) { Version = inode.Content };
        return e;
    }

    public void Close() => inode.Closed();
}

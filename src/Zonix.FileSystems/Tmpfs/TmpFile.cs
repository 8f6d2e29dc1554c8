using Zonix.Host.Files;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>An open regular file.</summary>
internal sealed class TmpFile(TmpRegular inode) : IReadable, IWritable, ISeekable, ISyncable, IMappable, ISealable
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

    public uint Seals => inode.Content.Seals;

    public Errno AddSeals(uint seals) => inode.Content.AddSeals(seals);

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
        const uint Sealed = TmpContent.F_SEAL_WRITE | TmpContent.F_SEAL_FUTURE_WRITE;
        mapping = default;
        if (shared && writable && (Seals & Sealed) != 0)
            return Errno.EPERM;
        Errno e = inode.Content.GetFile(shared && writable, out HostFile? file);
        mapping = new FileMapping(file, offset) { Version = inode.Content };
        return e;
    }

    public void Close() => inode.Closed();
}

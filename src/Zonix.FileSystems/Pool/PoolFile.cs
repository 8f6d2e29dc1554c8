using Zonix.Host.Files;
using Zonix.Kernel.Scheduling;

namespace Zonix.FileSystems.Pool;

/// <summary>An open regular file of a dataset.</summary>
internal sealed class PoolFile(PoolRegular inode, bool isSynchronous) : IReadable, IWritable, ISeekable, ISyncable, IMappable, IBackgroundSync
{
    private readonly Lock gate = new();
    private HostFile[] mapped = [];

    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        SysResult result = inode.Content.Read(ref buffer, offset);
        Worker.CountStorage(inode.FileSystem.Device, result, 0);
        return result;
    }

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        SysResult result = inode.Content.Write(ref buffer, ref offset);
        if (result.IsError)
            return result;
        inode.Modified();
        inode.FileSystem.Throttle();
        if (!isSynchronous && !inode.FileSystem.IsAlwaysSynchronous)
            return result;
        Errno e = Sync(dataOnly: true);
        return e != 0 ? e : result;
    }

    public Errno GetSize(out long size)
    {
        size = inode.Content.Size;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole) => inode.Content.SeekData(offset, hole);

    public Errno Sync(bool dataOnly)
    {
        var wait = new SyncWait();
        BeginSync(dataOnly, wait);
        return wait.WaitHere();
    }

    public void BeginSync(bool dataOnly, SyncWait wait) => inode.FileSystem.BeginSync(inode.Content.ForSync(), everything: false, wait);

    public Errno Allocate(FallocateMode mode, long offset, long length)
    {
        if (inode.FileSystem.IsReadOnly)
            return Errno.EROFS;
        Errno e = inode.Content.Allocate(mode, offset, length);
        if (e == 0)
            inode.Modified();
        return e;
    }

    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping)
    {
        mapping = default;
        bool counts = shared && writable;
        if (counts && inode.FileSystem.IsReadOnly)
            return Errno.EACCES;
        if (counts)
            inode.Content.MappedWritable();
        Errno e = inode.Content.GetFile(shared, writable, out HostFile? file);
        if (e != 0 && counts)
            inode.Content.Unmapped();
        if (e != 0)
            return e;
        mapping = new FileMapping(file, offset, counts ? inode.Content : null) { Version = inode.Content };
        Keep(file!);
        return 0;
    }

    public void Close()
    {
        foreach (HostFile file in mapped)
            file.Dispose();
        inode.Closed();
    }

    // Who maps holds this description until there is a reference of its own.
    private void Keep(HostFile file)
    {
        lock (gate)
        {
            if (mapped.Contains(file))
                file.Dispose();
            else
                mapped = [.. mapped, file];
        }
    }
}

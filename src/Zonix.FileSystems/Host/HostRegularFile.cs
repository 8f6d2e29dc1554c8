using Zonix.Host.Files;
using Zonix.Kernel.Scheduling;

namespace Zonix.FileSystems.Host;

/// <summary>An open regular file of a host tree.</summary>
internal sealed class HostRegularFile(IInode inode, HostFile host) : IReadable, ISeekable, IMappable, ISyncable
{
    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (buffer.Remaining == 0)
            return 0;
        SysResult result = buffer.ReadFrom(host, offset, buffer.Remaining);
        Worker.CountStorage(inode.FileSystem.Device, result, 0);
        return result;
    }

    public Errno GetSize(out long size)
    {
        int e = host.Stat(out HostStat stat);
        size = (long)stat.Size;
        return (Errno)e;
    }

    public SysResult SeekData(long offset, bool hole) => SysResult.FromRaw(host.Seek(offset, hole ? 4 : 3));

    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping)
    {
        mapping = new FileMapping(host, offset) { IsStamped = true };
        return shared && writable ? Errno.EACCES : 0;
    }

    public Errno Sync(bool dataOnly) => 0;

    public Errno Allocate(FallocateMode mode, long offset, long length) => Errno.EBADF;

    public void Close() => host.Dispose();
}

using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>An open regular file of a folder: data goes straight between guest memory and the host's file.</summary>
internal sealed class FolderFile(FolderRegular inode, HostFile host) : IReadable, IWritable, ISeekable, IMappable, ISyncable
{
    private readonly Lock gate = new();
    private volatile bool appends;

    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset) => buffer.Remaining == 0 ? 0 : buffer.ReadFrom(host, offset, buffer.Remaining);

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        SysResult result = offset >= 0 && !appends ? buffer.WriteTo(host, offset, buffer.Remaining) : WriteExclusively(ref buffer, ref offset);
        if (!result.IsError)
            DropSetId();
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
        return 0;
    }

    public Errno Sync(bool dataOnly) => (Errno)(dataOnly ? host.SyncData() : host.Sync());

    public Errno Allocate(FallocateMode mode, long offset, long length) => (Errno)host.Allocate((int)mode, offset, length);

    public void Close()
    {
        host.Dispose();
        inode.Common.Closed();
    }

    // The host finds the end and writes there in one step, so that nothing is lost among writers outside of the machine.
    // While its descriptor appends, no other write goes where it should: one at a time.
    private SysResult WriteExclusively(ref UserBuffer buffer, ref long offset)
    {
        lock (gate)
        {
            bool atEnd = offset < 0;
            if (atEnd != appends)
            {
                host.SetAppending(atEnd);
                appends = atEnd;
            }
            SysResult result = buffer.WriteTo(host, atEnd ? 0 : offset, buffer.Remaining);
            if (atEnd)
                offset = !result.IsError && host.Stat(out HostStat stat) == 0 ? Math.Max(0, (long)stat.Size - result.Value) : 0;
            return result;
        }
    }

    // The machine may be privileged where its guest is not: the host would leave the bits.
    private void DropSetId()
    {
        const uint SetId = FileModeBits.S_ISUID | FileModeBits.S_ISGID;
        uint mode = inode.Common.Access.Mode;
        if ((mode & SetId) != 0 && Permissions.WithoutSetId(mode) != mode)
            inode.Common.SetAttributes(new AttributeChange { Mode = Permissions.WithoutSetId(mode) & FileModeBits.PermissionMask });
    }
}

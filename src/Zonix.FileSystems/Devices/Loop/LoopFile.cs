using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Devices.Loop;

/// <summary>A loop device, open.</summary>
internal sealed class LoopFile(IInode inode, LoopDevice device) : IReadable, IWritable, ISeekable, ISyncable, IControllable
{
    public IInode Inode => inode;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        long left = device.Size - offset;
        if (left <= 0 || buffer.Remaining == 0 || device.Acquire() is not { } backing)
            return 0;
        buffer.Truncate((ulong)left);
        SysResult result = backing.ReadAt(ref buffer, device.Settings.Offset + offset);
        backing.Release();
        return result;
    }

    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        long size = device.Size;
        if (offset < 0)
            offset = size;
        if (buffer.Remaining == 0)
            return 0;
        if (device.Settings.IsReadOnly)
            return Errno.EPERM;
        if (offset >= size || device.Acquire() is not { } backing)
            return Errno.ENOSPC;
        buffer.Truncate((ulong)(size - offset));
        SysResult result = backing.WriteAt(ref buffer, device.Settings.Offset + offset, ulong.MaxValue, appends: false);
        backing.Release();
        return result;
    }

    public Errno GetSize(out long size)
    {
        size = device.Size;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole)
    {
        long size = device.Size;
        return offset >= size ? Errno.ENXIO : hole ? size : offset;
    }

    public Errno Sync(bool dataOnly)
    {
        if (device.Acquire() is not { } backing)
            return 0;
        Errno e = backing.File is ISyncable storage ? storage.Sync(dataOnly) : 0;
        backing.Release();
        return e;
    }

    public Errno Allocate(FallocateMode mode, long offset, long length)
    {
        const FallocateMode Punch = FallocateMode.FALLOC_FL_PUNCH_HOLE | FallocateMode.FALLOC_FL_KEEP_SIZE;
        bool zeroes = (mode & (FallocateMode.FALLOC_FL_PUNCH_HOLE | FallocateMode.FALLOC_FL_ZERO_RANGE)) != 0;
        if (!zeroes || ((offset | length) & (device.Settings.BlockSize - 1)) != 0)
            return zeroes ? Errno.EINVAL : Errno.EOPNOTSUPP;
        return offset + length > device.Size ? Errno.EINVAL : Discard(Punch, offset, length);
    }

    public SysResult Control(KernelTask task, uint request, UserAddress argument) =>
        LoopCommands.Control(task, this, device, request, argument);

    /// <summary>Makes a hole in the file.</summary>
    internal Errno Discard(FallocateMode mode, long offset, long length)
    {
        if (device.Settings.IsReadOnly)
            return Errno.EPERM;
        if (device.Acquire() is not { } backing)
            return Errno.ENXIO;
        Errno e = backing.File is ISyncable storage ? storage.Allocate(mode, device.Settings.Offset + offset, length) : Errno.EOPNOTSUPP;
        backing.Release();
        return e;
    }

    public void Close() => device.Closed();
}

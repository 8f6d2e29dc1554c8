using System.Buffers.Binary;
using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Devices.Loop;

/// <summary>The requests of ioctl(2) that a loop device understands: its own (loop(4)) and those of block devices.</summary>
internal static class LoopCommands
{
    private const uint LOOP_SET_FD = 0x4C00, LOOP_CLR_FD = 0x4C01, LOOP_SET_STATUS = 0x4C02, LOOP_GET_STATUS = 0x4C03;
    private const uint LOOP_SET_STATUS64 = 0x4C04, LOOP_GET_STATUS64 = 0x4C05, LOOP_SET_CAPACITY = 0x4C07;
    private const uint LOOP_SET_DIRECT_IO = 0x4C08, LOOP_SET_BLOCK_SIZE = 0x4C09, LOOP_CONFIGURE = 0x4C0A;
    private const uint BLKROSET = 0x125D, BLKROGET = 0x125E, BLKGETSIZE = 0x1260, BLKRASET = 0x1262, BLKRAGET = 0x1263, BLKFLSBUF = 0x1261, BLKSSZGET = 0x1268;
    private const uint BLKDISCARD = 0x1277, BLKIOMIN = 0x1278, BLKIOOPT = 0x1279, BLKALIGNOFF = 0x127A, BLKPBSZGET = 0x127B;
    private const uint BLKROTATIONAL = 0x127E, BLKZEROOUT = 0x127F, BLKBSZGET = 0x8008_1270, BLKBSZSET = 0x4008_1271, BLKGETSIZE64 = 0x8008_1272;
    private const int CAP_SYS_ADMIN = 21;

    internal static SysResult Control(KernelTask task, LoopFile file, LoopDevice device, uint request, UserAddress argument)
    {
        switch (request)
        {
            case LOOP_SET_FD:
                return Bind(task, device, new Fd((int)argument.Value), new LoopSettings());
            case LOOP_CONFIGURE:
                return Configure(task, device, argument);
            case LOOP_CLR_FD:
                return device.Unbind();
            case LOOP_GET_STATUS or LOOP_GET_STATUS64:
                return GetStatus(task, device, argument, new LoopLayout(request == LOOP_GET_STATUS64, task.CallAbi != GuestAbi.X64));
            case LOOP_SET_STATUS or LOOP_SET_STATUS64:
                return SetStatus(task, device, argument, new LoopLayout(request == LOOP_SET_STATUS64, task.CallAbi != GuestAbi.X64));
            // The size is the file's at any time.
            case LOOP_SET_CAPACITY:
                return device.IsBound ? 0 : Errno.ENXIO;
            case LOOP_SET_DIRECT_IO:
                return !device.IsBound ? Errno.ENXIO : argument.Value == 0 ? 0 : Errno.EINVAL;
            case LOOP_SET_BLOCK_SIZE:
                bool isSize = argument.Value is >= 512 and <= 4096 && (argument.Value & (argument.Value - 1)) == 0;
                return isSize ? device.Change(old => old with { BlockSize = (int)argument.Value }) : Errno.EINVAL;
            default:
                return ControlBlocks(task, file, device, request, argument);
        }
    }

    private static SysResult ControlBlocks(KernelTask task, LoopFile file, LoopDevice device, uint request, UserAddress argument)
    {
        switch (request)
        {
            case BLKGETSIZE64:
                return Put(task, argument, device.Size);
            case BLKGETSIZE:
                return PutWord(task, argument, device.Size / 512);
            case BLKSSZGET or BLKPBSZGET or BLKIOMIN:
                return Put(task, argument, device.Settings.BlockSize);
            case BLKIOOPT or BLKALIGNOFF:
                return Put(task, argument, 0);
            case BLKBSZGET:
                return Put(task, argument, 4096);
            case BLKBSZSET:
                return 0;
            case BLKROTATIONAL:
                return task.Memory.TryWrite(argument, (ushort)0) ? 0 : Errno.EFAULT;
            case BLKROGET:
                return Put(task, argument, device.Settings.IsReadOnly ? 1 : 0);
            case BLKROSET:
                if (!task.Credentials.Has(CAP_SYS_ADMIN))
                    return Errno.EACCES;
                return task.Memory.TryRead(argument, out int on) ? device.Change(old => old with { IsReadOnly = on != 0 }) : Errno.EFAULT;
            case BLKRASET:
                if (!task.Credentials.Has(CAP_SYS_ADMIN))
                    return Errno.EACCES;
                device.ReadAhead = (long)argument.Value;
                return 0;
            case BLKRAGET:
                return PutWord(task, argument, device.ReadAhead);
            case BLKFLSBUF:
                return file.Sync(dataOnly: false);
            case BLKDISCARD or BLKZEROOUT:
                if (!task.Memory.TryRead(argument, out long start) || !task.Memory.TryRead(argument + sizeof(long), out long length))
                    return Errno.EFAULT;
                return start < 0 || length < 0 ? Errno.EINVAL : file.Allocate(FallocateMode.FALLOC_FL_ZERO_RANGE, start, length);
            default:
                return Errno.ENOTTY;
        }
    }

    private static SysResult Put(KernelTask task, UserAddress argument, long value) => task.Memory.TryWrite(argument, value) ? 0 : Errno.EFAULT;

    /// <summary>A long of the caller's.</summary>
    private static SysResult PutWord(KernelTask task, UserAddress argument, long value) =>
        task.CallAbi == GuestAbi.X64 ? Put(task, argument, value) : value > uint.MaxValue ? Errno.EFBIG : Put(task, argument, (int)value);

    private static SysResult Put(KernelTask task, UserAddress argument, int value) => task.Memory.TryWrite(argument, value) ? 0 : Errno.EFAULT;

    private static Errno Bind(KernelTask task, LoopDevice device, Fd fd, LoopSettings settings)
    {
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        InodeAccess access = file.File.Inode.Access;
        if (!access.IsRegular && access.Type != FileModeBits.S_IFBLK)
            return Errno.EINVAL;
        file.AddReference();
        Errno e = device.Bind(file, settings);
        if (e != 0)
            file.Release();
        return e;
    }

    // struct loop_config: descriptor, size of a sector, struct loop_info64.
    private static Errno Configure(KernelTask task, LoopDevice device, UserAddress argument)
    {
        var layout = new LoopLayout(IsWide: true);
        Span<byte> info = stackalloc byte[LoopLayout.MaxSize];
        if (!task.Memory.TryRead(argument, out int fd) || !task.Memory.TryRead(argument + 4, out uint blockSize) ||
            task.Memory.CopyIn(argument + 8, info[..layout.Size]) != (ulong)layout.Size)
            return Errno.EFAULT;
        LoopSettings settings = layout.Read(info, new LoopSettings(), all: true);
        return Bind(task, device, new Fd(fd), blockSize == 0 ? settings : settings with { BlockSize = (int)blockSize });
    }

    private static Errno GetStatus(KernelTask task, LoopDevice device, UserAddress argument, LoopLayout layout)
    {
        if (device.Acquire() is not { } backing)
            return Errno.ENXIO;
        backing.File.Inode.GetAttributes(out InodeAttributes attributes);
        backing.Release();
        Span<byte> info = stackalloc byte[LoopLayout.MaxSize];
        layout.Write(info, device, attributes);
        return task.Memory.CopyOut(argument, info[..layout.Size]) == (ulong)layout.Size ? 0 : Errno.EFAULT;
    }

    private static Errno SetStatus(KernelTask task, LoopDevice device, UserAddress argument, LoopLayout layout)
    {
        byte[] info = new byte[LoopLayout.MaxSize];
        if (task.Memory.CopyIn(argument, info.AsSpan(0, layout.Size)) != (ulong)layout.Size)
            return Errno.EFAULT;
        return BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(layout.EncryptionAt)) != 0
            ? Errno.EINVAL
            : device.Change(old => layout.Read(info, old, all: false));
    }
}

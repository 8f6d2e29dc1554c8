using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Uring;

/// <summary>io_uring_register(2).</summary>
internal static class UringRegistration
{
    private const uint IORING_REGISTER_BUFFERS = 0, IORING_UNREGISTER_BUFFERS = 1, IORING_REGISTER_FILES = 2, IORING_UNREGISTER_FILES = 3;
    private const uint IORING_REGISTER_EVENTFD = 4, IORING_UNREGISTER_EVENTFD = 5, IORING_REGISTER_FILES_UPDATE = 6;
    private const uint IORING_REGISTER_EVENTFD_ASYNC = 7, IORING_REGISTER_PROBE = 8, IORING_REGISTER_ENABLE_RINGS = 12;
    private const uint IORING_REGISTER_IOWQ_AFF = 17, IORING_UNREGISTER_IOWQ_AFF = 18, IORING_REGISTER_IOWQ_MAX_WORKERS = 19;
    private const uint IORING_REGISTER_FILES2 = 13, IORING_REGISTER_PBUF_RING = 22, IORING_UNREGISTER_PBUF_RING = 23;
    private const uint IORING_REGISTER_FILE_ALLOC_RANGE = 25, IORING_RSRC_REGISTER_SPARSE = 1;
    private const int MaxFiles = 1 << 15, MaxBuffers = 1 << 14, MaxBufferSize = 1 << 30, IORING_REGISTER_FILES_SKIP = -2;

    /// <summary>Carries a registration out.</summary>
    public static SysResult Register(KernelTask task, UringFile ring, uint opcode, UserAddress argument, uint count)
    {
        switch (opcode)
        {
            case IORING_REGISTER_BUFFERS:
                return RegisterBuffers(task, ring, argument, count);
            case IORING_UNREGISTER_BUFFERS:
                return !argument.IsNull || count != 0 ? Errno.EINVAL : ring.Registry.ClearBuffers();
            case IORING_REGISTER_FILES:
                return RegisterFiles(task, ring, argument, count);
            case IORING_UNREGISTER_FILES:
                return !argument.IsNull || count != 0 ? Errno.EINVAL : ring.Registry.ClearFiles();
            case IORING_REGISTER_FILES_UPDATE:
                if (!task.Memory.TryRead(argument, out uint start) || !task.Memory.TryRead(argument + 4, out uint reserved) ||
                    !task.Memory.TryRead(argument + 8, out ulong numbers))
                    return Errno.EFAULT;
                return reserved != 0 ? Errno.EINVAL : UpdateFiles(task, ring, start, numbers, count);
            case IORING_REGISTER_EVENTFD or IORING_REGISTER_EVENTFD_ASYNC:
                return RegisterEvent(task, ring, argument, count, opcode == IORING_REGISTER_EVENTFD_ASYNC);
            case IORING_UNREGISTER_EVENTFD:
                return !argument.IsNull || count != 0 ? Errno.EINVAL : ring.Registry.ClearEvent();
            case IORING_REGISTER_PROBE:
                return Probe(task, argument, count);
            case IORING_REGISTER_ENABLE_RINGS:
                if (!argument.IsNull || count != 0)
                    return Errno.EINVAL;
                if (!ring.IsDisabled)
                    return Errno.EBADFD;
                ring.Enable(task);
                return 0;
            case IORING_REGISTER_FILES2:
                return RegisterSlots(task, ring, argument, count);
            case IORING_REGISTER_PBUF_RING:
                return argument.IsNull || count != 1 ? Errno.EINVAL : ring.Buffers.RegisterRing(task, argument);
            case IORING_UNREGISTER_PBUF_RING:
                return argument.IsNull || count != 1 ? Errno.EINVAL : ring.Buffers.UnregisterRing(task, argument);
            case IORING_REGISTER_FILE_ALLOC_RANGE:
                if (argument.IsNull || count != 0)
                    return Errno.EINVAL;
                if (!task.Memory.TryRead(argument, out uint first) || !task.Memory.TryRead(argument + 4, out uint slots) ||
                    !task.Memory.TryRead(argument + 8, out ulong spare))
                    return Errno.EFAULT;
                return spare != 0 ? Errno.EINVAL : ring.Registry.SetRange(first, slots);
            // There are no threads behind a ring whose place or number could be told.
            case IORING_REGISTER_IOWQ_AFF or IORING_UNREGISTER_IOWQ_AFF or IORING_REGISTER_IOWQ_MAX_WORKERS:
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Replaces registered files: -1 takes one away, -2 leaves one. Answers how many slots were looked at.</summary>
    public static SysResult UpdateFiles(KernelTask task, UringFile ring, uint start, ulong numbers, uint count)
    {
        if (count == 0)
            return Errno.EINVAL;
        if (!ring.Registry.HasFiles)
            return Errno.ENXIO;
        for (uint i = 0; i < count; i++)
        {
            Errno e = task.Memory.TryRead(new UserAddress(numbers + (i * 4)), out int number) ? 0 : Errno.EFAULT;
            if (e == 0 && number != IORING_REGISTER_FILES_SKIP)
            {
                OpenFileDescription? file = null;
                if (number != -1)
                    e = Find(task, number, out file);
                if (e == 0 && (e = ring.Registry.SetFile((int)(start + i), file)) != 0)
                    file?.Release();
            }
            if (e != 0)
                return i > 0 ? i : e;
        }
        return count;
    }

    private static Errno Find(KernelTask task, int number, out OpenFileDescription? file)
    {
        file = task.Files.Acquire(new Fd(number));
        if (file is null)
            return Errno.EBADF;
        if (file.File is not UringFile)
            return 0;
        // A ring in a ring would keep itself alive.
        file.Release();
        return Errno.EBADF;
    }

    private static SysResult RegisterFiles(KernelTask task, UringFile ring, UserAddress argument, uint count)
    {
        if (ring.Registry.HasFiles)
            return Errno.EBUSY;
        if (count == 0)
            return Errno.EINVAL;
        if (count > MaxFiles || count > task.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft)
            return Errno.EMFILE;
        var files = new OpenFileDescription?[count];
        for (int i = 0; i < files.Length; i++)
        {
            Errno e = task.Memory.TryRead(argument + ((ulong)i * 4), out int number) ? 0 : Errno.EFAULT;
            if (e == 0 && number != -1)
                e = Find(task, number, out files[i]);
            if (e == 0)
                continue;
            foreach (OpenFileDescription? file in files)
                file?.Release();
            return e;
        }
        return ring.Registry.SetFiles(files);
    }

    // struct io_uring_rsrc_register: files with tags, which there are none of here, or that many empty slots.
    private static SysResult RegisterSlots(KernelTask task, UringFile ring, UserAddress argument, uint size)
    {
        const uint Size = 32;
        if (size != Size)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(argument, out uint count) || !task.Memory.TryRead(argument + 4, out uint flags) ||
            !task.Memory.TryRead(argument + 8, out ulong spare) || !task.Memory.TryRead(argument + 16, out ulong data) ||
            !task.Memory.TryRead(argument + 24, out ulong tags))
            return Errno.EFAULT;
        if (count == 0 || spare != 0 || (flags & ~IORING_RSRC_REGISTER_SPARSE) != 0 || tags != 0)
            return Errno.EINVAL;
        if ((flags & IORING_RSRC_REGISTER_SPARSE) == 0)
            return RegisterFiles(task, ring, new UserAddress(data), count);
        if (data != 0)
            return Errno.EINVAL;
        if (ring.Registry.HasFiles)
            return Errno.EBUSY;
        return count > MaxFiles || count > task.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft
            ? Errno.EMFILE : ring.Registry.SetFiles(new OpenFileDescription?[count]);
    }

    private static SysResult RegisterBuffers(KernelTask task, UringFile ring, UserAddress argument, uint count)
    {
        if (ring.Registry.HasBuffers)
            return Errno.EBUSY;
        if (count is 0 or > MaxBuffers)
            return Errno.EINVAL;
        var buffers = new IoVector[count];
        for (int i = 0; i < buffers.Length; i++)
        {
            if (!task.TryRead(task.Element(new UserPointer<IoVector>(argument.Value), i), out buffers[i]))
                return Errno.EFAULT;
            if (buffers[i].Base == 0 && buffers[i].Length != 0)
                return Errno.EFAULT;
            if (buffers[i].Length > MaxBufferSize)
                return Errno.EFAULT;
            // Linux pins the pages: they must be there.
            if (buffers[i].Length != 0 && (!task.Memory.TryRead(new UserAddress(buffers[i].Base), out byte _) ||
                !task.Memory.TryRead(new UserAddress(buffers[i].Base + buffers[i].Length - 1), out byte _)))
                return Errno.EFAULT;
        }
        return ring.Registry.SetBuffers(buffers);
    }

    private static SysResult RegisterEvent(KernelTask task, UringFile ring, UserAddress argument, uint count, bool asynchronous)
    {
        if (count != 1)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(argument, out int number))
            return Errno.EFAULT;
        OpenFileDescription? file = task.Files.Acquire(new Fd(number));
        if (file is null)
            return Errno.EBADF;
        Errno e = file.File is EventFile ? ring.Registry.SetEvent(file, asynchronous) : Errno.EINVAL;
        if (e != 0)
            file.Release();
        return e;
    }

    private static SysResult Probe(KernelTask task, UserAddress argument, uint count)
    {
        const int HeaderSize = 16, EntrySize = 8, Count = (int)UringOpcode.IORING_OP_LAST + 1, IO_URING_OP_SUPPORTED = 1;
        int told = (int)Math.Min(count, Count);
        var bytes = new byte[HeaderSize + (told * EntrySize)];
        var given = new byte[bytes.Length];
        if (task.Memory.CopyIn(argument, given) != (nuint)given.Length)
            return Errno.EFAULT;
        if (given.AsSpan().ContainsAnyExcept((byte)0))
            return Errno.EINVAL;
        bytes[0] = Count - 1;
        bytes[1] = (byte)told;
        for (int i = 0; i < told; i++)
        {
            bytes[HeaderSize + (i * EntrySize)] = (byte)i;
            bytes[HeaderSize + (i * EntrySize) + 2] = UringOperations.IsSupported((UringOpcode)i) ? (byte)IO_URING_OP_SUPPORTED : (byte)0;
        }
        return task.Memory.TryCopyOut(argument, bytes) ? 0 : Errno.EFAULT;
    }
}

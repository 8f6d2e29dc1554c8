using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Aio;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Asynchronous I/O as of Linux 2.6. io_setup(2).</summary>
internal static class AioCalls
{
    private const uint MostRequests = 0x10000000;

    /// <summary>Makes a context. io_setup(2).</summary>
    [Syscall(X64 = 206)]
    internal static SysResult IoSetup(KernelTask task, uint requests, UserPointer<ulong> context)
    {
        if (!task.Memory.TryRead(context, out ulong old))
            return Errno.EFAULT;
        if (old != 0 || requests is 0 or > MostRequests)
            return Errno.EINVAL;
        AioContexts all = LxProcess.Of(task.Process).Aio(LxBrand.Of(task));
        Errno e = all.Create(task.Memory, requests, out AioContext? made);
        if (e != 0)
            return e;
        if (task.Memory.TryWrite(context, made!.Address))
            return 0;
        all.Destroy(made.Address, task.Memory);
        return Errno.EFAULT;
    }

    /// <summary>Ends a context and what waits in it. io_destroy(2).</summary>
    [Syscall(X64 = 207)]
    internal static SysResult IoDestroy(KernelTask task, ulong context) =>
        LxProcess.Of(task.Process).Aio(LxBrand.Of(task)).Destroy(context, task.Memory);

    /// <summary>Begins requests; answers how many. io_submit(2).</summary>
    [Syscall(X64 = 209)]
    internal static SysResult IoSubmit(KernelTask task, ulong context, long count, UserAddress blocks)
    {
        if (count < 0 || Find(task, context) is not { } target)
            return Errno.EINVAL;
        for (long i = 0; i < count; i++)
        {
            Errno e = task.Memory.TryRead(blocks + ((ulong)i * 8), out ulong block)
                ? AioSubmission.Submit(task, target, new UserAddress(block))
                : Errno.EFAULT;
            if (e != 0)
                return i > 0 ? i : e;
        }
        return count;
    }

    /// <summary>Ends a request that waits; its event comes all the same. io_cancel(2): EINPROGRESS is success.</summary>
    [Syscall(X64 = 210)]
    internal static SysResult IoCancel(KernelTask task, ulong context, UserAddress block, UserAddress result)
    {
        if (!task.Memory.TryRead(block + 8, out uint key))
            return Errno.EFAULT;
        if (key != 0 || Find(task, context)?.Find(block.Value) is not { } request)
            return Errno.EINVAL;
        return request.Cancel() ? Errno.EINPROGRESS : Errno.EAGAIN;
    }

    /// <summary>Takes events. io_getevents(2).</summary>
    [Syscall(X64 = 208)]
    internal static SysResult IoGetevents(
        KernelTask task, ulong context, long minimum, long count, UserAddress events, UserPointer<Timespec> timeout)
    {
        long deadline = long.MaxValue;
        if (!timeout.IsNull)
        {
            if (!task.Memory.TryRead(timeout, out Timespec time))
                return Errno.EFAULT;
            if (!time.IsValid)
                return Errno.EINVAL;
            deadline = Deadlines.After(task, time.ToNs());
        }
        if (Find(task, context) is not { } source || minimum < 0 || minimum > count)
            return Errno.EINVAL;
        return task.Block(source.Arrived, new AioGather(source, minimum, count, events), deadline, Restart.Never);
    }

    /// <summary>io_getevents(2) under another signal mask. io_pgetevents(2).</summary>
    [Syscall(X64 = 333, Name = "io_pgetevents")]
    internal static SysResult IoPgetevents(
        KernelTask task, ulong context, long minimum, long count, UserAddress events, UserPointer<Timespec> timeout, UserAddress mask)
    {
        if (!mask.IsNull)
        {
            if (!task.Memory.TryRead(mask, out ulong set) || !task.Memory.TryRead(mask + 8, out ulong size))
                return Errno.EFAULT;
            Errno e = TemporaryMask.Set(task, new UserPointer<ulong>(set), (nuint)size);
            if (e != 0)
                return e;
        }
        return IoGetevents(task, context, minimum, count, events, timeout);
    }

    private static AioContext? Find(KernelTask task, ulong context) => LxProcess.Of(task.Process).Aio(LxBrand.Of(task)).Find(context);
}

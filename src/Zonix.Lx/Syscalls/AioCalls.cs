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
    [Syscall(X64 = 206, I386 = 245)]
    internal static SysResult IoSetup(KernelTask task, uint requests, UserPointer<GuestWord> context)
    {
        if (!task.TryRead(context, out GuestWord old))
            return Errno.EFAULT;
        if (old.Value != 0 || requests is 0 or > MostRequests)
            return Errno.EINVAL;
        AioContexts all = LxProcess.Of(task.Process).Aio(LxBrand.Of(task));
        Errno e = all.Create(task.Memory, requests, out AioContext? made);
        if (e != 0)
            return e;
        if (task.TryWrite(context, new GuestWord(made!.Address)))
            return 0;
        all.Destroy(made.Address, task.Memory);
        return Errno.EFAULT;
    }

    /// <summary>Ends a context and what waits in it. io_destroy(2).</summary>
    [Syscall(X64 = 207, I386 = 246)]
    internal static SysResult IoDestroy(KernelTask task, ulong context) =>
        LxProcess.Of(task.Process).Aio(LxBrand.Of(task)).Destroy(context, task.Memory);

    /// <summary>Begins requests; answers how many. io_submit(2).</summary>
    [Syscall(X64 = 209, I386 = 248)]
    internal static SysResult IoSubmit(KernelTask task, nuint context, nint count, UserPointer<GuestWord> blocks)
    {
        if (count < 0 || Find(task, context) is not { } target)
            return Errno.EINVAL;
        for (nint i = 0; i < count; i++)
        {
            Errno e = task.TryRead(task.Element(blocks, (int)i), out GuestWord block)
                ? AioSubmission.Submit(task, target, new UserAddress(block.Value))
                : Errno.EFAULT;
            if (e != 0)
                return i > 0 ? i : e;
        }
        return count;
    }

    /// <summary>Ends a request that waits; its event comes all the same. io_cancel(2): EINPROGRESS is success.</summary>
    [Syscall(X64 = 210, I386 = 249)]
    internal static SysResult IoCancel(KernelTask task, ulong context, UserAddress block, UserAddress result)
    {
        if (!task.Memory.TryRead(block + 8, out uint key))
            return Errno.EFAULT;
        if (key != 0 || Find(task, context)?.Find(block.Value) is not { } request)
            return Errno.EINVAL;
        return request.Cancel() ? Errno.EINPROGRESS : Errno.EAGAIN;
    }

    /// <summary>Takes events. io_getevents(2).</summary>
    [Syscall(X64 = 208, I386 = 247)]
    internal static SysResult IoGetevents(
        KernelTask task, nuint context, nint minimum, nint count, UserAddress events, UserPointer<Timespec> timeout)
    {
        long deadline = long.MaxValue;
        if (!timeout.IsNull)
        {
            if (!task.TryRead(timeout, out Timespec time))
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
    [Syscall(X64 = 333, I386 = 385, Name = "io_pgetevents")]
    [Syscall(I386 = 416, Wide = true)]
    internal static SysResult IoPgetevents(
        KernelTask task, nuint context, nint minimum, nint count, UserAddress events, UserPointer<Timespec> timeout, UserAddress mask)
    {
        if (!mask.IsNull)
        {
            if (!task.TryRead(mask, out SigsetArgument set))
                return Errno.EFAULT;
            Errno e = TemporaryMask.Set(task, new UserPointer<ulong>(set.Mask), (nuint)set.Size);
            if (e != 0)
                return e;
        }
        return IoGetevents(task, context, minimum, count, events, timeout);
    }

    private static AioContext? Find(KernelTask task, ulong context) => LxProcess.Of(task.Process).Aio(LxBrand.Of(task)).Find(context);
}

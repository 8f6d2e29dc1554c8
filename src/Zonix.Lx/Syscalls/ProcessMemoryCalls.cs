using System.Runtime.CompilerServices;
using Zonix.Kernel.Events;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Another process's memory, and what two processes share. process_vm_readv(2), kcmp(2).</summary>
internal static class ProcessMemoryCalls
{
    private const int IOV_MAX = 1024, ChunkSize = 4096;

    private enum Resource
    {
        KCMP_FILE,
        KCMP_VM,
        KCMP_FILES,
        KCMP_FS,
        KCMP_SIGHAND,
        KCMP_IO,
        KCMP_SYSVSEM,
        KCMP_EPOLL_TFD,
    }

    /// <summary>Copies from another process. process_vm_readv(2).</summary>
    [Syscall(X64 = 310, I386 = 347)]
    internal static SysResult ProcessVmReadv(
        KernelTask task, Pid pid, UserPointer<IoVector> local, ulong localCount, UserPointer<IoVector> remote, ulong remoteCount, ulong flags) =>
        Transfer(task, pid, local, localCount, remote, remoteCount, flags, writes: false);

    /// <summary>Copies to another process. process_vm_writev(2).</summary>
    [Syscall(X64 = 311, I386 = 348)]
    internal static SysResult ProcessVmWritev(
        KernelTask task, Pid pid, UserPointer<IoVector> local, ulong localCount, UserPointer<IoVector> remote, ulong remoteCount, ulong flags) =>
        Transfer(task, pid, local, localCount, remote, remoteCount, flags, writes: true);

    /// <summary>Advises on the memory of a process. process_madvise(2).</summary>
    /// <returns>Bytes advised; EBADF, EINVAL, EPERM, ESRCH, EFAULT, and what madvise(2) answers.</returns>
    [Syscall(X64 = 440, I386 = 440, Support = Support.Full)]
    internal static SysResult ProcessMadvise(
        KernelTask task, Fd pidfd, UserPointer<IoVector> vector, ulong count, Advice advice, uint flags)
    {
        const int CAP_SYS_NICE = 23;
        if (flags != 0 || count > IOV_MAX)
            return Errno.EINVAL;
        var parts = new IoVector[count];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!task.TryRead(task.Element(vector, i), out parts[i]))
                return Errno.EFAULT;
            if ((long)parts[i].Length < 0)
                return Errno.EINVAL;
        }

        if (PidFdCalls.Find(task, pidfd) is not { } process)
            return Errno.EBADF;
        if (process.MainTask is not { } target)
            return Errno.ESRCH;
        bool isOwn = ReferenceEquals(process.Memory, task.Memory);
        if (!isOwn && advice is not (Advice.MADV_COLD or Advice.MADV_PAGEOUT or Advice.MADV_WILLNEED or Advice.MADV_COLLAPSE))
            return Errno.EINVAL;
        if (!PtraceAccess.IsAllowed(task, target) || (!isOwn && !task.Credentials.Has(CAP_SYS_NICE)))
            return Errno.EPERM;
        ulong done = 0;
        foreach (IoVector part in parts)
        {
            SysResult result = target.Memory.Advise(part.Base, part.Length, advice);
            if (result.IsError)
                return done == 0 ? result : (SysResult)done;
            done += part.Length;
        }

        return done;
    }

    /// <summary>Whether two processes share something. kcmp(2).</summary>
    /// <returns>0: the same; 1 or 2: less or greater, in an order without meaning; 3: not the same.</returns>
    [Syscall(X64 = 312, I386 = 349)]
    internal static SysResult Kcmp(KernelTask task, Pid first, Pid second, int resource, ulong firstIndex, ulong secondIndex)
    {
        KernelTask? a = task.Process.Pids.Tasks[new Tid(first.Value)], b = task.Process.Pids.Tasks[new Tid(second.Value)];
        if (a is null || b is null)
            return Errno.ESRCH;
        if (!PtraceAccess.IsAllowed(task, a) || !PtraceAccess.IsAllowed(task, b))
            return Errno.EPERM;
        switch ((Resource)resource)
        {
            case Resource.KCMP_FILE:
                OpenFileDescription? x = a.Files[new Fd((int)firstIndex)], y = b.Files[new Fd((int)secondIndex)];
                return x is null || y is null ? Errno.EBADF : Order(x, y);
            case Resource.KCMP_VM:
                return Order(a.Memory, b.Memory);
            case Resource.KCMP_FILES:
                return Order(a.Files, b.Files);
            case Resource.KCMP_FS:
                return Order(a.FileSystem, b.FileSystem);
            case Resource.KCMP_SIGHAND:
                return Order(a.Process.Signals, b.Process.Signals);
            case Resource.KCMP_IO:
                // There are no I/O contexts: both have the same, none.
                return 0;
            case Resource.KCMP_SYSVSEM:
                return Order(LxTask.Of(a).SemaphoreUndo, LxTask.Of(b).SemaphoreUndo);
            case Resource.KCMP_EPOLL_TFD:
                return CompareWatched(task, a.Files[new Fd((int)firstIndex)], b.Files, new UserAddress(secondIndex));
            default:
                return Errno.EINVAL;
        }
    }

    // struct kcmp_epoll_slot: the set, the descriptor's number when it was added, and which one of several of that number.
    private static SysResult CompareWatched(KernelTask task, OpenFileDescription? file, FileTable others, UserAddress slot)
    {
        if (!task.Memory.TryRead(slot, out uint set) || !task.Memory.TryRead(slot + 4, out uint number) || !task.Memory.TryRead(slot + 8, out uint skipped))
            return Errno.EFAULT;
        if (file is null || others[new Fd((int)set)] is not { } description)
            return Errno.EBADF;
        if (description.File is not EpollFile epoll)
            return Errno.EINVAL;
        foreach ((int fd, OpenFileDescription watched, _, _) in epoll.Watched())
        {
            if (fd == (int)number && skipped-- == 0)
                return Order(file, watched);
        }
        return Errno.ENOENT;
    }

    private static SysResult Order(object? a, object? b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        int x = RuntimeHelpers.GetHashCode(a), y = RuntimeHelpers.GetHashCode(b);
        return x < y ? 1 : x > y ? 2 : 3;
    }

    private static SysResult Transfer(
        KernelTask task, Pid pid, UserPointer<IoVector> local, ulong localCount, UserPointer<IoVector> remote, ulong remoteCount, ulong flags,
        bool writes)
    {
        if (flags != 0)
            return Errno.EINVAL;
        Errno e = TransferCalls.Gather(task, local, (int)Math.Min(localCount, int.MaxValue), out UserBuffer own);
        if (e != 0)
            return e;
        if (own.Remaining == 0)
            return 0;
        if (remoteCount > IOV_MAX)
            return Errno.EINVAL;
        var parts = new IoVector[remoteCount];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!task.TryRead(task.Element(remote, i), out parts[i]))
                return Errno.EFAULT;
            if ((long)parts[i].Length < 0)
                return Errno.EINVAL;
        }
        bool isEmpty = true;
        foreach (IoVector part in parts)
            isEmpty &= part.Length == 0;
        if (isEmpty)
            return 0;
        KernelTask? target = task.Process.Pids.Tasks[new Tid(pid.Value)];
        if (target is null || target.Process.IsExiting)
            return Errno.ESRCH;
        return PtraceAccess.IsAllowed(task, target) ? Copy(target.Memory, parts, own, writes) : Errno.EPERM;
    }

    // By way of a buffer, so that only one address space is locked at a time.
    private static SysResult Copy(AddressSpace target, IoVector[] parts, UserBuffer own, bool writes)
    {
        Span<byte> chunk = stackalloc byte[ChunkSize];
        long done = 0;
        foreach (IoVector part in parts)
        {
            for (ulong at = 0; at < part.Length && own.Remaining > 0;)
            {
                var address = new UserAddress(part.Base + at);
                // A chunk ends with its page: what lies before an inaccessible page is transferred.
                ulong toPageEnd = ChunkSize - (address.Value % ChunkSize);
                int wanted = (int)Math.Min(Math.Min(part.Length - at, own.Remaining), toPageEnd);
                int moved = writes
                    ? (int)target.CopyOutForeign(address, chunk[..own.CopyIn(chunk[..wanted])])
                    : own.CopyOut(chunk[..(int)target.CopyInForeign(address, chunk[..wanted])]);
                done += moved;
                at += (ulong)moved;
                if (moved < wanted)
                    return done > 0 ? done : Errno.EFAULT;
            }
        }
        return done;
    }
}

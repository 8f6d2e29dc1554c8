using System.Buffers.Binary;
using System.Numerics;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Uring;

namespace Zonix.Lx.Syscalls;

/// <summary>io_uring(7).</summary>
internal static class UringCalls
{
    private const int MaxEntries = 32768, ParametersSize = 120;
    private const uint IORING_ENTER_GETEVENTS = 1, IORING_ENTER_SQ_WAKEUP = 2, IORING_ENTER_SQ_WAIT = 4, IORING_ENTER_EXT_ARG = 8;
    private const uint IORING_FEAT_SINGLE_MMAP = 1, IORING_FEAT_NODROP = 2, IORING_FEAT_RW_CUR_POS = 8, IORING_FEAT_CUR_PERSONALITY = 16;
    private const uint IORING_FEAT_FAST_POLL = 32, IORING_FEAT_POLL_32BITS = 64, IORING_FEAT_SQPOLL_NONFIXED = 128, IORING_FEAT_EXT_ARG = 256, IORING_FEAT_NATIVE_WORKERS = 512;
    private const uint IORING_FEAT_CQE_SKIP = 2048, IORING_FEAT_LINKED_FILE = 4096;
    private const uint Features = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_RW_CUR_POS | IORING_FEAT_CUR_PERSONALITY |
        IORING_FEAT_FAST_POLL | IORING_FEAT_POLL_32BITS | IORING_FEAT_SQPOLL_NONFIXED | IORING_FEAT_EXT_ARG | IORING_FEAT_NATIVE_WORKERS | IORING_FEAT_CQE_SKIP |
        IORING_FEAT_LINKED_FILE;
    private const UringSetup Known = UringSetup.IORING_SETUP_SQPOLL | UringSetup.IORING_SETUP_SQ_AFF | UringSetup.IORING_SETUP_CQSIZE | UringSetup.IORING_SETUP_CLAMP | UringSetup.IORING_SETUP_ATTACH_WQ |
        UringSetup.IORING_SETUP_R_DISABLED | UringSetup.IORING_SETUP_SUBMIT_ALL | UringSetup.IORING_SETUP_COOP_TASKRUN |
        UringSetup.IORING_SETUP_TASKRUN_FLAG | UringSetup.IORING_SETUP_SQE128 | UringSetup.IORING_SETUP_CQE32 |
        UringSetup.IORING_SETUP_SINGLE_ISSUER | UringSetup.IORING_SETUP_DEFER_TASKRUN | UringSetup.IORING_SETUP_NO_SQARRAY;
    private const string NotThere = "IORING_SETUP_IOPOLL, NO_MMAP; personalities, restrictions, tags, registered rings, zero copy; IOSQE_BUFFER_SELECT with IORING_OP_RECVMSG";

    /// <summary>Makes a ring. io_uring_setup(2).</summary>
    [Syscall(X64 = 425, I386 = 425, Name = "io_uring_setup", Support = Support.Partial, Missing = NotThere)]
    internal static SysResult IoUringSetup(KernelTask task, uint entries, UserAddress parameters)
    {
        var p = new byte[ParametersSize];
        if (task.Memory.CopyIn(parameters, p) != ParametersSize)
            return Errno.EFAULT;
        if (p.AsSpan(28, 12).ContainsAnyExcept((byte)0))
            return Errno.EINVAL;
        var setup = (UringSetup)BinaryPrimitives.ReadUInt32LittleEndian(p.AsSpan(8));
        Errno e = Sizes(setup, entries, BinaryPrimitives.ReadUInt32LittleEndian(p.AsSpan(4)), out uint submissions, out uint completions);
        if (e != 0)
            return e;
        if ((setup & UringSetup.IORING_SETUP_ATTACH_WQ) != 0 &&
            task.Files[new Fd(BinaryPrimitives.ReadInt32LittleEndian(p.AsSpan(24)))] is not { File: UringFile })
            return Errno.EINVAL;
        if ((setup & UringSetup.IORING_SETUP_SQ_AFF) != 0 && BinaryPrimitives.ReadUInt32LittleEndian(p.AsSpan(12)) >= task.Machine.Scheduler.CpuCount)
            return Errno.EINVAL;
        e = UringMemory.Create(setup, submissions, completions, out UringMemory? memory);
        if (e != 0)
            return e;
        BinaryPrimitives.WriteUInt32LittleEndian(p, submissions);
        BinaryPrimitives.WriteUInt32LittleEndian(p.AsSpan(4), completions);
        BinaryPrimitives.WriteUInt32LittleEndian(p.AsSpan(20), Features);
        p.AsSpan(40).Clear();
        memory!.WriteOffsets(p.AsSpan(40), p.AsSpan(80));
        var ring = new UringFile(EventCalls.CreateInode(task), memory, setup) { Poller = task };
        if ((setup & (UringSetup.IORING_SETUP_SINGLE_ISSUER | UringSetup.IORING_SETUP_R_DISABLED)) == UringSetup.IORING_SETUP_SINGLE_ISSUER)
            ring.Issuer = task;
        if (!task.Memory.TryCopyOut(parameters, p))
        {
            ring.Close();
            return Errno.EFAULT;
        }
        return EventCalls.Install(task, ring, "anon_inode:[io_uring]", OpenFlags.O_CLOEXEC);
    }

    /// <summary>Submits requests and waits for completions. io_uring_enter(2).</summary>
    [Syscall(X64 = 426, I386 = 426, Name = "io_uring_enter", Support = Support.Partial, Missing = NotThere)]
    internal static SysResult IoUringEnter(
        KernelTask task, Fd fd, uint toSubmit, uint minimum, uint flags, UserAddress argument, nuint size)
    {
        const uint Supported = IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP | IORING_ENTER_SQ_WAIT | IORING_ENTER_EXT_ARG;
        if ((flags & ~Supported) != 0)
            return Errno.EINVAL;
        if (task.Files[fd] is not { } file)
            return Errno.EBADF;
        if (file.File is not UringFile ring)
            return Errno.EOPNOTSUPP;
        if (ring.IsDisabled)
            return Errno.EBADFD;
        int submitted = 0;
        if ((ring.Setup & UringSetup.IORING_SETUP_SQPOLL) != 0)
        {
            file.AddReference();
            ring.SubmitPolled(task);
            file.Release();
            submitted = (int)toSubmit;
        }
        else if (toSubmit > 0)
        {
            if ((ring.Setup & UringSetup.IORING_SETUP_SINGLE_ISSUER) != 0 && !ReferenceEquals(ring.Issuer, task))
                return Errno.EEXIST;
            file.AddReference();
            submitted = ring.Submit(task, toSubmit);
            file.Release();
            if (submitted != toSubmit)
                return submitted;
        }
        if ((flags & IORING_ENTER_GETEVENTS) == 0)
            return submitted;
        SysResult result = Wait(task, ring, submitted, minimum, (flags & IORING_ENTER_EXT_ARG) != 0, argument, size);
        return submitted > 0 && result.IsError ? submitted : result;
    }

    /// <summary>Registers files and buffers with a ring, asks what it can do. io_uring_register(2).</summary>
    [Syscall(X64 = 427, I386 = 427, Name = "io_uring_register", Support = Support.Partial, Missing = NotThere)]
    internal static SysResult IoUringRegister(KernelTask task, Fd fd, uint opcode, UserAddress argument, uint count)
    {
        if (task.Files[fd] is not { } file)
            return Errno.EBADF;
        return file.File is UringFile ring ? UringRegistration.Register(task, ring, opcode, argument, count) : Errno.EOPNOTSUPP;
    }

    private static Errno Sizes(UringSetup setup, uint entries, uint wanted, out uint submissions, out uint completions)
    {
        submissions = completions = 0;
        bool clamps = (setup & UringSetup.IORING_SETUP_CLAMP) != 0;
        const UringSetup Runs = UringSetup.IORING_SETUP_COOP_TASKRUN | UringSetup.IORING_SETUP_DEFER_TASKRUN;
        bool polls = (setup & UringSetup.IORING_SETUP_SQPOLL) != 0;
        if (polls ? (setup & (Runs | UringSetup.IORING_SETUP_TASKRUN_FLAG)) != 0 : (setup & UringSetup.IORING_SETUP_SQ_AFF) != 0)
            return Errno.EINVAL;
        if ((setup & ~Known) != 0 || entries == 0 || (entries > MaxEntries && !clamps) ||
            ((setup & UringSetup.IORING_SETUP_TASKRUN_FLAG) != 0 && (setup & Runs) == 0) ||
            ((setup & UringSetup.IORING_SETUP_DEFER_TASKRUN) != 0 && (setup & UringSetup.IORING_SETUP_SINGLE_ISSUER) == 0))
            return Errno.EINVAL;
        submissions = BitOperations.RoundUpToPowerOf2(Math.Min(entries, MaxEntries));
        completions = submissions * 2;
        if ((setup & UringSetup.IORING_SETUP_CQSIZE) == 0)
            return 0;
        if (wanted == 0 || (wanted > MaxEntries * 2 && !clamps))
            return Errno.EINVAL;
        completions = BitOperations.RoundUpToPowerOf2(Math.Min(wanted, MaxEntries * 2));
        return completions < submissions ? Errno.EINVAL : 0;
    }

    private static SysResult Wait(
        KernelTask task, UringFile ring, int submitted, uint minimum, bool extended, UserAddress argument, nuint size)
    {
        var mask = new UserPointer<ulong>(argument.Value);
        ulong timeout = 0;
        if (extended)
        {
            // struct io_uring_getevents_arg.
            if (size != 24)
                return Errno.EINVAL;
            if (!task.Memory.TryRead(argument, out ulong maskAt) || !task.Memory.TryRead(argument + 8, out uint maskSize) ||
                !task.Memory.TryRead(argument + 12, out uint pad) || !task.Memory.TryRead(argument + 16, out timeout))
                return Errno.EFAULT;
            if (pad != 0)
                return Errno.EINVAL;
            mask = new UserPointer<ulong>(maskAt);
            size = maskSize;
        }
        long deadline = long.MaxValue;
        if (timeout != 0)
        {
            if (!task.Memory.TryRead(new UserAddress(timeout), out Timespec time))
                return Errno.EFAULT;
            if (!time.IsValid)
                return Errno.EINVAL;
            deadline = Deadlines.After(task, time.ToNs());
        }
        Errno e = TemporaryMask.Set(task, mask, size);
        if (e != 0)
            return e;
        return task.Block(ring.ReadQueue, new UringWait(ring, Math.Min(minimum, ring.CompletionSlots), submitted), deadline, Restart.Never);
    }
}

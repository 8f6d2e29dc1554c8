using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <content>IORING_OP_TIMEOUT and LINK_TIMEOUT, and what takes them away or changes them.</content>
internal sealed partial class UringFile
{
    private const uint IORING_TIMEOUT_ABS = 1, IORING_TIMEOUT_UPDATE = 2, IORING_TIMEOUT_BOOTTIME = 4, IORING_TIMEOUT_REALTIME = 8;
    private const uint IORING_LINK_TIMEOUT_UPDATE = 16, IORING_TIMEOUT_ETIME_SUCCESS = 32, IORING_TIMEOUT_MULTISHOT = 64;

    /// <summary>Whether a timeout that ran out counts as a success.</summary>
    internal static bool IsSuccessAtEnd(UringRequest request) => (request.Entry.OperationFlags & IORING_TIMEOUT_ETIME_SUCCESS) != 0;

    /// <summary>Checks a timeout when it is taken: EINVAL, EFAULT.</summary>
    internal static Errno CheckTimeout(UringRequest request)
    {
        ref readonly SubmissionEntry entry = ref request.Entry;
        uint clocks = entry.OperationFlags & (IORING_TIMEOUT_BOOTTIME | IORING_TIMEOUT_REALTIME);
        uint known = IORING_TIMEOUT_ABS | IORING_TIMEOUT_BOOTTIME | IORING_TIMEOUT_REALTIME | IORING_TIMEOUT_ETIME_SUCCESS;
        bool isLink = entry.Opcode == UringOpcode.IORING_OP_LINK_TIMEOUT;
        if (!isLink)
            known |= IORING_TIMEOUT_MULTISHOT;
        bool repeats = (entry.OperationFlags & IORING_TIMEOUT_MULTISHOT) != 0;
        if (entry.BufferIndex != 0 || entry.Length != 1 || entry.SpliceFd != 0 || (isLink && entry.Offset != 0) ||
            (entry.OperationFlags & ~known) != 0 || clocks == (IORING_TIMEOUT_BOOTTIME | IORING_TIMEOUT_REALTIME) ||
            (repeats && (entry.OperationFlags & IORING_TIMEOUT_ABS) != 0))
            return Errno.EINVAL;
        Errno e = ReadTime(request.Task, entry.Address, out Timespec time);
        if (e != 0)
            return e;
        request.Timer = new KernelTimer(request);
        request.PeriodNs = time.ToNs();
        return 0;
    }

    private static Errno ReadTime(KernelTask task, ulong address, out Timespec time) =>
        !task.Memory.TryRead(new UserAddress(address), out time) ? Errno.EFAULT : time.IsValid ? 0 : Errno.EINVAL;

    private static long DeadlineOf(KernelTask task, long ns, uint flags)
    {
        if ((flags & IORING_TIMEOUT_ABS) == 0)
            return Deadlines.After(task, ns);
        return (flags & IORING_TIMEOUT_REALTIME) != 0 ? Deadlines.AtRealtime(task, ns) : ns;
    }

    private void StartTimeout(UringRequest request)
    {
        uint count = request.Entry.Opcode == UringOpcode.IORING_OP_TIMEOUT ? (uint)request.Entry.Offset : 0;
        uint flags = request.Entry.OperationFlags;
        bool repeats = (flags & IORING_TIMEOUT_MULTISHOT) != 0;
        request.ShotsLeft = repeats ? count == 0 ? uint.MaxValue : count : 1;
        lock (gate)
        {
            request.Target = count != 0 && !repeats ? posted + count : 0;
            countedTimeouts += request.Target != 0 ? 1 : 0;
        }
        request.DeadlineNs = DeadlineOf(request.Task, request.PeriodNs, flags);
        request.Park();
        request.Task.Machine.Scheduler.Timers.Arm(request.Timer!, request.DeadlineNs);
    }

    private void ResumeTimeout(UringRequest request)
    {
        long now = request.Task.Machine.Clock.MonotonicNs;
        if (request.IsUnwanted)
        {
            Complete(request, Errno.ECANCELED, isInline: false);
        }
        else if (request.Target != 0 && Volatile.Read(ref posted) >= request.Target)
        {
            Complete(request, 0, isInline: false);
        }
        else if (now < request.DeadlineNs)
        {
            request.Park();
        }
        else if (--request.ShotsLeft > 0)
        {
            ReportMore(request, -(int)Errno.ETIME);
            request.DeadlineNs += request.PeriodNs;
            request.Park();
            request.Task.Machine.Scheduler.Timers.Arm(request.Timer!, request.DeadlineNs);
        }
        else if (request.Guarded is { } guarded)
        {
            // It may just be ending by itself.
            guarded.Guard = null;
            bool cancelled = !guarded.HasEnded && Cancel(guarded);
            if (!request.HasEnded)
                Complete(request, cancelled ? Errno.ETIME : Errno.EALREADY, isInline: false);
        }
        else
        {
            Complete(request, Errno.ETIME, isInline: false);
        }
    }

    private void StopTimer(UringRequest request)
    {
        if (request.Timer is null)
            return;
        request.Task.Machine.Scheduler.Timers.Cancel(request.Timer);
        lock (gate)
        {
            countedTimeouts -= request.Target != 0 ? 1 : 0;
            request.Target = 0;
        }
    }

    private void EndCountedTimeouts()
    {
        foreach (UringRequest request in Select(other => other.Target != 0 && other.Target <= posted))
            request.Schedule();
    }

    /// <summary>IORING_OP_TIMEOUT_REMOVE: takes a timeout away or gives it another time. ENOENT, EALREADY.</summary>
    internal SysResult RemoveTimeout(UringRequest asking)
    {
        SubmissionEntry entry = asking.Entry;
        uint flags = entry.OperationFlags;
        bool updates = (flags & (IORING_TIMEOUT_UPDATE | IORING_LINK_TIMEOUT_UPDATE)) != 0;
        UringOpcode kind = (flags & IORING_LINK_TIMEOUT_UPDATE) != 0 ? UringOpcode.IORING_OP_LINK_TIMEOUT : UringOpcode.IORING_OP_TIMEOUT;
        if (entry.BufferIndex != 0 || entry.Length != 0 || entry.SpliceFd != 0 || (!updates && flags != 0))
            return Errno.EINVAL;
        Timespec time = default;
        if (updates)
        {
            Errno e = ReadTime(asking.Task, entry.Offset, out time);
            if (e != 0)
                return e;
        }
        UringRequest[] found = Select(other => other.Entry.Opcode == kind && other.Entry.UserData == entry.Address);
        if (found.Length == 0)
            return Errno.ENOENT;
        UringRequest target = found[0];
        if (!updates)
            return Cancel(target) ? 0 : Errno.EALREADY;
        if (!target.TryClaim())
            return Errno.EALREADY;
        target.DeadlineNs = DeadlineOf(asking.Task, time.ToNs(), flags);
        target.Park();
        asking.Task.Machine.Scheduler.Timers.Arm(target.Timer!, target.DeadlineNs);
        return 0;
    }
}

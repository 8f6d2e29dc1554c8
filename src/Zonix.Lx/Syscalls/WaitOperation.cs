using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>The wait for a change of a child. wait4(2), waitid(2).</summary>
internal sealed class WaitOperation(ChildSelector selector, bool returnsAtOnce) : IOperation
{
    /// <summary>waitid(2): answers 0, and tells what happened in a siginfo_t.</summary>
    internal bool IsWaitid { get; init; }

    /// <summary>A non-blocking pidfd: EAGAIN in place of waiting.</summary>
    internal bool FailsInsteadOfWaiting { get; init; }

    internal UserPointer<int> Status { get; init; }

    internal UserPointer<SigInfo> Info { get; init; }

    internal UserPointer<Rusage> Usage { get; init; }

    public bool Try(KernelTask task, out SysResult result)
    {
        if (task.Process.TakeChildChange(selector, out var any) is { } change)
        {
            result = Report(task, change);
            return true;
        }

        if (!any)
        {
            result = Errno.ECHILD;
            return true;
        }

        result = SysResult.Success;
        if (returnsAtOnce)
        {
            result = IsWaitid ? StoreInfo(task, default) : SysResult.Success;
            return true;
        }

        result = Errno.EAGAIN;
        return FailsInsteadOfWaiting;
    }

    private SysResult Report(KernelTask task, in ChildChange change)
    {
        if (!Usage.IsNull && !UsageFormat.TryWrite(task, Usage, change.Usage))
        {
            return Errno.EFAULT;
        }

        if (IsWaitid)
        {
            var who = (change.Child.MainTask?.Credentials ?? change.Child.LastCredentials).Uid;
            return StoreInfo(task, SigInfo.FromChild(change.Code, change.Number.Value, who, change.SignalOrCode, 0, 0));
        }

        return Status.IsNull || task.Memory.TryWrite(Status, change.Status) ? change.Number : Errno.EFAULT;
    }

    /// <summary>Only the fields that waitid(2) names are written.</summary>
    private SysResult StoreInfo(KernelTask task, SigInfo info)
    {
        if (Info.IsNull)
        {
            return SysResult.Success;
        }

        // The word between si_code and si_pid is padding and stays as it is; i386 has none.
        var memory = task.Memory;
        var at = Info.Address;
        ulong union = SigInfo.OffsetsOf(task.CallAbi)[^1];
        var written = memory.TryWrite(at, info.Signo) && memory.TryWrite(at + 4, info.Errno) && memory.TryWrite(at + 8, info.Code) &&
            memory.TryWrite(at + union, info.Word0) && memory.TryWrite(at + (union + 8), (int)info.Word1);
        return written ? SysResult.Success : Errno.EFAULT;
    }
}

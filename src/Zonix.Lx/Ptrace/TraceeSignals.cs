using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;

namespace Zonix.Lx.Ptrace;

/// <summary>A tracee's signals. ptrace(2), PTRACE_GETSIGINFO and its like.</summary>
internal static class TraceeSignals
{
    private const uint PTRACE_PEEKSIGINFO_SHARED = 1;

    /// <summary>Answers requests about signals; null: it is none of these.</summary>
    internal static SysResult? TryAnswer(KernelTask task, KernelTask target, Tracee tracee, PtraceRequest request, ulong address, UserAddress data) =>
        request switch
        {
            PtraceRequest.PTRACE_GETSIGINFO => GetInfo(task, tracee, data),
            PtraceRequest.PTRACE_SETSIGINFO => SetInfo(task, tracee, data),
            PtraceRequest.PTRACE_PEEKSIGINFO => Peek(task, target, new UserAddress(address), data),
            PtraceRequest.PTRACE_GETSIGMASK when address == sizeof(ulong) =>
                task.Memory.TryWrite(data, target.Signals.SavedMask ?? target.Signals.Blocked) ? SysResult.Success : Errno.EFAULT,
            PtraceRequest.PTRACE_SETSIGMASK when address == sizeof(ulong) => SetMask(task, target, tracee, data),
            PtraceRequest.PTRACE_GETSIGMASK or PtraceRequest.PTRACE_SETSIGMASK => Errno.EINVAL,
            _ => null,
        };

    private static SysResult GetInfo(KernelTask task, Tracee tracee, UserAddress to)
    {
        SigInfo info;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            info = LxTracee.Of(tracee).Info;
        }

        return info.Signo == 0 ? Errno.EINVAL : task.TryWrite(to, info) ? SysResult.Success : Errno.EFAULT;
    }

    private static SysResult SetInfo(KernelTask task, Tracee tracee, UserAddress from)
    {
        if (!task.TryRead(from, out SigInfo info))
            return Errno.EFAULT;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            if (LxTracee.Of(tracee).Info.Signo == 0)
                return Errno.EINVAL;
            LxTracee.Of(tracee).Info = info;
            return SysResult.Success;
        }
    }

    private static SysResult SetMask(KernelTask task, KernelTask target, Tracee tracee, UserAddress from)
    {
        if (!task.Memory.TryRead(from, out ulong mask))
            return Errno.EFAULT;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            SignalSending.SetBlocked(target, mask);
            return SysResult.Success;
        }
    }

    /// <summary>Copies queued signals, which stay queued: struct ptrace_peeksiginfo_args, offset, flags, count.</summary>
    private static SysResult Peek(KernelTask task, KernelTask target, UserAddress arguments, UserAddress to)
    {
        if (!task.Memory.TryRead(arguments, out ulong offset) || !task.Memory.TryRead(arguments + 8, out uint flags) ||
            !task.Memory.TryRead(arguments + 12, out int count))
            return Errno.EFAULT;
        if ((flags & ~PTRACE_PEEKSIGINFO_SHARED) != 0 || count < 0)
            return Errno.EINVAL;
        SigInfo[] queued = SignalSending.Queued(target, (flags & PTRACE_PEEKSIGINFO_SHARED) != 0);
        int done = 0;
        for (ulong i = offset; i < (ulong)queued.Length && done < count; i++, done++)
        {
            if (!task.TryWrite(to + ((ulong)done * 128), queued[i]))
                return done > 0 ? done : Errno.EFAULT;
        }

        return done;
    }
}

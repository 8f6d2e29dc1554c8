using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The calls of i386 from before there were more than 32 signals. signal(7).</summary>
internal static class OldSignals
{
    /// <summary>Reads and sets what a signal does. sigaction(2).</summary>
    [Syscall(I386 = 67)]
    internal static SysResult Sigaction(KernelTask task, Signal signal, UserPointer<OldSigAction> act, UserPointer<OldSigAction> oldact)
    {
        KernelSigAction? wanted = null;
        if (!act.IsNull)
        {
            if (!task.TryRead(act, out var given))
                return Errno.EFAULT;
            wanted = new KernelSigAction
            {
                Handler = given.Handler, Flags = (SigActionFlags)given.Flags, Restorer = given.Restorer, Mask = given.Mask,
            };
        }
        Errno e = Signals.Exchange(task, signal, wanted, out var old);
        if (e != 0)
            return e;
        var told = new OldSigAction { Handler = old.Handler, Flags = (ulong)old.Flags, Restorer = old.Restorer, Mask = (uint)old.Mask };
        return oldact.IsNull || task.TryWrite(oldact, told) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Sets a handler that runs once; answers the last one. signal(2).</summary>
    [Syscall(I386 = 48)]
    internal static SysResult Signal(KernelTask task, Signal signal, nuint handler)
    {
        var action = new KernelSigAction { Handler = handler, Flags = SigActionFlags.SA_RESETHAND | SigActionFlags.SA_NODEFER };
        Errno e = Signals.Exchange(task, signal, action, out var old);
        return e != 0 ? e : old.Handler;
    }

    /// <summary>Reads and changes the blocked signals, the first 32 of them. sigprocmask(2).</summary>
    [Syscall(I386 = 126)]
    internal static SysResult Sigprocmask(KernelTask task, SigmaskHow how, UserPointer<uint> set, UserPointer<uint> oldset)
    {
        ulong old = task.Signals.Blocked;
        if (!set.IsNull)
        {
            if (!task.Memory.TryRead(set, out uint mask))
                return Errno.EFAULT;
            ulong? wanted = how switch
            {
                SigmaskHow.SIG_BLOCK => old | mask,
                SigmaskHow.SIG_UNBLOCK => old & ~(ulong)mask,
                SigmaskHow.SIG_SETMASK => (old & ~(ulong)uint.MaxValue) | mask,
                _ => null,
            };
            if (wanted is null)
                return Errno.EINVAL;
            SignalSending.SetBlocked(task, wanted.Value);
        }
        return oldset.IsNull || task.Memory.TryWrite(oldset, (uint)old) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>The blocked signals that are pending. sigpending(2).</summary>
    [Syscall(I386 = 73)]
    internal static SysResult Sigpending(KernelTask task, UserPointer<uint> set) =>
        task.Memory.TryWrite(set, (uint)(SignalSending.Pending(task) & task.Signals.Blocked)) ? SysResult.Success : Errno.EFAULT;

    /// <summary>Waits for a signal with another mask, which comes in the third argument. sigsuspend(2).</summary>
    [Syscall(I386 = 72)]
    internal static SysResult Sigsuspend(KernelTask task, uint unused, uint alsoUnused, uint mask)
    {
        SignalSending.SetTemporarily(task, mask);
        return Signals.Pause(task);
    }

    /// <summary>Sets the blocked signals; answers the old ones. ssetmask(2).</summary>
    [Syscall(I386 = 69)]
    internal static SysResult Ssetmask(KernelTask task, uint mask)
    {
        SysResult old = Sgetmask(task);
        SignalSending.SetBlocked(task, mask);
        return old;
    }

    /// <summary>The blocked signals. sgetmask(2).</summary>
    [Syscall(I386 = 68)]
    internal static SysResult Sgetmask(KernelTask task) => (long)(uint)task.Signals.Blocked;
}

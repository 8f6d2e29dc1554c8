using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Signals;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Actions, masks and frames of signals. signal(7).</summary>
internal static class Signals
{
    private const nuint SigsetSize = 8;
    private const int SS_ONSTACK = 1;
    private const int SS_DISABLE = 2;
    private const int SS_AUTODISARM = 1 << 31;
    private const ulong MINSIGSTKSZ = 2048;

    /// <summary>Reads and sets what a signal does. sigaction(2).</summary>
    [Syscall(X64 = 13, I386 = 174)]
    internal static SysResult RtSigaction(
        KernelTask task, Signal signal, UserPointer<KernelSigAction> act, UserPointer<KernelSigAction> oldact, nuint sigsetsize)
    {
        if (sigsetsize != SigsetSize || signal is < Signal.SIGHUP or > Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        KernelSigAction? wanted = null;
        if (!act.IsNull)
        {
            if (!task.TryRead(act, out var action))
            {
                return Errno.EFAULT;
            }

            wanted = action;
        }

        var error = Exchange(task, signal, wanted, out var old);
        if (error != 0)
        {
            return error;
        }

        return oldact.IsNull || task.TryWrite(oldact, old) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Sets what a signal does, unless there is nothing to set, and tells what it did. EINVAL.</summary>
    internal static Errno Exchange(KernelTask task, Signal signal, KernelSigAction? wanted, out KernelSigAction old)
    {
        old = default;
        if (signal is < Signal.SIGHUP or > Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        if (wanted is null)
        {
            lock (task.Process.Signals.Gate)
            {
                old = task.Process.Signals.Action((int)signal);
            }

            return 0;
        }

        if ((SignalMask.Of(signal) & SignalMask.Unblockable) != 0)
        {
            return Errno.EINVAL;
        }

        old = SignalSending.SetAction(task.Process, (int)signal, wanted.Value);
        return 0;
    }

    /// <summary>Reads and changes the blocked signals. sigprocmask(2).</summary>
    [Syscall(X64 = 14, I386 = 175)]
    internal static SysResult RtSigprocmask(
        KernelTask task, SigmaskHow how, UserPointer<ulong> set, UserPointer<ulong> oldset, nuint sigsetsize)
    {
        if (sigsetsize != SigsetSize)
        {
            return Errno.EINVAL;
        }

        var old = task.Signals.Blocked;
        if (!set.IsNull)
        {
            if (!task.Memory.TryRead(set, out var mask))
            {
                return Errno.EFAULT;
            }

            switch (how)
            {
                case SigmaskHow.SIG_BLOCK: mask |= old; break;
                case SigmaskHow.SIG_UNBLOCK: mask = old & ~mask; break;
                case SigmaskHow.SIG_SETMASK: break;
                default: return Errno.EINVAL;
            }

            SignalSending.SetBlocked(task, mask);
        }

        return oldset.IsNull || task.Memory.TryWrite(oldset, old) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>The blocked signals that are pending. sigpending(2).</summary>
    [Syscall(X64 = 127, I386 = 176)]
    internal static SysResult RtSigpending(KernelTask task, UserAddress set, nuint sigsetsize)
    {
        if (sigsetsize > SigsetSize)
        {
            return Errno.EINVAL;
        }

        Span<byte> bytes = stackalloc byte[8];
        BitConverter.TryWriteBytes(bytes, SignalSending.Pending(task) & task.Signals.Blocked);
        return task.Memory.CopyOut(set, bytes[..(int)sigsetsize]) == sigsetsize ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Waits for a signal with another mask. sigsuspend(2).</summary>
    [Syscall(X64 = 130, I386 = 179)]
    internal static SysResult RtSigsuspend(KernelTask task, UserPointer<ulong> mask, nuint sigsetsize)
    {
        if (sigsetsize != SigsetSize)
        {
            return Errno.EINVAL;
        }

        if (!task.Memory.TryRead(mask, out var blocked))
        {
            return Errno.EFAULT;
        }

        SignalSending.SetTemporarily(task, blocked);
        return Pause(task);
    }

    /// <summary>Waits for a signal that runs a handler. pause(2).</summary>
    [Syscall(X64 = 34, I386 = 29)]
    internal static SysResult Pause(KernelTask task) =>
        task.Block([], ForeverOperation.Instance, restart: Kernel.Waiting.Restart.IfNoHandler);

    /// <summary>Takes a pending signal of a set, waiting for it. sigtimedwait(2).</summary>
    [Syscall(X64 = 128, I386 = 177)]
    [Syscall(I386 = 421, Name = "rt_sigtimedwait_time64", Wide = true)]
    internal static SysResult RtSigtimedwait(
        KernelTask task, UserPointer<ulong> set, UserPointer<SigInfo> info, UserPointer<Timespec> timeout, nuint sigsetsize)
    {
        if (sigsetsize != SigsetSize)
        {
            return Errno.EINVAL;
        }

        if (!task.Memory.TryRead(set, out var wanted))
        {
            return Errno.EFAULT;
        }

        var deadline = long.MaxValue;
        if (!timeout.IsNull)
        {
            if (!task.TryRead(timeout, out var time))
            {
                return Errno.EFAULT;
            }

            if (!time.IsValid)
            {
                return Errno.EINVAL;
            }

            deadline = Deadlines.After(task, time.ToNs());
        }

        var operation = new SigtimedwaitOperation(wanted & ~SignalMask.Unblockable, info);
        return task.Block(task.Process.Signals.Arrivals, operation, deadline, Kernel.Waiting.Restart.Never);
    }

    /// <summary>Sets and reads the alternate signal stack. sigaltstack(2).</summary>
    [Syscall(X64 = 131, I386 = 186)]
    internal static SysResult Sigaltstack(KernelTask task, UserPointer<StackT> ss, UserPointer<StackT> oldss)
    {
        var current = task.Signals.AlternateStack;
        var isOn = SignalFrame.IsOnAlternateStack(current, task.Cpu.Registers.Rsp);
        if (!ss.IsNull)
        {
            if (!task.TryRead(ss, out var stack))
            {
                return Errno.EFAULT;
            }

            if (isOn)
            {
                return Errno.EPERM;
            }

            var mode = stack.Flags & ~SS_AUTODISARM;
            if (mode is not (0 or SS_ONSTACK or SS_DISABLE))
            {
                return Errno.EINVAL;
            }

            if (mode == SS_DISABLE)
            {
                stack.Sp = 0;
                stack.Size = 0;
            }
            else if (stack.Size < MINSIGSTKSZ)
            {
                return Errno.ENOMEM;
            }

            stack.Flags &= ~SS_ONSTACK;
            task.Signals.AlternateStack = stack;
        }

        current.Flags = (current.Flags & (SS_AUTODISARM | SS_DISABLE)) | (isOn ? SS_ONSTACK : 0);
        if (current.Size == 0)
        {
            current.Flags |= SS_DISABLE;
        }

        return oldss.IsNull || task.TryWrite(oldss, current) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Returns from a handler: restores what its frame holds. sigreturn(2).</summary>
    [Syscall(X64 = 15, I386 = 173)]
    internal static SysResult RtSigreturn(KernelTask task)
    {
        if (!(task.Cpu.Window.IsI386 ? SignalFrame32.TryPop(task) : SignalFrame.TryPop(task)))
        {
            SignalSending.Force(task, SigInfo.FromKernel((int)Signal.SIGSEGV));
        }

        return SysResult.NoReturn;
    }

    /// <summary>Returns from a handler that got no siginfo. sigreturn(2) of i386.</summary>
    [Syscall(I386 = 119)]
    internal static SysResult Sigreturn(KernelTask task)
    {
        if (!task.Cpu.Window.IsI386 || !SignalFrame32.TryPopOld(task))
        {
            SignalSending.Force(task, SigInfo.FromKernel((int)Signal.SIGSEGV));
        }

        return SysResult.NoReturn;
    }

    /// <summary>Goes on with a call that a signal interrupted. restart_syscall(2).</summary>
    [Syscall(X64 = 219, I386 = 0)]
    internal static SysResult RestartSyscall(KernelTask task)
    {
        var state = LxTask.Of(task);
        var interrupted = state.Restartable;
        task.CallAbi = state.RestartAbi;
        state.Restartable = null;
        return interrupted?.Restart(task) ?? Errno.EINTR;
    }
}

using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>The commands of fcntl(2) for signal-driven I/O.</summary>
internal static class OwnerCommands
{
    /// <summary>F_SETFL with another O_ASYNC than before.</summary>
    internal static void SetAsync(KernelTask task, OpenFileDescription file, Fd fd, bool on) => file.SignalsOf(task.Machine).Switch(on, fd);

    /// <summary>F_SETOWN: a process, a group as a negative number, or nobody.</summary>
    internal static Errno SetOwner(KernelTask task, OpenFileDescription file, int who) => who == int.MinValue
        ? Errno.EINVAL
        : SetOwner(task, file, who < 0 ? FileOwner.F_OWNER_PGRP : FileOwner.F_OWNER_PID, Math.Abs(who));

    /// <summary>F_SETOWN_EX.</summary>
    internal static Errno SetOwner(KernelTask task, OpenFileDescription file, UserAddress place)
    {
        if (!task.Memory.TryRead(place, out int type) || !task.Memory.TryRead(place + 4, out int id))
        {
            return Errno.EFAULT;
        }

        return type is < FileOwner.F_OWNER_TID or > FileOwner.F_OWNER_PGRP ? Errno.EINVAL : SetOwner(task, file, type, id);
    }

    /// <summary>F_GETOWN.</summary>
    internal static SysResult GetOwner(OpenFileDescription file) =>
        file.Signals?.Owner is { } owner && owner.Exists() ? owner.Type == FileOwner.F_OWNER_PGRP ? -owner.Id : owner.Id : 0;

    /// <summary>F_GETOWN_EX.</summary>
    internal static Errno GetOwner(KernelTask task, OpenFileDescription file, UserAddress place)
    {
        var owner = file.Signals?.Owner;
        return task.Memory.TryWrite(place, owner?.Type ?? 0) && task.Memory.TryWrite(place + 4, owner?.Exists() == true ? owner.Id : 0)
            ? 0
            : Errno.EFAULT;
    }

    /// <summary>F_NOTIFY: whoever asks gets the signals, unless F_SETOWN has said otherwise.</summary>
    internal static Errno SetNotice(KernelTask task, OpenFileDescription file, Fd fd, uint events)
    {
        FileSignals signals = file.SignalsOf(task.Machine);
        Errno e = task.FileSystem.Vfs.Notices.Set(task, file, fd, events);
        if (e == 0)
            signals.Owner ??= new FileOwner(FileOwner.F_OWNER_PID, task.Process.Pid.Value, task.Process.Pids, task.Credentials);
        return e;
    }

    /// <summary>F_SETSIG.</summary>
    internal static Errno SetSignal(KernelTask task, OpenFileDescription file, ulong signal)
    {
        if (signal > (ulong)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        file.SignalsOf(task.Machine).Signo = (int)signal;
        return 0;
    }

    private static Errno SetOwner(KernelTask task, OpenFileDescription file, int type, int id)
    {
        var owner = id == 0 ? null : new FileOwner(type, id, task.Process.Pids, task.Credentials);
        if (owner?.Exists() == false)
        {
            return Errno.ESRCH;
        }

        file.SignalsOf(task.Machine).Owner = owner;
        return 0;
    }
}

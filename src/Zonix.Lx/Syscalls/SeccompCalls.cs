using Zonix.Kernel;
using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Seccomp;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Limits on the system calls of a task. seccomp(2).</summary>
internal static class SeccompCalls
{
    private const uint SECCOMP_SET_MODE_STRICT = 0, SECCOMP_SET_MODE_FILTER = 1, SECCOMP_GET_ACTION_AVAIL = 2;
    private const ulong SECCOMP_MODE_STRICT = 1, SECCOMP_MODE_FILTER = 2;
    private const ulong FlagTsync = 1, FlagLog = 2, FlagSpecAllow = 4, FlagTsyncEsrch = 16;
    private const int CAP_SYS_ADMIN = 21;
    private const int MaxTotalLength = 32768;

    /// <summary>Restricts the system calls of the caller. seccomp(2).</summary>
    [Syscall(X64 = 317, I386 = 354, Support = Support.Partial, Missing = "SECCOMP_RET_USER_NOTIF and its listener; SECCOMP_RET_LOG writes nothing")]
    internal static SysResult Seccomp(KernelTask task, uint operation, ulong flags, UserAddress arguments)
    {
        switch (operation)
        {
            case SECCOMP_SET_MODE_STRICT:
                return flags != 0 || !arguments.IsNull ? Errno.EINVAL : SetStrict(task);
            case SECCOMP_SET_MODE_FILTER:
                return SetFilter(task, flags, arguments);
            case SECCOMP_GET_ACTION_AVAIL:
                if (flags != 0)
                    return Errno.EINVAL;
                if (!task.Memory.TryRead(arguments, out uint action))
                    return Errno.EFAULT;
                return action is 0 or 0x8000_0000 or 0x0003_0000 or 0x0005_0000 or 0x7FF0_0000 or 0x7FFC_0000 or 0x7FFF_0000
                    ? SysResult.Success
                    : Errno.EOPNOTSUPP;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>prctl(2), PR_SET_SECCOMP.</summary>
    internal static SysResult SetMode(KernelTask task, ulong mode, UserAddress filter) => mode switch
    {
        SECCOMP_MODE_STRICT => SetStrict(task),
        SECCOMP_MODE_FILTER => SetFilter(task, 0, filter),
        _ => Errno.EINVAL,
    };

    private static SysResult SetStrict(KernelTask task)
    {
        LxTask state = LxTask.Of(task);
        if (state.Seccomp is { Filter: not null })
            return Errno.EINVAL;
        state.Seccomp = SeccompState.Strict;
        return SysResult.Success;
    }

    private static SysResult SetFilter(KernelTask task, ulong flags, UserAddress arguments)
    {
        if ((flags & ~(FlagTsync | FlagLog | FlagSpecAllow | FlagTsyncEsrch)) != 0)
            return Errno.EINVAL;
        Errno e = FilterPrograms.Read(task, arguments, out BpfInstruction[] instructions);
        if (e != 0)
            return e;
        if (!task.Credentials.NoNewPrivileges && !task.Credentials.Has(CAP_SYS_ADMIN))
            return Errno.EACCES;
        if (BpfProgram.Create(instructions, BpfUse.Calls) is not { } program)
            return Errno.EINVAL;
        LxTask state = LxTask.Of(task);
        if (ReferenceEquals(state.Seccomp, SeccompState.Strict))
            return Errno.EINVAL;
        var filter = new SeccompFilter(program, state.Seccomp?.Filter);
        if (filter.TotalLength > MaxTotalLength)
            return Errno.ENOMEM;
        return (flags & FlagTsync) != 0 ? Synchronise(task, filter, (flags & FlagTsyncEsrch) != 0) : Install(state, filter);
    }

    private static SysResult Install(LxTask state, SeccompFilter filter)
    {
        state.Seccomp = new SeccompState(filter);
        return SysResult.Success;
    }

    /// <summary>SECCOMP_FILTER_FLAG_TSYNC: for all threads, or none; the number of one that has other filters is the answer then.</summary>
    private static SysResult Synchronise(KernelTask task, SeccompFilter filter, bool answersEsrch)
    {
        lock (LxProcess.Of(task.Process))
        {
            IReadOnlyList<KernelTask> all = task.Process.Tasks;
            for (int i = 0; i < all.Count; i++)
            {
                SeccompState? other = LxTask.Of(all[i]).Seccomp;
                if (ReferenceEquals(other, SeccompState.Strict) || !SeccompFilter.Includes(filter.Previous, other?.Filter))
                    return answersEsrch ? Errno.ESRCH : all[i].Tid;
            }

            var common = new SeccompState(filter);
            for (int i = 0; i < all.Count; i++)
            {
                LxTask.Of(all[i]).Seccomp = common;
                // Out of guest code, where its plain calls would not be asked about.
                all[i].Kick();
                if (task.Credentials.NoNewPrivileges && !all[i].Credentials.NoNewPrivileges)
                    all[i].Credentials = all[i].Credentials with { NoNewPrivileges = true };
            }
        }

        return SysResult.Success;
    }
}

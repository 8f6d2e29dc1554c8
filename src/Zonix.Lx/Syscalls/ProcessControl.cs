using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Settings of a task that have no call of their own. prctl(2), arch_prctl(2), personality(2).</summary>
internal static class ProcessControl
{
    private const int NameSize = 16;
    private const ulong UserAddressLimit = 0x7FFF_FFFF_F000;
    private const uint PersonalityQuery = 0xFFFF_FFFF;
    private const int PR_TSC_ENABLE = 1;

    /// <summary>Reads and sets properties of the caller. prctl(2).</summary>
    [Syscall(X64 = 157, I386 = 172, Support = Support.Partial, Missing =
        "PR_TSC_SIGSEGV, PR_SET_VMA, PR_SET_MM but for the places of program, arguments and environment, PR_SCHED_CORE, MDWE, system call dispatch")]
    internal static SysResult Prctl(KernelTask task, PrctlOption option, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        switch (option)
        {
            case PrctlOption.PR_SET_PDEATHSIG:
                if (arg2 > (ulong)Signal.SIGRTMAX)
                    return Errno.EINVAL;
                task.ParentDeathSignal = (int)arg2;
                return SysResult.Success;
            case PrctlOption.PR_GET_PDEATHSIG:
                return Put(task, arg2, task.ParentDeathSignal);
            case PrctlOption.PR_SET_NAME:
                return SetName(task, new UserAddress(arg2));
            case PrctlOption.PR_GET_NAME:
                return GetName(task, new UserAddress(arg2));
            case PrctlOption.PR_GET_TIMING:
                return SysResult.Success;
            case PrctlOption.PR_SET_TIMING:
                // PR_TIMING_STATISTICAL is the only one that Linux has.
                return arg2 == 0 ? SysResult.Success : Errno.EINVAL;
            case PrctlOption.PR_GET_TSC:
                return Put(task, arg2, PR_TSC_ENABLE);
            case PrctlOption.PR_SET_TSC:
                return arg2 == PR_TSC_ENABLE ? SysResult.Success : Errno.EINVAL;
            case PrctlOption.PR_GET_TID_ADDRESS:
                return task.TryWrite(new UserAddress(arg2), new GuestWord(LxTask.Of(task).ClearChildTid.Value)) ? SysResult.Success : Errno.EFAULT;
            case PrctlOption.PR_SET_MM:
                return ProgramPlaces.Set(task, arg2, arg3, arg4, arg5);
            default:
                return SecurityControl.Find(task, option, arg2, arg3, arg4, arg5)
                    ?? TaskOption(task, option, arg2, arg3, arg4, arg5)
                    ?? ProcessOption(task, LxProcess.Of(task.Process), option, arg2, arg3, arg4, arg5);
        }
    }

    /// <summary>Reads and sets the bases of FS and GS. arch_prctl(2).</summary>
    [Syscall(X64 = 158, I386 = 384, Support = Support.Partial, Missing = "CPUID faulting, AMX and shadow stacks")]
    internal static SysResult ArchPrctl(KernelTask task, ArchPrctlCode code, ulong address)
    {
        ref var registers = ref task.Cpu.Registers;
        switch (code)
        {
            case ArchPrctlCode.ARCH_SET_FS or ArchPrctlCode.ARCH_SET_GS or ArchPrctlCode.ARCH_GET_FS or ArchPrctlCode.ARCH_GET_GS
                when task.CallAbi != GuestAbi.X64:
                // i386 has segments for that.
                return Errno.EINVAL;
            case ArchPrctlCode.ARCH_SET_FS when address < UserAddressLimit:
                registers.FsBase = address;
                return SysResult.Success;
            case ArchPrctlCode.ARCH_SET_GS when address < UserAddressLimit:
                registers.GsBase = address;
                return SysResult.Success;
            case ArchPrctlCode.ARCH_SET_FS or ArchPrctlCode.ARCH_SET_GS:
                return Errno.EPERM;
            case ArchPrctlCode.ARCH_GET_FS:
                return task.Memory.TryWrite(new UserAddress(address), registers.FsBase) ? SysResult.Success : Errno.EFAULT;
            case ArchPrctlCode.ARCH_GET_GS:
                return task.Memory.TryWrite(new UserAddress(address), registers.GsBase) ? SysResult.Success : Errno.EFAULT;
            case ArchPrctlCode.ARCH_GET_CPUID:
                return 1;
            case ArchPrctlCode.ARCH_SET_CPUID:
                // As on a CPU that cannot make CPUID fault.
                return Errno.ENODEV;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Reads and sets the execution domain. personality(2).</summary>
    [Syscall(X64 = 135, I386 = 136, Support = Support.Partial, Missing = "MMAP_PAGE_ZERO: the first 64 KiB cannot be mapped")]
    internal static SysResult Personality(KernelTask task, uint persona)
    {
        var state = LxTask.Of(task);
        var old = state.Personality;
        if (persona != PersonalityQuery)
        {
            state.Personality = (Persona)persona;
        }

        return (long)(uint)old;
    }

    private static SysResult? TaskOption(KernelTask task, PrctlOption option, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        const ulong clear = 0, set = 1, highest = LxTask.PR_MCE_KILL_DEFAULT;
        var state = LxTask.Of(task);
        switch (option)
        {
            case PrctlOption.PR_SET_TIMERSLACK:
                state.TimerSlackNs = arg2 == 0 ? state.DefaultTimerSlackNs : arg2;
                return SysResult.Success;
            case PrctlOption.PR_GET_TIMERSLACK:
                return state.TimerSlackNs;
            case PrctlOption.PR_MCE_KILL:
                if ((arg4 | arg5) != 0 || arg2 > set || (arg2 == clear && arg3 != 0) || arg3 > highest)
                    return Errno.EINVAL;
                state.MachineCheckPolicy = arg2 == clear ? LxTask.PR_MCE_KILL_DEFAULT : (int)arg3;
                return SysResult.Success;
            case PrctlOption.PR_MCE_KILL_GET:
                return (arg2 | arg3 | arg4 | arg5) != 0 ? Errno.EINVAL : state.MachineCheckPolicy;
            default:
                return null;
        }
    }

    private static SysResult Put(KernelTask task, ulong address, int value) =>
        task.Memory.TryWrite(new UserAddress(address), value) ? SysResult.Success : Errno.EFAULT;

    private static SysResult ProcessOption(
        KernelTask task, LxProcess process, PrctlOption option, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        switch (option)
        {
            case PrctlOption.PR_GET_DUMPABLE:
                return process.Dumpable;
            case PrctlOption.PR_SET_DUMPABLE:
                if (arg2 > 1)
                    return Errno.EINVAL;
                process.Dumpable = (int)arg2;
                return SysResult.Success;
            case PrctlOption.PR_SET_THP_DISABLE:
                if ((arg3 | arg4 | arg5) != 0)
                    return Errno.EINVAL;
                process.HugePagesDisabled = arg2 != 0;
                return SysResult.Success;
            case PrctlOption.PR_GET_THP_DISABLE:
                return (arg2 | arg3 | arg4 | arg5) != 0 ? Errno.EINVAL : process.HugePagesDisabled ? 1 : 0;
            case PrctlOption.PR_SET_CHILD_SUBREAPER:
                task.Process.IsSubreaper = arg2 != 0;
                return SysResult.Success;
            case PrctlOption.PR_GET_CHILD_SUBREAPER:
                return Put(task, arg2, task.Process.IsSubreaper ? 1 : 0);
            default:
                return Errno.EINVAL;
        }
    }

    private static SysResult SetName(KernelTask task, UserAddress address)
    {
        Span<byte> name = stackalloc byte[NameSize];
        var length = task.Memory.CopyInString(address, name[..(NameSize - 1)]);
        if (length < 0)
        {
            return Errno.EFAULT;
        }

        task.Name = Encoding.Latin1.GetString(name[..length]);
        return SysResult.Success;
    }

    private static SysResult GetName(KernelTask task, UserAddress address)
    {
        Span<byte> name = stackalloc byte[NameSize];
        name.Clear();
        Encoding.Latin1.GetBytes(task.Name.AsSpan(0, Math.Min(task.Name.Length, NameSize - 1)), name);
        return task.Memory.CopyOut(address, name) == NameSize ? SysResult.Success : Errno.EFAULT;
    }
}

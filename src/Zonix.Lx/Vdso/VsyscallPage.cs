using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Vdso;

/// <summary>
/// The page at a fixed address through which programs made before the vDSO (static ones of glibc before 2.14, all of CentOS 5 and 6)
/// ask for the time. It can be executed, not read, as with vsyscall=xonly: a jump to one of its three entries is the call.
/// Documentation/admin-guide/kernel-parameters.txt, vsyscall.
/// </summary>
internal static class VsyscallPage
{
    /// <summary>Where it begins.</summary>
    internal const ulong Address = 0xFFFF_FFFF_FF60_0000;

    private const ulong EntrySize = 1024, Inside = AddressSpace.PageSize - 1;

    /// <summary>The line of /proc/[pid]/maps.</summary>
    internal const string Area = "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

    /// <summary>Makes the call for a task that has jumped to an entry, and lets it return; false: this is another fault.</summary>
    internal static bool TryCall(LxBrand brand, KernelTask task, LxTask state, in GuestExit exit)
    {
        var window = task.Memory.Window;
        ref var registers = ref task.Cpu.Registers;
        var rip = registers.Rip;
        // Windows hold fewer bits of an address than there are.
        var page = rip & ~Inside;
        if (exit.Access != FaultAccess.Execute || exit.Address != rip || window.IsI386 || (page != Address && page != (Address & (window.Size - 1))))
            return false;
        long number = (rip & Inside) switch
        {
            0 => 96, // gettimeofday
            EntrySize => 201, // time
            2 * EntrySize => 309, // getcpu
            _ => -1,
        };
        if (number < 0 || !task.Memory.TryRead(new UserAddress(registers.Rsp), out ulong caller))
            return false;
        registers.Rax = (ulong)number;
        registers.Rip = caller;
        registers.Rsp += 8;
        if (brand.Call(task, state, isI386: false) && (long)registers.Rax == -(long)Errno.EFAULT)
        {
            // The code that once was here would have faulted.
            registers.Rip = rip;
            registers.Rsp -= 8;
            SignalSending.Force(task, SigInfo.FromKernel((int)Signal.SIGSEGV));
        }

        return true;
    }
}

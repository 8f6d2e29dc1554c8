using Zonix.Kernel;
using Zonix.Machine;

namespace Zonix.Lx.Ptrace;

/// <summary>
/// The debug registers of a traced task: up to four addresses whose execution, writing or use stops it. Intel SDM volume 3, "Debug
/// registers". Nothing of the host's is used: while one is armed, the task runs an instruction at a time and its operands are compared.
/// </summary>
internal sealed class DebugRegisters
{
    private const int Count = 4, Status = 6, Control = 7;
    private const int KindExecute = 0, KindWrite = 1, KindInput = 2;
    private const ulong SingleStepped = 1UL << 14, UnusedStatus = 0xFFFF_0FF0;
    private readonly ulong[] addresses = new ulong[Count];
    private readonly MemoryUses operands = new();
    private ulong control;
    private ulong passed = ulong.MaxValue;

    /// <summary>Whether any address is watched.</summary>
    internal bool IsArmed => (control & 0xFF) != 0;

    /// <summary>What was found last: DR6.</summary>
    internal ulong Found { get; private set; }

    /// <summary>A register; those that there are not are 0.</summary>
    internal ulong Read(int index) => index switch
    {
        < Count => addresses[index],
        Status => Found | UnusedStatus,
        Control => control,
        _ => 0,
    };

    /// <summary>Sets a register. EIO: there is none; EINVAL: what DR7 says makes no sense, or a watched address is not aligned.</summary>
    internal Errno Write(int index, ulong value)
    {
        switch (index)
        {
            case < Count:
                ulong former = addresses[index];
                addresses[index] = value;
                Errno e = value >= TraceeRegisters.UserAddressLimit ? Errno.EINVAL : Check(control);
                if (e != 0)
                    addresses[index] = former;
                return e;
            case Status:
                Found = value & ~UnusedStatus;
                return 0;
            case Control:
                // Bits 8 to 15 have no meaning for programs.
                value &= ~0xFC00UL;
                e = Check(value);
                if (e == 0)
                    control = value;
                return e;
            default:
                return Errno.EIO;
        }
    }

    /// <summary>Forgets all, as execve(2) does.</summary>
    internal void Clear()
    {
        Array.Clear(addresses);
        control = Found = 0;
        passed = ulong.MaxValue;
    }

    /// <summary>Executes one instruction, unless it is one to stop at. True: the task has to stop, and DR6 says for what.</summary>
    internal bool Run(Processor processor, CpuContext cpu, bool steps, out GuestExit exit)
    {
        ulong rip = cpu.Registers.Rip;
        ulong found = passed == rip ? 0 : AtExecution(rip);
        passed = ulong.MaxValue;
        if (found != 0)
        {
            // As a processor's RF flag: the instruction is executed when the task goes on.
            passed = rip;
            Found = found;
            exit = new GuestExit { Kind = ExitKind.Stepped };
            return true;
        }
        IReadOnlyList<MemoryUse> used = operands.Find(cpu);
        exit = processor.RunOne(cpu);
        if (exit.Kind != ExitKind.Stepped)
            return false;
        for (int i = 0; i < used.Count; i++)
            found |= AtUse(operands.Extend(used[i], cpu));
        if (found == 0)
            return false;
        Found = found | (steps ? SingleStepped : 0);
        return true;
    }

    private static bool IsEnabled(ulong control, int index) => (control >> (index * 2) & 3) != 0;

    private static int Kind(ulong control, int index) => (int)(control >> (16 + (index * 4))) & 3;

    private static ulong Length(ulong control, int index) => ((int)(control >> (18 + (index * 4))) & 3) switch { 0 => 1, 1 => 2, 2 => 8, _ => 4 };

    private Errno Check(ulong wanted)
    {
        for (int i = 0; i < Count; i++)
        {
            if (!IsEnabled(wanted, i))
                continue;
            ulong length = Length(wanted, i);
            int kind = Kind(wanted, i);
            if (kind == KindInput || (kind == KindExecute && length != 1) || (addresses[i] & (length - 1)) != 0)
                return Errno.EINVAL;
        }
        return 0;
    }

    private ulong AtExecution(ulong rip)
    {
        ulong found = 0;
        for (int i = 0; i < Count; i++)
        {
            if (IsEnabled(control, i) && Kind(control, i) == KindExecute && addresses[i] == rip)
                found |= 1UL << i;
        }
        return found;
    }

    private ulong AtUse(MemoryUse operand)
    {
        ulong found = 0;
        for (int i = 0; i < Count; i++)
        {
            int kind = Kind(control, i);
            bool matches = IsEnabled(control, i) && kind != KindExecute && (operand.IsWrite || kind != KindWrite);
            if (matches && operand.Address < addresses[i] + Length(control, i) && addresses[i] < operand.Address + operand.Size)
                found |= 1UL << i;
        }
        return found;
    }
}

using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Finds out which memory the next instruction uses: what debug registers of a processor would see.</summary>
public sealed class MemoryUses
{
    private const ulong DirectionFlag = 0x400;
    private readonly InstructionInfoFactory factory = new();
    private readonly List<MemoryUse> found = [];
    private bool repeats;
    private ulong count;
    private bool isBackward;

    /// <summary>What the instruction at Rip is about to use; nothing when it cannot be read. The list is good until the next call.</summary>
    public IReadOnlyList<MemoryUse> Find(CpuContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        found.Clear();
        GuestRegisters registers = context.Registers;
        Span<byte> code = stackalloc byte[InstructionReader.Longest];
        int length = (int)context.Window.CopyIn(registers.Rip, code);
        Instruction instruction = InstructionReader.Decode(code[..length], registers.Rip, context.Window.Kind);
        repeats = instruction.IsStringInstruction && (instruction.HasRepPrefix || instruction.HasRepnePrefix);
        count = registers.Rcx;
        isBackward = (registers.Rflags & DirectionFlag) != 0;
        if (instruction.IsInvalid)
            return found;
        ulong mask = context.Window.Size - 1;
        foreach (UsedMemory memory in factory.GetInfo(instruction).GetUsedMemory())
        {
            bool reads = memory.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
            bool writes = memory.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
            if ((reads || writes) && memory.TryGetVirtualAddress(0, out ulong address, (Register register, int _, int _, out ulong value) =>
                TryRead(registers, register, out value)))
            {
                found.Add(new MemoryUse(address & mask, (ulong)Math.Max(memory.MemorySize.GetSize(), 1), writes));
            }
        }
        return found;
    }

    /// <summary>
    /// All that an operand which <see cref="Find"/> told of came to, now that the instruction has been executed: a string instruction
    /// goes on from there.
    /// </summary>
    public MemoryUse Extend(MemoryUse operand, CpuContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!repeats)
            return operand;
        ulong size = (count - context.Registers.Rcx) * operand.Size;
        ulong address = isBackward && size > 0 ? operand.Address + operand.Size - size : operand.Address;
        return operand with { Address = address, Size = size };
    }

    private static bool TryRead(in GuestRegisters r, Register register, out ulong value)
    {
        bool isKnown = true;
        value = register switch
        {
            Register.FS => r.FsBase,
            Register.GS => r.GsBase,
            Register.ES or Register.CS or Register.SS or Register.DS => 0,
            _ => register.GetFullRegister() switch
            {
                Register.RAX => r.Rax,
                Register.RCX => r.Rcx,
                Register.RDX => r.Rdx,
                Register.RBX => r.Rbx,
                Register.RSP => r.Rsp,
                Register.RBP => r.Rbp,
                Register.RSI => r.Rsi,
                Register.RDI => r.Rdi,
                Register.R8 => r.R8,
                Register.R9 => r.R9,
                Register.R10 => r.R10,
                Register.R11 => r.R11,
                Register.R12 => r.R12,
                Register.R13 => r.R13,
                Register.R14 => r.R14,
                Register.R15 => r.R15,
                Register.RIP => r.Rip,
                _ => Unknown(out isKnown),
            },
        };
        if (register.IsGPR32())
            value = (uint)value;
        else if (register.IsGPR16())
            value = (ushort)value;
        return isKnown;
    }

    private static ulong Unknown(out bool isKnown)
    {
        isKnown = false;
        return 0;
    }
}

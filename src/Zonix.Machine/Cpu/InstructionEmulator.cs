using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Instructions that are too rare to be translated, or that would change the host's segment registers: enter, loads of
/// segment registers, far returns.
/// </summary>
internal static unsafe class InstructionEmulator
{
    private const ushort UserCode = 0x33;
    private const ushort UserData = 0x2B;

    /// <summary>Executes the instruction at Rip.</summary>
    /// <returns>False when it faults; the registers are unchanged then.</returns>
    internal static bool TryExecute(CpuContext context, out GuestExit fault)
    {
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        byte* code = stackalloc byte[InstructionReader.Longest];
        int length = (int)context.Window.CopyInRaw(registers.Rip, code, InstructionReader.Longest);
        Instruction instruction = InstructionReader.Decode(new ReadOnlySpan<byte>(code, length), registers.Rip, context.Window.Kind);
        if (context.Window.IsI386 && I386Emulator.TryExecute(context, instruction, out bool isDone, out fault))
            return isDone;
        return instruction.Mnemonic switch
        {
            Mnemonic.Enter => TryEnter(context, instruction, out fault),
            Mnemonic.Mov => TryLoadSegment(context, instruction, out fault),
            Mnemonic.Pop => TryPopSegment(context, instruction, out fault),
            Mnemonic.Iretq => TryInterruptReturn(context, out fault),
            Mnemonic.Retf => TryFarReturn(context, instruction, out fault),
            _ when instruction.IsVsib64 => GatherEmulator.TryExecute(context, instruction, out fault),
            _ when instruction.IsStringInstruction => StringEmulator.TryExecute(context, instruction, out fault),
            _ => Protection(0, out fault),
        };
    }

    /// <summary>#GP for a selector: the error code names it without its privilege level.</summary>
    internal static bool Protection(ushort selector, out GuestExit fault)
    {
        fault = new GuestExit { Kind = ExitKind.Exception, Vector = 13, ErrorCode = selector & ~3u };
        return false;
    }

    internal static bool PageFault(ulong address, FaultAccess access, out GuestExit fault)
    {
        fault = new GuestExit { Kind = ExitKind.PageFault, Address = address, Access = access, ErrorCode = access == FaultAccess.Write ? 6u : 4u };
        return false;
    }

    /// <summary>enter size, level: Intel SDM volume 2. The 16-bit form pushes words and sets bp only.</summary>
    private static bool TryEnter(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ref GuestRegisters registers = ref context.Registers;
        int level = instruction.Immediate8_2nd & 31;
        int size = instruction.Code switch { Code.Enterw_imm16_imm8 => 2, Code.Enterd_imm16_imm8 => 4, _ => 8 };
        ulong stack = registers.Rsp, frame = stack - (ulong)size;
        if (!TryPush(context, ref stack, registers.Rbp, size, out fault))
            return false;
        Span<byte> link = stackalloc byte[8];
        for (int i = 1; i < level; i++)
        {
            link.Clear();
            ulong from = (registers.Rbp - (ulong)(size * i)) & (context.Window.Size - 1);
            if (context.Window.CopyIn(from, link[..size]) != (nuint)size)
                return PageFault(from, FaultAccess.Read, out fault);
            if (!TryPush(context, ref stack, BitConverter.ToUInt64(link), size, out fault))
                return false;
        }

        if (level > 0 && !TryPush(context, ref stack, frame, size, out fault))
            return false;
        registers.Rbp = size switch { 8 => frame, 4 => (uint)frame, _ => (registers.Rbp & ~0xFFFFUL) | (ushort)frame };
        registers.Rsp = (stack - instruction.Immediate16) & (context.Window.Size - 1);
        registers.Rip = instruction.NextIP;
        return true;
    }

    internal static bool TryPush(CpuContext context, ref ulong stack, ulong value, int size, out GuestExit fault)
    {
        fault = default;
        stack = (stack - (ulong)size) & (context.Window.Size - 1);
        Span<byte> bytes = stackalloc byte[8];
        BitConverter.TryWriteBytes(bytes, value);
        return context.Window.CopyOut(stack, bytes[..size]) == (nuint)size || PageFault(stack, FaultAccess.Write, out fault);
    }

    private static bool TryLoadSegment(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ushort selector;
        if (instruction.Op1Kind == OpKind.Register)
        {
            selector = (ushort)ReadRegister(context, instruction.Op1Register);
        }
        else
        {
            CpuState* state = context.State;
            if (!instruction.TryGetVirtualAddress(1, 0, out ulong address, (Register register, int _, int _, out ulong value) => Processor.TryGetValue(state, register, out value)))
                return Protection(0, out fault);
            if (!context.Window.TryRead(address & (context.Window.Size - 1), out selector))
                return PageFault(address, FaultAccess.Read, out fault);
        }

        return LoadSegment(context, instruction, selector, out fault);
    }

    private static bool TryPopSegment(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ref GuestRegisters registers = ref context.Registers;
        if (!context.Window.TryRead(registers.Rsp, out ushort selector))
            return PageFault(registers.Rsp, FaultAccess.Read, out fault);
        if (!LoadSegment(context, instruction, selector, out fault))
            return false;
        registers.Rsp += (ulong)instruction.StackPointerIncrement;
        return true;
    }

    /// <summary>The selectors a 64-bit Linux process can load: null and the user data segment.</summary>
    private static bool LoadSegment(CpuContext context, in Instruction instruction, ushort selector, out GuestExit fault)
    {
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        bool isNull = (selector & ~3) == 0;
        Register segment = instruction.Op0Register;
        if ((!isNull && selector != UserData) || segment == Register.CS || (segment == Register.SS && isNull))
            return Protection(selector, out fault);
        if (segment == Register.FS)
            registers.FsBase = 0;
        else if (segment == Register.GS)
            registers.GsBase = 0;
        registers.Rip = instruction.NextIP;
        return true;
    }

    private static bool TryInterruptReturn(CpuContext context, out GuestExit fault)
    {
        ref GuestRegisters registers = ref context.Registers;
        Span<ulong> frame = stackalloc ulong[5];
        for (int i = 0; i < 5; i++)
        {
            if (!context.Window.TryRead(registers.Rsp + (ulong)(8 * i), out frame[i]))
                return PageFault(registers.Rsp + (ulong)(8 * i), FaultAccess.Read, out fault);
        }

        if ((ushort)frame[1] != UserCode || (ushort)frame[4] != UserData)
            return Protection((ushort)frame[1] != UserCode ? (ushort)frame[1] : (ushort)frame[4], out fault);
        fault = default;
        registers.Rip = frame[0];
        registers.Rflags = frame[2];
        registers.Rsp = frame[3];
        return true;
    }

    private static bool TryFarReturn(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ref GuestRegisters registers = ref context.Registers;
        int size = instruction.Code is Code.Retfq or Code.Retfq_imm16 ? 8 : 4;
        if (!context.Window.TryRead(registers.Rsp, out ulong rip) || !context.Window.TryRead(registers.Rsp + (ulong)size, out ushort selector))
            return PageFault(registers.Rsp, FaultAccess.Read, out fault);
        if (selector != UserCode)
            return Protection(selector, out fault);
        fault = default;
        registers.Rip = size == 8 ? rip : (uint)rip;
        registers.Rsp += (ulong)(2 * size) + (instruction.OpCount == 1 ? instruction.Immediate16 : 0UL);
        return true;
    }

    private static ulong ReadRegister(CpuContext context, Register register)
    {
        int number = register switch
        {
            >= Register.RAX and <= Register.R15 => register - Register.RAX,
            >= Register.EAX and <= Register.R15D => register - Register.EAX,
            _ => register - Register.AX,
        };
        return Processor.GeneralRegister(ref context.State->Registers, number);
    }
}

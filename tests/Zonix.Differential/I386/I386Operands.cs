using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Operands of i386 code. Pointers live in ebx, esi, edi and ebp and do not change; eax, ecx and edx are for everything else.</summary>
internal sealed class I386Operands(Randomness random, uint[] values)
{
    internal const uint GsBase = (uint)Layout.Data, FsBase = (uint)Layout.HighData;
    private const int Ebx = 3, Esp = 4, Ebp = 5, Esi = 6, Edi = 7;

    private static ReadOnlySpan<byte> Bases => [Ebx, Esi, Edi, Ebp, Esp];

    internal static bool IsKnown(OpCodeOperandKind kind) => kind is
        OpCodeOperandKind.mem or OpCodeOperandKind.mem_offs or OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r32_or_mem
        or OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode or OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_rm or OpCodeOperandKind.r16_opcode
        or OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_vvvv
        or OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_vvvv or OpCodeOperandKind.xmm_or_mem
        or OpCodeOperandKind.imm8 or OpCodeOperandKind.imm8_const_1 or OpCodeOperandKind.imm8sex16 or OpCodeOperandKind.imm8sex32
        or OpCodeOperandKind.imm16 or OpCodeOperandKind.imm32 or OpCodeOperandKind.al or OpCodeOperandKind.cl or OpCodeOperandKind.ax
        or OpCodeOperandKind.eax or OpCodeOperandKind.xmm_is4;

    /// <summary>Puts an operand into an instruction.</summary>
    /// <param name="instruction">The instruction under construction.</param>
    /// <param name="form">Its form.</param>
    /// <param name="operand">Which.</param>
    /// <param name="isWritten">The register may change.</param>
    internal void Place(ref Instruction instruction, InstructionForm form, int operand, bool isWritten)
    {
        OpCodeOperandKind kind = form.Kinds[operand];
        switch (kind)
        {
            case OpCodeOperandKind.mem or OpCodeOperandKind.mem_offs:
                PlaceMemory(ref instruction, operand, form.IsAligned, kind == OpCodeOperandKind.mem_offs);
                break;
            case OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.xmm_or_mem when random.Percent(60):
                PlaceMemory(ref instruction, operand, form.IsAligned, isOffset: false);
                break;
            case OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode:
                SetRegister(ref instruction, operand, random.Of<Register>([Register.AL, Register.CL, Register.DL, Register.AH, Register.CH, Register.DH]));
                break;
            case OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_rm or OpCodeOperandKind.r16_opcode:
                SetRegister(ref instruction, operand, Register.AX + General(isWritten));
                break;
            case OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_vvvv:
                SetRegister(ref instruction, operand, Register.EAX + General(isWritten));
                break;
            case OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_vvvv or OpCodeOperandKind.xmm_is4:
                SetRegister(ref instruction, operand, Register.XMM0 + random.Below(8));
                break;
            case OpCodeOperandKind.al or OpCodeOperandKind.cl or OpCodeOperandKind.ax or OpCodeOperandKind.eax:
                SetRegister(ref instruction, operand, kind switch { OpCodeOperandKind.al => Register.AL, OpCodeOperandKind.cl => Register.CL, OpCodeOperandKind.ax => Register.AX, _ => Register.EAX });
                break;
            default:
                PlaceImmediate(ref instruction, operand, kind);
                break;
        }
    }

    private static void SetRegister(ref Instruction instruction, int operand, Register register)
    {
        instruction.SetOpKind(operand, OpKind.Register);
        instruction.SetOpRegister(operand, register);
    }

    private int General(bool isWritten) => isWritten ? random.Below(3) : random.Below(8);

    private void PlaceImmediate(ref Instruction instruction, int operand, OpCodeOperandKind kind)
    {
        uint value = (uint)InterestingValues.Word(random);
        switch (kind)
        {
            case OpCodeOperandKind.imm8sex16:
                instruction.SetOpKind(operand, OpKind.Immediate8to16);
                instruction.Immediate8to16 = (sbyte)value;
                break;
            case OpCodeOperandKind.imm8sex32:
                instruction.SetOpKind(operand, OpKind.Immediate8to32);
                instruction.Immediate8to32 = (sbyte)value;
                break;
            case OpCodeOperandKind.imm16:
                instruction.SetOpKind(operand, OpKind.Immediate16);
                instruction.Immediate16 = (ushort)value;
                break;
            case OpCodeOperandKind.imm32:
                instruction.SetOpKind(operand, OpKind.Immediate32);
                instruction.Immediate32 = value;
                break;
            default:
                instruction.SetOpKind(operand, OpKind.Immediate8);
                instruction.Immediate8 = kind == OpCodeOperandKind.imm8_const_1 ? (byte)1 : (byte)value;
                break;
        }
    }

    /// <summary>An address inside the test's memory, made of whatever registers and displacement lead there, beyond 4 GiB and back as well.</summary>
    internal void PlaceMemory(ref Instruction instruction, int operand, bool isAligned, bool isOffset)
    {
        instruction.SetOpKind(operand, OpKind.Memory);
        uint target = random.Percent(80) ? (uint)Layout.Data + 0x100 + (uint)random.Below(0x2D00) : (uint)Layout.HighData + 0x100 + (uint)random.Below(0xD00);
        // Emulators do not ask for alignment.
        if (isAligned)
            target &= ~15u;
        Register segment = random.Below(20) switch { 0 => Register.FS, 1 or 2 => Register.GS, 3 => Register.DS, 4 => Register.ES, 5 => Register.SS, 6 => Register.CS, _ => Register.None };
        if (!isOffset && random.Percent(6))
        {
            PlaceWordMemory(ref instruction, (uint)Layout.Data + (target & 0x1FF0) + 0x100);
            return;
        }

        instruction.SegmentPrefix = segment;
        target -= segment switch { Register.FS => FsBase, Register.GS => GsBase, _ => 0 };
        instruction.MemoryIndexScale = 1;
        int choice = isOffset ? 0 : random.Below(10);
        if (choice > 0)
        {
            // The generator does not follow esp.
            int register = isAligned || segment != Register.None ? Bases[random.Below(4)] : random.Of(Bases);
            instruction.MemoryBase = Register.EAX + register;
            if (choice < 4 && segment == Register.None && register != Esp && !isAligned)
                target = values[register] + (uint)random.Between(-100, 100);
            target -= values[register];
        }

        if (choice > 6 || (!isOffset && choice == 0 && random.Percent(30)))
        {
            int register = Bases[random.Below(4)];
            instruction.MemoryIndex = Register.EAX + register;
            instruction.MemoryIndexScale = 1 << random.Below(4);
            target -= values[register] * (uint)instruction.MemoryIndexScale;
        }

        instruction.MemoryDisplacement64 = target;
        bool isShort = (int)target is >= -128 and <= 127 && instruction.MemoryBase != Register.None;
        instruction.MemoryDisplSize = isShort ? 1 : 4;
    }

    /// <summary>An address of 16 bits in GS, whose base is where the memory is.</summary>
    private void PlaceWordMemory(ref Instruction instruction, uint target)
    {
        instruction.SegmentPrefix = Register.GS;
        ReadOnlySpan<(Register Base, Register Index)> pairs =
        [
            (Register.BX, Register.SI), (Register.BX, Register.DI), (Register.BP, Register.SI), (Register.BP, Register.DI),
            (Register.SI, Register.None), (Register.DI, Register.None), (Register.BP, Register.None), (Register.BX, Register.None),
        ];
        (instruction.MemoryBase, instruction.MemoryIndex) = pairs[random.Below(pairs.Length)];
        instruction.MemoryIndexScale = 1;
        uint sum = values[instruction.MemoryBase - Register.AX] + (instruction.MemoryIndex == Register.None ? 0 : values[instruction.MemoryIndex - Register.AX]);
        instruction.MemoryDisplacement64 = (ushort)(target - GsBase - sum);
        instruction.MemoryDisplSize = 2;
    }
}

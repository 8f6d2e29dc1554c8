using Iced.Intel;

namespace Zonix.Differential;

/// <summary>What moves the stack, strings and control.</summary>
internal sealed partial class I386Generator
{
    private const int Ecx = 1, Esi = 6, Edi = 7;

    private void EmitStack()
    {
        switch (_random.Below(13))
        {
            case 0:
                Emit(Instruction.Create(Code.Push_r32, Register.EAX + _random.Below(8)));
                break;
            case 1:
                Emit(Instruction.Create(Code.Pop_r32, Register.EAX + _random.Below(3)));
                break;
            case 2:
                Emit(Instruction.Create(Code.Push_r16, Register.AX + _random.Below(8)));
                Emit(Instruction.Create(Code.Pop_r16, Register.AX + _random.Below(3)));
                break;
            case 3:
                Emit(Instruction.Create(Code.Pushd_imm32, (int)InterestingValues.Word(_random)));
                Emit(Instruction.Create(Code.Pushd_imm8, (int)(sbyte)_random.Next()));
                EmitBytes(0x83, 0xC4, 8); // add esp, 8
                break;
            case 4:
                EmitMemoryForm(_random.Percent(80) ? Code.Push_rm32 : Code.Push_rm16);
                break;
            case 5:
                EmitMemoryForm(_random.Percent(80) ? Code.Pop_rm32 : Code.Pop_rm16);
                break;
            case 6:
                // pusha, something, popa; 32 or 16 bits wide
                EmitWidth(0x60);
                EmitGeneral();
                if (_case.Marks.Count > 0)
                    EmitBytes(0x61);
                break;
            case 7:
                DefineFlags();
                EmitBytes(0x9C);
                EmitGeneral();
                EmitBytes(0x9D);
                _undefined = 0;
                break;
            case 8:
                EmitBytes(0xC8, (byte)_random.Below(64), 0, (byte)_random.Below(4));
                EmitBytes(0x50); // push eax
                EmitBytes(0xC9);
                break;
            case 9:
                EmitBytes(0x0E); // push cs; pop eax
                EmitBytes(0x58);
                EmitBytes(0x1E); // push ds; pop es
                EmitBytes(0x07);
                EmitBytes(0x8C, 0xD0); // mov eax, ss
                break;
            case 10:
                // lea esp and its like: merged by the translator
                EmitBytes(0x8D, 0x64, 0x24, 0xF0);
                EmitGeneral();
                EmitBytes(_random.Percent(50) ? [0x83, 0xEC, 0xF0] : [0x8D, 0x64, 0x24, 0x10]);
                break;
            case 11:
                EmitBytes(0x89, 0xE0); // mov eax, esp; and esp, -64; something; mov esp, eax
                EmitBytes(0x50);
                EmitBytes(0x83, 0xE4, 0xC0);
                EmitBytes(0x89, 0xC4);
                break;
            default:
                // xchg eax, esp twice
                EmitBytes(0x94);
                EmitBytes(0x94);
                break;
        }
    }

    private void EmitWidth(byte opcode)
    {
        if (_random.Percent(20))
        {
            EmitBytes(0x66, opcode);
            EmitBytes(0x66, (byte)(opcode + 1));
        }

        EmitBytes(opcode);
    }

    private void EmitMemoryForm(Code code)
    {
        Instruction instruction = default;
        instruction.Code = code;
        _operands.PlaceMemory(ref instruction, 0, isAligned: true, isOffset: false);
        if (!Emit(instruction))
            throw new InvalidOperationException($"cannot encode {instruction}");
    }

    private void EmitString()
    {
        bool isBackward = _random.Percent(15), isSegment = _random.Percent(10), isNarrow = _random.Percent(8);
        SetRegister(Ecx, (uint)_random.Below(6));
        SetRegister(Edi, (uint)(_random.Percent(90) ? Layout.Data : Layout.HighData) + 0x200 + (uint)_random.Below(0x800));
        SetRegister(Esi, (isSegment ? 0 : (uint)Layout.Data) + 0x400 + (uint)_random.Below(0x1000));
        if (isBackward)
            EmitBytes(0xFD);
        ReadOnlySpan<byte> opcodes = [0xA4, 0xA5, 0xA6, 0xA7, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF];
        byte opcode = _random.Of(opcodes);
        bool hasSource = opcode is < 0xA8 or 0xAC or 0xAD;
        List<byte> bytes = [];
        if (_random.Percent(60))
            bytes.Add(opcode is 0xA6 or 0xA7 or 0xAE or 0xAF && _random.Percent(50) ? (byte)0xF2 : (byte)0xF3);
        if (_random.Percent(30))
            bytes.Add(0x66);
        if (isSegment && hasSource)
            bytes.Add(0x65);
        // What is stored or compared then lies in the first 64 KiB, where nothing is.
        if (isNarrow && isSegment)
            bytes.Add(0x67);
        bytes.Add(opcode);
        DefineFlags();
        EmitBytes([.. bytes]);
        if (isBackward)
            EmitBytes(0xFC);
        SetRegister(Edi, _values[Edi]);
        SetRegister(Esi, _values[Esi]);
    }

    private void SetRegister(int register, uint value) =>
        EmitBytes([(byte)(0xB8 | register), (byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)]);

    private void EmitFlow()
    {
        switch (_random.Below(10))
        {
            case 0 or 1:
                // jcc over something
                DefineFlags();
                EmitOver([(byte)(0x70 | _random.Below(16)), 0]);
                break;
            case 2:
                // loop, loope, loopne, jecxz; counting in cx with a prefix
                DefineFlags();
                byte opcode = (byte)(0xE0 | _random.Below(4));
                EmitOver(_random.Percent(25) ? [0x67, opcode, 0] : [opcode, 0]);
                break;
            case 3:
                // call behind a jump, return
                EmitCall([0xE8, 2, 0, 0, 0], _random.Percent(50) ? [0xC3] : [0xC2, 0, 0]);
                break;
            case 4:
                // push cs; call; far return
                EmitBytes(0x0E);
                EmitCall([0xE8, 2, 0, 0, 0], [0xCB]);
                break;
            case 5:
                EmitIndirect();
                break;
            case 6:
                // call next; something; pop: where am I?
                EmitBytes(0xE8, 0, 0, 0, 0);
                if (_random.Percent(30))
                    EmitGeneral();
                EmitBytes((byte)(0x58 | _random.Below(3)));
                break;
            case 7:
                EmitFarCall();
                break;
            case 8:
                EmitFarThroughMemory();
                break;
            default:
                uint target = Here + 7;
                EmitBytes([0xEA, (byte)target, (byte)(target >> 8), (byte)(target >> 16), (byte)(target >> 24), 0x23, 0]);
                break;
        }
    }

    // Flags that are undefined on one way are undefined behind it.
    private void EmitOver(ReadOnlySpan<byte> branch)
    {
        EmitBytes(branch);
        int start = _code.Length;
        RflagsBits before = _undefined;
        EmitGeneral();
        _undefined |= before;
        _code.PatchByte(start - 1, _code.Length - start);
    }

    private void EmitCall(ReadOnlySpan<byte> call, ReadOnlySpan<byte> back)
    {
        EmitBytes(call);
        EmitBytes(0xEB, 0);
        int start = _code.Length;
        EmitGeneral();
        EmitBytes(back);
        _code.PatchByte(start - 1, _code.Length - start);
    }

    private void EmitIndirect()
    {
        // mov eax, target; push eax; ret, or jmp eax, or jmp [esp-4]
        uint target = Here + 7;
        SetRegister(0, target);
        EmitBytes(_random.Percent(50) ? [0xFF, 0xE0] : [0x50, 0xC3]);
    }

    private void EmitSpecial()
    {
        switch (_random.Below(12))
        {
            case 0:
                EmitBytes(0x37); // aaa
                break;
            case 1:
                EmitBytes(0x3F); // aas
                break;
            case 2:
                EmitBytes(0xD4, (byte)_random.Between(1, 255)); // aam
                break;
            case 3:
                EmitBytes(0xD5, (byte)_random.Next()); // aad
                break;
            case 4:
                EmitBytes(0x27); // daa
                break;
            case 5:
                EmitBytes(0x2F); // das
                break;
            case 6:
                EmitBytes(0xD7); // xlat
                break;
            case 7:
                DefineFlags();
                EmitBytes(0xD6); // salc
                break;
            case 8:
                EmitBound();
                break;
            case 9:
                EmitPointerLoad();
                break;
            case 10:
                DefineFlags();
                EmitBytes(0x63, (byte)(0xC0 | (_random.Below(3) << 3) | _random.Below(3))); // arpl
                break;
            default:
                EmitX87();
                break;
        }
    }
}

using Iced.Intel;

namespace Zonix.Differential;

/// <content>String instructions.</content>
public sealed partial class CaseGenerator
{
    private void EmitString()
    {
        // movs, cmps, stos, lods, scas
        int opcode = _random.Of<int>([0xA4, 0xA6, 0xAA, 0xAC, 0xAE]);
        bool usesSource = opcode is 0xA4 or 0xA6 or 0xAC, usesTarget = opcode != 0xAC;
        int needed = (usesSource ? 1 << Rsi : 0) | (usesTarget ? 1 << Rdi : 0);
        bool isRepeated = _random.Percent(60);
        if ((_pointers & needed) != needed || (isRepeated && (_plain & (1 << Rcx)) == 0) || (opcode == 0xAC && (_plain & (1 << Rax)) == 0))
            return;
        // Far pointers were made for other uses.
        if ((usesSource && !Layout.IsMapped(_value[Rsi])) || (usesTarget && !Layout.IsMapped(_value[Rdi])))
            return;
        if (_stackIsProtected && usesTarget && _value[Rdi] - Layout.Stack < Layout.StackSize)
            return;
        Span<byte> bytes = stackalloc byte[8];
        int length = 0;
        if (usesSource && !_isNested && !_checksAlignment && _random.Percent(5))
        {
            EmitSegmentString(opcode, isRepeated);
            return;
        }

        bool isNarrow = _random.Percent(5);
        int width = 1 << _random.Below(4);
        if (usesSource && _random.Percent(4))
        {
            // These segments have no base.
            bytes[length++] = _random.Of<byte>([0x2E, 0x3E, 0x26, 0x36]);
        }

        if (isNarrow)
            bytes[length++] = 0x67;
        if (width == 2)
            bytes[length++] = 0x66;
        if (isRepeated)
        {
            int count = _random.Below(10);
            EmitOrFail(Instruction.Create(Code.Mov_r32_imm32, Register.ECX, count));
            bytes[length++] = _random.Percent(50) ? (byte)0xF3 : (byte)0xF2;
        }

        if (width == 8)
            bytes[length++] = 0x48;
        bytes[length++] = (byte)(opcode | (width > 1 ? 1 : 0));
        bool isDown = _random.Percent(20);
        if (isDown)
            EmitBytes(0xFD);
        if (_mayFault && !_isNested && _random.Percent(15))
            MoveToEdge(usesTarget ? Rdi : Rsi, isDown);
        DefineFlags();
        EmitBytes(bytes[..length]);
        if (isDown)
            EmitBytes(0xFC);
        // How far they went depends on the data.
        _unaligned |= needed;
    }

    /// <summary>Puts a pointer where a string instruction soon meets the end of the memory.</summary>
    private void MoveToEdge(int register, bool isDown)
    {
        ulong edge = isDown ? _random.Of<ulong>([Layout.Data, Layout.HighData]) + (ulong)_random.Below(40)
            : _random.Of<ulong>([Layout.ReadOnly, Layout.HighData + Layout.HighDataSize]) - (ulong)_random.Below(40);
        EmitOrFail(Instruction.Create(Code.Mov_r64_imm64, Register.RAX + register, edge));
        _value[register] = edge;
    }

    /// <summary>A string instruction whose source is in FS or GS: rsi becomes an offset and a pointer again.</summary>
    private void EmitSegmentString(int opcode, bool isRepeated)
    {
        bool isFs = _random.Percent(50), isWide = _random.Percent(70), isNarrow = _random.Percent(20);
        ulong distance = DirectPointer() - (isFs ? _fsBase : _gsBase);
        if (isNarrow && distance > uint.MaxValue)
            return;
        DefineFlags();
        EmitOrFail(Instruction.Create(Code.Mov_r64_imm64, Register.RSI, distance));
        if (isRepeated)
            EmitOrFail(Instruction.Create(Code.Mov_r32_imm32, Register.ECX, _random.Below(10)));
        Span<byte> bytes = stackalloc byte[8];
        int length = 0;
        bytes[length++] = isFs ? (byte)0x64 : (byte)0x65;
        if (isNarrow)
            bytes[length++] = 0x67;
        if (isRepeated)
            bytes[length++] = _random.Percent(50) ? (byte)0xF3 : (byte)0xF2;
        if (isWide)
            bytes[length++] = 0x48;
        bytes[length++] = (byte)(opcode | (_random.Percent(50) || isWide ? 1 : 0));
        EmitBytes(bytes[..length]);
        _value[Rsi] = DirectPointer();
        EmitOrFail(Instruction.Create(Code.Mov_r64_imm64, Register.RSI, _value[Rsi]));
        _unaligned |= 1 << Rdi;
    }
}

using System.Diagnostics;
using Iced.Intel;
using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>
/// Writes host code. The frequent forms are encoded here, byte by byte; Iced encodes what is rare or rewritten from a
/// guest instruction.
/// </summary>
internal sealed unsafe class CodeEmitter
{
    private readonly PointerCodeWriter _writer;
    private readonly Encoder _encoder;
    private readonly nint _writeOffset = CodeArea.Shared.WriteOffset;

    internal CodeEmitter()
    {
        _writer = new PointerCodeWriter(null);
        _encoder = Encoder.Create(64, _writer);
    }

    /// <summary>Executable address of the next byte.</summary>
    internal nint Address { get; private set; }

    /// <summary>Starts a block of code at an executable address.</summary>
    internal void Begin(nint address) => Address = address;

    internal void Byte(int value)
    {
        *(byte*)(Address + _writeOffset) = (byte)value;
        Address++;
    }

    internal void Int32(int value)
    {
        *(int*)(Address + _writeOffset) = value;
        Address += 4;
    }

    internal void Int64(long value)
    {
        *(long*)(Address + _writeOffset) = value;
        Address += 8;
    }

    /// <summary>Copies guest code as it is.</summary>
    internal void Copy(ReadOnlySpan<byte> code)
    {
        code.CopyTo(new Span<byte>((void*)(Address + _writeOffset), code.Length));
        Address += code.Length;
    }

    /// <summary>Encodes an instruction that names no code address.</summary>
    /// <returns>False when it has no encoding (too long, or a high-byte register with REX); nothing is written then.</returns>
    internal bool TryEncode(in Instruction instruction)
    {
        byte* start = (byte*)(Address + _writeOffset);
        _writer.Position = start;
        if (!_encoder.TryEncode(instruction, (ulong)Address, out uint length, out _) || length > 15)
            return false;
        Address += (nint)length;
        return true;
    }

    /// <summary>Makes sure that the next <paramref name="skip"/> + 4 bytes' last four lie in one cache line, to be patched whole.</summary>
    internal void AlignPatchSite(int skip)
    {
        int line = (int)(Address + skip) & 63;
        if (line > 60)
            Nop(64 - line);
    }

    internal void Nop(int length)
    {
        Debug.Assert(length is > 0 and < 4, "padding is at most three bytes");
        if (length == 3)
        {
            Byte(0x0F);
            Byte(0x1F);
            Byte(0x00);
            return;
        }

        if (length == 2)
            Byte(0x66);
        Byte(0x90);
    }

    /// <summary>jmp rel32 to an executable address.</summary>
    internal void Jump(nint target)
    {
        Byte(0xE9);
        Int32((int)(target - (Address + 4)));
    }

    internal void JumpRegister(int register)
    {
        if (register >= 8)
            Byte(0x41);
        Byte(0xFF);
        Byte(0xE0 | (register & 7));
    }

    /// <summary>mov r64, [operand]</summary>
    internal void Load64(int register, in Operand operand) => Memory(wide: true, 0x8B, register, operand);

    /// <summary>mov r32, [operand]</summary>
    internal void Load32(int register, in Operand operand) => Memory(wide: false, 0x8B, register, operand);

    /// <summary>movzx r32, word [operand]</summary>
    internal void LoadWord(int register, in Operand operand) => Memory(wide: false, 0xB7, register, operand, isLong: true);

    /// <summary>movzx r32, r16 of the same register.</summary>
    internal void ZeroExtendWord(int register)
    {
        if (register >= 8)
            Byte(0x45);
        Byte(0x0F);
        Byte(0xB7);
        Byte(0xC0 | ((register & 7) << 3) | (register & 7));
    }

    /// <summary>mov [operand], r64</summary>
    internal void Store64(in Operand operand, int register) => Memory(wide: true, 0x89, register, operand);

    /// <summary>mov [operand], r32</summary>
    internal void Store32(in Operand operand, int register) => Memory(wide: false, 0x89, register, operand);

    /// <summary>mov qword [operand], imm32 (sign-extended)</summary>
    internal void StoreImmediate64(in Operand operand, int value)
    {
        Memory(wide: true, 0xC7, 0, operand);
        Int32(value);
    }

    /// <summary>mov dword [operand], imm32</summary>
    internal void StoreImmediate32(in Operand operand, int value)
    {
        Memory(wide: false, 0xC7, 0, operand);
        Int32(value);
    }

    /// <summary>lea r64, [operand]</summary>
    internal void Lea64(int register, in Operand operand) => Memory(wide: true, 0x8D, register, operand);

    /// <summary>lea r32, [operand]: the result is truncated to 32 bits.</summary>
    internal void Lea32(int register, in Operand operand) => Memory(wide: false, 0x8D, register, operand);

    /// <summary>mov r64, r64</summary>
    internal void Move64(int to, int from) => Registers(wide: true, 0x8B, to, from);

    /// <summary>mov r32, r32: truncates.</summary>
    internal void Move32(int to, int from) => Registers(wide: false, 0x8B, to, from);

    /// <summary>The shortest mov of a constant.</summary>
    internal void LoadConstant(int register, ulong value)
    {
        if (value <= uint.MaxValue)
        {
            if (register >= 8)
                Byte(0x41);
            Byte(0xB8 | (register & 7));
            Int32((int)value);
        }
        else
        {
            Byte(0x48 | (register >> 3));
            Byte(0xB8 | (register & 7));
            Int64((long)value);
        }
    }

    /// <summary>and r64, [operand]; writes the flags.</summary>
    internal void And64(int register, in Operand operand) => Memory(wide: true, 0x23, register, operand);

    /// <summary>pext r64, r64, [operand]: keeps the bits of a low mask without touching the flags.</summary>
    internal void Pext64(int register, in Operand operand)
    {
        Debug.Assert(operand is { Index: < 0, Base: HostRegister.State }, "only slots are masks");
        Byte(0xC4);
        Byte(0xE2 & ~((register >= 8 ? 1 : 0) << 7));
        Byte(0x80 | ((~register & 15) << 3) | 2);
        Byte(0xF5);
        ModRm(register, operand);
    }

    /// <summary>As <see cref="Pext64"/>, with a slot of the CPU state as the mask.</summary>
    internal void Pext64OfSlot(int register, int slot) => Pext64(register, Operand.Slot(slot));

    internal void Registers(bool wide, int opcode, int register, int rm)
    {
        int rex = (wide ? 8 : 0) | ((register >> 3) << 2) | (rm >> 3);
        if (rex != 0)
            Byte(0x40 | rex);
        Byte(opcode);
        Byte(0xC0 | ((register & 7) << 3) | (rm & 7));
    }

    internal void Memory(bool wide, int opcode, int register, in Operand operand, bool isLong = false)
    {
        if (operand.Windowed)
        {
            Byte(0x65);
            Byte(0x67);
        }

        int rex = (wide ? 8 : 0) | ((register >> 3) << 2) | (operand.Index >= 0 ? (operand.Index >> 3) << 1 : 0)
            | (operand.Base >= 0 ? operand.Base >> 3 : 0);
        if (rex != 0)
            Byte(0x40 | rex);
        if (isLong)
            Byte(0x0F);
        Byte(opcode);
        ModRm(register, operand);
    }

    private void ModRm(int register, in Operand operand)
    {
        int reg = (register & 7) << 3;
        int displacement = operand.Displacement;
        if (operand.Base < 0)
        {
            Byte(reg | 4);
            Byte(operand.Index < 0 ? 0x25 : (ScaleBits(operand.Scale) << 6) | ((operand.Index & 7) << 3) | 5);
            Int32(displacement);
            return;
        }

        int low = operand.Base & 7;
        int mod = displacement == 0 && low != 5 ? 0 : displacement is >= -128 and <= 127 ? 1 : 2;
        if (operand.Index >= 0 || low == 4)
        {
            Byte((mod << 6) | reg | 4);
            Byte(operand.Index < 0 ? 0x20 | low : (ScaleBits(operand.Scale) << 6) | ((operand.Index & 7) << 3) | low);
        }
        else
        {
            Byte((mod << 6) | reg | low);
        }

        if (mod == 1)
            Byte(displacement);
        else if (mod == 2)
            Int32(displacement);
    }

    private static int ScaleBits(int scale) => scale switch { 8 => 3, 4 => 2, 2 => 1, _ => 0 };
}

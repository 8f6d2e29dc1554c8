using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// String instructions and others with implied addresses. ES:rdi cannot be made relative to the window, so rsi and rdi
/// become host addresses for the time of the instruction; a run that leaves the window meets the guards.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    private const int Rcx = 1;
    private const int Rsi = 6;
    private const int Rdi = 7;

    private void EmitString(in Instruction instruction)
    {
        bool usesSource = instruction.Mnemonic is Mnemonic.Movsb or Mnemonic.Movsw or Mnemonic.Movsd or Mnemonic.Movsq
            or Mnemonic.Lodsb or Mnemonic.Lodsw or Mnemonic.Lodsd or Mnemonic.Lodsq
            or Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq;
        bool usesTarget = instruction.Mnemonic is not (Mnemonic.Lodsb or Mnemonic.Lodsw or Mnemonic.Lodsd or Mnemonic.Lodsq);
        bool narrow = _isI386 || UsesNarrowAddresses(instruction);
        if (narrow && (instruction.HasRepPrefix || instruction.HasRepnePrefix))
            _emit.Move32(Rcx, Rcx);
        MapFlags converted = MapFlags.None;
        if (usesSource)
            ToHostAddress(Rsi, MapFlags.HostRsi, narrow, ref converted);
        if (usesTarget)
            ToHostAddress(Rdi, MapFlags.HostRdi, narrow, ref converted);
        CopyWithoutAddressPrefixes(instruction);
        Mark(MapFlags.Tail | converted);
        _emit.Load64(HostRegister.Temporary, Operand.Slot(CpuState.NegativeBaseOffset));
        if (usesSource)
            FromHostAddress(Rsi);
        if (usesTarget)
            FromHostAddress(Rdi);
    }

    /// <summary>Copies an instruction whose implied address is a host address by now.</summary>
    private void CopyWithoutAddressPrefixes(in Instruction instruction)
    {
        ReadOnlySpan<byte> raw = Raw(instruction);
        int at = 0;
        for (; raw[at] is 0x66 or 0x67 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65; at++)
        {
            if (raw[at] is 0x66 or 0xF2 or 0xF3)
                _emit.Byte(raw[at]);
        }

        _emit.Copy(raw[at..]);
    }

    private void ToHostAddress(int register, MapFlags flag, bool narrow, ref MapFlags converted)
    {
        if (_small || narrow)
            _emit.Move32(register, register);
        else
            _emit.Pext64OfSlot(register, CpuState.MaskOffset);
        _emit.Lea64(register, new Operand(register, HostRegister.Window, 1, 0));
        converted |= flag;
        Mark(converted);
    }

    private void FromHostAddress(int register)
    {
        var operand = new Operand(register, HostRegister.Temporary, 1, 0);
        if (_isI386)
            _emit.Lea32(register, operand);
        else
            _emit.Lea64(register, operand);
    }

    /// <summary>Whether i386 code asks for addresses of 16 bits.</summary>
    private bool HasAddressPrefix(in Instruction instruction) => UsesNarrowAddresses(instruction);

    private bool UsesNarrowAddresses(in Instruction instruction)
    {
        ReadOnlySpan<byte> raw = Raw(instruction);
        foreach (byte value in raw)
        {
            if (value == 0x67)
                return true;
            if (value is not (0x66 or 0xF0 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65) && (_isI386 || value is not (>= 0x40 and <= 0x4F)))
                return false;
        }

        return false;
    }

    /// <summary>xlatb: al = [rbx + al].</summary>
    private void EmitXlat(in Instruction instruction)
    {
        const int Rbx = 3;
        // movzx r11d, al
        _emit.Byte(0x44);
        _emit.Byte(0x0F);
        _emit.Byte(0xB6);
        _emit.Byte(0xC0 | ((HostRegister.Temporary & 7) << 3));
        _emit.Lea64(HostRegister.Temporary, new Operand(HostRegister.Temporary, Rbx, 1, 0));
        if (_isI386 && HasAddressPrefix(instruction))
            _emit.ZeroExtendWord(HostRegister.Temporary);
        else if (UsesNarrowAddresses(instruction))
            _emit.Move32(HostRegister.Temporary, HostRegister.Temporary);
        if (instruction.MemorySegment is Register.FS or Register.GS)
        {
            int segment = Borrow(instruction);
            _emit.Load64(segment, Operand.Slot(instruction.MemorySegment == Register.FS ? CpuState.FsBaseOffset : CpuState.GsBaseOffset));
            _emit.Lea64(HostRegister.Temporary, new Operand(HostRegister.Temporary, segment, 1, 0));
        }

        if (_small)
            _emit.Move32(HostRegister.Temporary, HostRegister.Temporary);
        else
            _emit.Pext64OfSlot(HostRegister.Temporary, CpuState.MaskOffset);
        _emit.Memory(wide: false, 0x8A, 0, new Operand(HostRegister.Window, HostRegister.Temporary, 1, 0));
        EndBorrow();
    }

    /// <summary>maskmovq and maskmovdqu store to [rdi].</summary>
    private void EmitMaskMove(in Instruction instruction)
    {
        bool isWord = _isI386 && HasAddressPrefix(instruction);
        if (_small && !isWord && instruction.SegmentPrefix == Register.None && instruction.Length <= 13)
        {
            EmitPrefixed(instruction);
            return;
        }

        BorrowRegister(Rdi);
        if (isWord)
            _emit.ZeroExtendWord(Rdi);
        else if (UsesNarrowAddresses(instruction))
            _emit.Move32(Rdi, Rdi);
        if (instruction.SegmentPrefix is Register.FS or Register.GS)
        {
            _emit.Load64(HostRegister.Temporary, Operand.Slot(instruction.SegmentPrefix == Register.FS ? CpuState.FsBaseOffset : CpuState.GsBaseOffset));
            _emit.Lea64(Rdi, new Operand(Rdi, HostRegister.Temporary, 1, 0));
        }

        if (_small)
            _emit.Move32(Rdi, Rdi);
        else
            _emit.Pext64OfSlot(Rdi, CpuState.MaskOffset);
        _emit.Lea64(Rdi, new Operand(Rdi, HostRegister.Window, 1, 0));
        CopyWithoutAddressPrefixes(instruction);
        EndBorrow();
    }

    private void EmitLoadFromSlot(Register target, int offset, bool wide)
    {
        int number = Number(target);
        FlushStack();
        int place = _registers.IsSpilled(number) ? HostRegister.Temporary : _registers.Host(number);
        if (wide)
            _emit.Load64(place, Operand.Slot(offset));
        else
            _emit.Load32(place, Operand.Slot(offset));
        if (place == HostRegister.Temporary)
            _emit.Store64(Operand.Slot(_registers.Slot(number)), place);
        else if (place == HostRegister.Stack)
            _emit.Move32(place, place);
    }

    private void EmitStoreToSlot(Register source, int offset)
    {
        int number = Number(source);
        FlushStack();
        int place = _registers.Host(number);
        if (_registers.IsSpilled(number))
        {
            place = HostRegister.Temporary;
            _emit.Load64(place, Operand.Slot(_registers.Slot(number)));
        }

        if (source.IsGPR32())
        {
            _emit.Move32(HostRegister.Temporary, place);
            place = HostRegister.Temporary;
        }

        _emit.Store64(Operand.Slot(offset), place);
    }
}

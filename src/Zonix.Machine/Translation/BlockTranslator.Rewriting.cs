using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Instructions that are copied, with their memory operand and the registers that live elsewhere replaced.
/// </summary>
internal sealed unsafe partial class BlockTranslator
{
    private const int MaxSpilledOperands = 3;

    private void EmitRewritten(in Instruction instruction)
    {
        bool hasMemory = false, isSpecial = false, highByte = false;
        int spilled = 0;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            OpKind kind = instruction.GetOpKind(i);
            if (kind == OpKind.Memory)
            {
                hasMemory = true;
            }
            else if (kind == OpKind.Register)
            {
                Register register = instruction.GetOpRegister(i);
                int number = Number(register);
                highByte |= register is >= Register.AH and <= Register.BH;
                isSpecial |= _registers.IsSpecial(number);
                if (_registers.IsSpilled(number))
                    spilled |= 1 << number;
            }
        }

        if (!hasMemory && !isSpecial)
        {
            CopyRaw(instruction);
            KeepMasked(instruction, _masked);
        }
        else if (instruction.Mnemonic == Mnemonic.Lea)
            EmitLea(instruction, isSpecial);
        else if (hasMemory && !isSpecial && CanPrefix(instruction))
            EmitPrefixed(instruction);
        else if (!_small && IsRegisterBitTest(instruction))
            EmitBitTest(instruction);
        else if (hasMemory || !TryEmitSlotOperand(instruction))
            EmitSubstituted(instruction, hasMemory, spilled, highByte);
    }

    /// <summary>Whether two prefixes in front of the guest's own bytes are all it takes.</summary>
    private bool CanPrefix(in Instruction instruction)
    {
        if (_isI386)
            return CanPrefix32(instruction);
        if (!_small || instruction.Length > 13 || instruction.IsIPRelativeMemoryOperand || instruction.SegmentPrefix != Register.None)
            return false;
        // The prefix would halve the offset in the instruction.
        if (instruction.Code is >= Code.Mov_AL_moffs8 and <= Code.Mov_moffs64_RAX)
            return false;
        Register baseRegister = instruction.MemoryBase, index = instruction.MemoryIndex;
        if (_registers.IsSpecial(Number(baseRegister)) || _registers.IsSpecial(Number(index)))
            return false;
        // 32-bit addresses have the prefix already.
        if (baseRegister is >= Register.EAX and <= Register.R15D || index is >= Register.EAX and <= Register.R15D)
            return false;
        if (baseRegister == Register.None && index == Register.None)
            return instruction.MemoryDisplSize != 8 || instruction.MemoryDisplacement64 <= int.MaxValue;
        return !PrefersTemporary(instruction);
    }

    /// <summary>
    /// The same for i386 code, whose addresses are narrow without a prefix. An absolute address has the encoding of one that is relative to
    /// rip in 64-bit mode.
    /// </summary>
    private bool CanPrefix32(in Instruction instruction)
    {
        if (instruction.Length > 13 || instruction.SegmentPrefix != Register.None || !IsSameInHostMode(instruction))
            return false;
        if (instruction.MemoryBase is not (Register.None or (>= Register.EAX and <= Register.EDI)) || instruction.MemoryIndex is not (Register.None or (>= Register.EAX and <= Register.EDI)))
            return false;
        return instruction.MemoryBase is not (Register.None or Register.ESP) && !PrefersTemporary(instruction);
    }

    // Loads into general registers are what chains of dependent instructions wait for.
    private static bool PrefersTemporary(in Instruction instruction) =>
        instruction.MemoryIndex == Register.None && instruction.MemoryDisplacement64 == 0 && IsLoad(instruction);

    private static bool IsLoad(in Instruction instruction) =>
        instruction.OpCount == 2 && instruction.Op1Kind == OpKind.Memory && instruction.Op0Kind == OpKind.Register
        && instruction.Op0Register.IsGPR() && instruction.Op0Register is not (>= Register.AH and <= Register.BH);

    private void EmitPrefixed(in Instruction instruction)
    {
        _emit.Byte(0x65);
        _emit.Byte(0x67);
        CopyRaw(instruction);
    }

    private void EmitSubstituted(in Instruction instruction, bool hasMemory, int spilled, bool highByte)
    {
        Instruction host = instruction;
        ToGeneralForm(ref host);
        int written = 0;
        _held = _masked;
        if (UsesStackRegister(instruction))
            FlushPendingDelta();
        bool replacesWhole = spilled != 0 && (spilled & (spilled - 1)) == 0 && IsWholeWrite(instruction);
        if (hasMemory)
        {
            host.SegmentPrefix = Register.None;
            bool plain = highByte && !IsLowAddress(instruction);
            SetOperand(ref host, plain
                ? PlainAddress(instruction)
                : Address(instruction, IsLoad(instruction), temporaryIsFree: spilled == 0 || replacesWhole));
        }

        Span<(int Guest, int Host)> places = stackalloc (int, int)[MaxSpilledOperands];
        int count = PlaceSpilled(instruction, ref host, spilled, places, ref written);
        RenameOperands(instruction, ref host);
        if (UsesStackRegister(instruction))
            ReplaceStackRegister(instruction, ref host, ref written);
        if (!_emit.TryEncode(host))
            EncodePlain(instruction, ref host, hasMemory);
        FinishSubstituted(places[..count], written);
        if (!_small && spilled == 0)
            KeepMasked(instruction, _held);
    }

    /// <summary>Finds a host register for every spilled operand and loads those that are read.</summary>
    private int PlaceSpilled(in Instruction instruction, ref Instruction host, int spilled, Span<(int Guest, int Host)> places, ref int written)
    {
        int count = 0;
        for (int guest = 0; guest < 16; guest++)
        {
            if ((spilled & (1 << guest)) == 0)
                continue;
            int place = count == 0 ? HostRegister.Temporary : Borrow(instruction);
            places[count++] = (guest, place);
            bool isRead = false;
            for (int i = 0; i < instruction.OpCount; i++)
            {
                if (instruction.GetOpKind(i) != OpKind.Register || Number(instruction.GetOpRegister(i)) != guest)
                    continue;
                OpAccess access = _info.GetInfo(instruction).GetOpAccess(i);
                if (access is not (OpAccess.Read or OpAccess.CondRead))
                    written |= 1 << guest;
                isRead |= access != OpAccess.Write || instruction.GetOpRegister(i).GetSize() < 4;
                host.SetOpRegister(i, Rename(instruction.GetOpRegister(i), place));
            }

            if (isRead)
                _emit.Load64(place, Operand.Slot(_registers.Slot(guest)));
        }

        return count;
    }

    /// <summary>Operands that live in another host register in this block.</summary>
    private void RenameOperands(in Instruction instruction, ref Instruction host)
    {
        if (_registers.IsCanonical)
            return;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) != OpKind.Register)
                continue;
            int number = Number(instruction.GetOpRegister(i));
            if (HostRegister.IsSpilled(number) && !_registers.IsSpilled(number))
                host.SetOpRegister(i, Rename(instruction.GetOpRegister(i), _registers.Host(number)));
        }
    }

    private void ReplaceStackRegister(in Instruction instruction, ref Instruction host, ref int written)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) != OpKind.Register || Number(instruction.GetOpRegister(i)) != HostRegister.GuestStack)
                continue;
            if (_info.GetInfo(instruction).GetOpAccess(i) is not (OpAccess.Read or OpAccess.CondRead))
                written |= 1 << HostRegister.GuestStack;
            host.SetOpRegister(i, Rename(instruction.GetOpRegister(i), HostRegister.Stack));
        }
    }

    private void FinishSubstituted(ReadOnlySpan<(int Guest, int Host)> places, int written)
    {
        if (written != 0)
            Mark(MapFlags.Tail);
        foreach ((int guest, int place) in places)
        {
            if ((written & (1 << guest)) != 0)
                _emit.Store64(Operand.Slot(_registers.Slot(guest)), place);
        }

        if ((written & (1 << HostRegister.GuestStack)) != 0)
        {
            if (_small)
                _emit.Move32(HostRegister.Stack, HostRegister.Stack);
            else
                _emit.Pext64OfSlot(HostRegister.Stack, CpuState.MaskOffset);
            _stackUnchecked = false;
        }

        EndBorrow();
    }

    /// <summary>The prefixed form was too long: computes the address into a register first.</summary>
    private void EncodePlain(in Instruction instruction, ref Instruction host, bool hasMemory)
    {
        if (hasMemory)
        {
            SetOperand(ref host, PlainAddress(instruction));
            if (_emit.TryEncode(host))
                return;
        }
        else if (instruction.OpCount == 2 && instruction.Op1Register is >= Register.AH and <= Register.BH)
        {
            // movsx, movzx or crc32 whose first operand lives in a register that needs REX, which AH-DH do not allow.
            int low = Borrow(instruction);
            Encode(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX + low, instruction.Op1Register));
            host.Op1Register = Rename(Register.AL, low);
            if (_emit.TryEncode(host))
                return;
        }

        throw new InvalidOperationException($"'{instruction}' at {instruction.IP:x} has no translation");
    }

    private static void SetOperand(ref Instruction host, in Operand operand)
    {
        bool narrow = operand.Windowed;
        Register first = narrow ? Register.EAX : Register.RAX;
        bool hasVectorIndex = host.MemoryIndex is >= Register.XMM0 and <= Register.ZMM31;
        host.SegmentPrefix = narrow ? Register.GS : Register.None;
        host.MemoryBase = operand.Base < 0 ? Register.None : first + operand.Base;
        if (!hasVectorIndex)
        {
            host.MemoryIndex = operand.Index < 0 ? Register.None : first + operand.Index;
            host.MemoryIndexScale = operand.Scale;
        }

        host.MemoryDisplacement64 = narrow && operand.Base < 0 && operand.Index < 0 ? (uint)operand.Displacement : (ulong)(long)operand.Displacement;
        bool isAbsolute = operand.Base < 0 && !hasVectorIndex;
        if (operand.Displacement == 0 && !isAbsolute)
            host.MemoryDisplSize = 0;
        else if (operand.Displacement is >= -128 and <= 127 && !isAbsolute)
            host.MemoryDisplSize = 1;
        else
            host.MemoryDisplSize = narrow ? 4 : 8;
    }

    private void EmitLea(in Instruction instruction, bool isSpecial)
    {
        GuestAddress address = GuestAddress.Of(instruction);
        Register target = instruction.Op0Register;
        int number = Number(target);
        bool readsSpecial = _registers.IsSpecial(address.Base) || _registers.IsSpecial(address.Index);
        bool isSame = !instruction.IsIPRelativeMemoryOperand && !(_isI386 && (address.IsConstant || address.Is16));
        if (!isSpecial && !readsSpecial && isSame)
        {
            CopyRaw(instruction);
            KeepMasked(instruction, _masked);
            return;
        }

        int place = _registers.IsSpilled(number) ? HostRegister.Temporary : _registers.Host(number);
        if (address.IsConstant && target.GetSize() >= 4)
        {
            _emit.LoadConstant(place, target.GetSize() == 4 ? (uint)address.Constant : address.Constant);
        }
        else if (target.GetSize() >= 4 && !address.Is16 && !_registers.IsSpilled(address.Base) && !_registers.IsSpilled(address.Index))
        {
            int displacement = address.Displacement + (address.Base == HostRegister.GuestStack ? _stackDelta : 0);
            var operand = new Operand(_registers.Host(address.Base), _registers.Host(address.Index), address.Scale, displacement);
            if (target.GetSize() == 4 || address.Is32)
                _emit.Lea32(place, operand);
            else
                _emit.Lea64(place, operand);
        }
        else
        {
            // 16-bit results keep the rest of the register: computed aside, then moved.
            if (address.IsConstant)
                _emit.LoadConstant(HostRegister.Temporary, address.Constant);
            else
                Compute(instruction, HostRegister.Temporary, address);
            EmitLeaResult(target, place, number);
        }

        FinishLea(number, place);
    }

    private void EmitLeaResult(Register target, int place, int number)
    {
        bool spilled = _registers.IsSpilled(number);
        switch (target.GetSize())
        {
            case 8 when place != HostRegister.Temporary:
                _emit.Move64(place, HostRegister.Temporary);
                break;
            case 4:
                _emit.Move32(place, HostRegister.Temporary);
                break;
            case 2 when spilled:
                _emit.Byte(0x66);
                _emit.Store32(Operand.Slot(_registers.Slot(number)), HostRegister.Temporary);
                _emit.Load64(HostRegister.Temporary, Operand.Slot(_registers.Slot(number)));
                break;
            case 2:
                _emit.Byte(0x66);
                _emit.Registers(wide: false, 0x8B, place, HostRegister.Temporary);
                break;
        }
    }

    private void FinishLea(int number, int place)
    {
        if (_registers.IsSpilled(number))
            _emit.Store64(Operand.Slot(_registers.Slot(number)), place);
        if (number == HostRegister.GuestStack)
        {
            _stackDelta = 0;
            Mark(MapFlags.Tail);
            if (_small)
                _emit.Move32(HostRegister.Stack, HostRegister.Stack);
            else
                _emit.Pext64OfSlot(HostRegister.Stack, CpuState.MaskOffset);
            _stackUnchecked = false;
        }

        EndBorrow();
    }

    private static bool UsesStackRegister(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register && Number(instruction.GetOpRegister(i)) == HostRegister.GuestStack)
                return true;
        }

        return false;
    }

    /// <summary>Whether the first operand is only written, and all of it: then its register can hold the address before.</summary>
    private bool IsWholeWrite(in Instruction instruction) =>
        instruction.Op0Kind == OpKind.Register && _registers.IsSpilled(Number(instruction.Op0Register))
        && instruction.Op0Register.GetSize() >= 4 && instruction.OpCount == 2
        && _info.GetInfo(instruction).GetOpAccess(0) == OpAccess.Write;

    /// <summary>Whether the operand needs no register that would need a REX prefix.</summary>
    private bool IsLowAddress(in Instruction instruction)
    {
        GuestAddress address = GuestAddress.Of(instruction);
        if (address.Segment != 0 || !_small || address.Is16)
            return false;
        if (address.IsConstant)
            return false;
        return address.Base != HostRegister.GuestStack && !_registers.IsSpilled(address.Base) && !_registers.IsSpilled(address.Index)
            && _registers.Host(address.Base) < 8 && _registers.Host(address.Index) < 8;
    }

    /// <summary>The forms with a 64-bit offset in the instruction have no other addressing; mov with a ModRM byte has.</summary>
    private static void ToGeneralForm(ref Instruction host)
    {
        host.Code = host.Code switch
        {
            Code.Mov_AL_moffs8 => Code.Mov_r8_rm8,
            Code.Mov_AX_moffs16 => Code.Mov_r16_rm16,
            Code.Mov_EAX_moffs32 => Code.Mov_r32_rm32,
            Code.Mov_RAX_moffs64 => Code.Mov_r64_rm64,
            Code.Mov_moffs8_AL => Code.Mov_rm8_r8,
            Code.Mov_moffs16_AX => Code.Mov_rm16_r16,
            Code.Mov_moffs32_EAX => Code.Mov_rm32_r32,
            Code.Mov_moffs64_RAX => Code.Mov_rm64_r64,
            Code.Inc_r16 => Code.Inc_rm16,
            Code.Inc_r32 => Code.Inc_rm32,
            Code.Dec_r16 => Code.Dec_rm16,
            Code.Dec_r32 => Code.Dec_rm32,
            Code.Add_rm8_imm8_82 => Code.Add_rm8_imm8,
            Code.Or_rm8_imm8_82 => Code.Or_rm8_imm8,
            Code.Adc_rm8_imm8_82 => Code.Adc_rm8_imm8,
            Code.Sbb_rm8_imm8_82 => Code.Sbb_rm8_imm8,
            Code.And_rm8_imm8_82 => Code.And_rm8_imm8,
            Code.Sub_rm8_imm8_82 => Code.Sub_rm8_imm8,
            Code.Xor_rm8_imm8_82 => Code.Xor_rm8_imm8,
            Code.Cmp_rm8_imm8_82 => Code.Cmp_rm8_imm8,
            Code other => other,
        };
    }
}

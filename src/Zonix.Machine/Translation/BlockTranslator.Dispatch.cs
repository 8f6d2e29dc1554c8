using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Which instruction is translated how.</summary>
internal sealed unsafe partial class BlockTranslator
{
    private const int InvalidOpcode = 6;
    private const int GeneralProtection = 13;

    /// <summary>Emits one instruction. Returns true when control does not go on behind it.</summary>
    private bool EmitInstruction(in Instruction instruction)
    {
        if (instruction.IsInvalid || IsHidden(instruction.Mnemonic) || (instruction.Mnemonic == Mnemonic.Sysenter && !_isI386))
            return EmitException(InvalidOpcode, 0, instruction.IP);
        NoteFpu(instruction);
        switch (instruction.FlowControl)
        {
            case FlowControl.Next:
                return EmitSequential(instruction);
            case FlowControl.ConditionalBranch when NeedsEmulation(instruction):
                return EmitExit(_stubs.ExitEmulate, instruction.IP);
            case FlowControl.ConditionalBranch:
                EmitConditionalBranch(instruction);
                return false;
            case FlowControl.UnconditionalBranch when instruction.IsJmpShortOrNear:
                FlushStack();
                EmitLinkJump(instruction.NearBranchTarget);
                return true;
            case FlowControl.Call when instruction.IsCallNear:
                return EmitCall(instruction);
            case FlowControl.IndirectBranch when instruction.IsJmpNearIndirect:
                return EmitIndirectJump(instruction);
            case FlowControl.IndirectCall when instruction.IsCallNearIndirect:
                return EmitIndirectCall(instruction);
            case FlowControl.Return when instruction.Mnemonic == Mnemonic.Ret:
                return EmitReturn(instruction);
            case FlowControl.Call when instruction.Mnemonic == Mnemonic.Syscall && !_isI386:
                return EmitExit(_stubs.ExitSyscall, instruction.NextIP);
            case FlowControl.Call when instruction.Mnemonic == Mnemonic.Sysenter:
                return EmitExit(_stubs.ExitSysenter, instruction.NextIP);
            case FlowControl.Call when instruction.Mnemonic == Mnemonic.Call:
                return EmitExit(_stubs.ExitEmulate, instruction.IP);
            case FlowControl.Interrupt:
                return EmitInterrupt(instruction);
            case FlowControl.Exception:
                return EmitException(InvalidOpcode, 0, instruction.IP);
            case FlowControl.Return or FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.IndirectCall:
                // Far transfers: retf, iret, jmp far.
                return EmitExit(_stubs.ExitEmulate, instruction.IP);
            default:
                // sysenter, xbegin and the like: no 64-bit guest may use them.
                return EmitException(InvalidOpcode, 0, instruction.IP);
        }
    }

    private bool EmitSequential(in Instruction instruction)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Nop or Mnemonic.Reservednop when instruction.OpCount > 0 && instruction.Op0Kind == OpKind.Register:
                // Some CPUs do not know all of them (0F 0D with a register).
                CopyRaw(instruction);
                return false;
            case Mnemonic.Nop or Mnemonic.Endbr64 or Mnemonic.Endbr32 or Mnemonic.Reservednop:
                return false;
            case Mnemonic.Push:
                EmitPush(instruction);
                return false;
            case Mnemonic.Pop:
                EmitPop(instruction);
                return false;
            case Mnemonic.Leave:
                EmitLeave(instruction.Code == Code.Leavew);
                return false;
            case Mnemonic.Pushfq or Mnemonic.Pushfd or Mnemonic.Pushf:
                EmitPushFlags(instruction.Mnemonic == Mnemonic.Pushf);
                return false;
            case Mnemonic.Popfq or Mnemonic.Popfd or Mnemonic.Popf:
                EmitPopFlags(instruction.Mnemonic == Mnemonic.Popf);
                return false;
            case Mnemonic.Pushad or Mnemonic.Pusha:
                EmitPushAll(instruction.Mnemonic == Mnemonic.Pusha ? 2 : 4);
                return false;
            case Mnemonic.Popad or Mnemonic.Popa:
                EmitPopAll(instruction.Mnemonic == Mnemonic.Popa ? 2 : 4);
                return false;
            case Mnemonic.Mov when _isI386 && instruction.Op1Kind == OpKind.Register && instruction.Op1Register.IsSegmentRegister():
                EmitStoreSegment(instruction);
                return false;
            case Mnemonic.Sgdt or Mnemonic.Sidt when _isI386:
                return EmitException(GeneralProtection, 0, instruction.IP);
            case Mnemonic.Cpuid:
                return EmitExit(_stubs.ExitCpuid, instruction.NextIP);
            case Mnemonic.Rdtscp:
                FlushStack();
                CopyRaw(instruction);
                Mark(MapFlags.Tail);
                _emit.Load32(1, Operand.Slot(CpuState.CpuNumberOffset));
                return false;
            case Mnemonic.Rdpid:
                EmitLoadFromSlot(instruction.Op0Register, CpuState.CpuNumberOffset, wide: false);
                return false;
            case Mnemonic.Rdfsbase:
                EmitLoadFromSlot(instruction.Op0Register, CpuState.FsBaseOffset, instruction.Op0Register.IsGPR64());
                return false;
            case Mnemonic.Rdgsbase:
                EmitLoadFromSlot(instruction.Op0Register, CpuState.GsBaseOffset, instruction.Op0Register.IsGPR64());
                return false;
            case Mnemonic.Wrfsbase:
                EmitStoreToSlot(instruction.Op0Register, CpuState.FsBaseOffset);
                return false;
            case Mnemonic.Wrgsbase:
                EmitStoreToSlot(instruction.Op0Register, CpuState.GsBaseOffset);
                return false;
            case Mnemonic.Xlatb:
                EmitXlat(instruction);
                return false;
            case Mnemonic.Maskmovq or Mnemonic.Maskmovdqu or Mnemonic.Vmaskmovdqu:
                EmitMaskMove(instruction);
                return false;
        }

        if (instruction.IsPrivileged)
            return EmitException(GeneralProtection, 0, instruction.IP);
        if (NeedsEmulation(instruction))
            return EmitExit(_stubs.ExitEmulate, instruction.IP);
        if (instruction.IsStringInstruction)
            EmitString(instruction);
        else if (!TryEmitStackAdjustment(instruction))
            EmitRewritten(instruction);
        return false;
    }

    /// <summary>What is done in C#, because it is rare or touches state that must not reach the host's CPU.</summary>
    private bool NeedsEmulation(in Instruction instruction) => instruction.Mnemonic switch
    {
        // Their indices reach beyond every guard zone.
        _ when !_small && instruction.IsVsib64 => true,
        _ when _isI386 && NeedsEmulation32(instruction) => true,
        Mnemonic.Enter => true,
        _ when IsSegmentString(instruction) => true,
        Mnemonic.Mov or Mnemonic.Pop => instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsSegmentRegister(),
        Mnemonic.Lss or Mnemonic.Lfs or Mnemonic.Lgs => true,
        _ => false,
    };

    /// <summary>What i386 code has beyond that: decimal arithmetic, and counts and string addresses of 16 bits.</summary>
    private bool NeedsEmulation32(in Instruction instruction)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Aaa or Mnemonic.Aas or Mnemonic.Aam or Mnemonic.Aad or Mnemonic.Daa or Mnemonic.Das or Mnemonic.Salc
                    or Mnemonic.Bound or Mnemonic.Arpl or Mnemonic.Les or Mnemonic.Lds:
                return true;
            case Mnemonic.Jcxz:
                return true;
            case Mnemonic.Loop or Mnemonic.Loope or Mnemonic.Loopne:
                return HasAddressPrefix(instruction);
            default:
                return instruction.IsStringInstruction && IsGeneralString(instruction.Mnemonic) && HasAddressPrefix(instruction);
        }
    }

    // movsd and cmpsd are names of vector instructions as well, which are no string instructions then.
    private static bool IsGeneralString(Mnemonic mnemonic) => mnemonic is
        Mnemonic.Movsb or Mnemonic.Movsw or Mnemonic.Movsd or Mnemonic.Lodsb or Mnemonic.Lodsw or Mnemonic.Lodsd
        or Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Stosb or Mnemonic.Stosw or Mnemonic.Stosd
        or Mnemonic.Scasb or Mnemonic.Scasw or Mnemonic.Scasd;

    /// <summary>String instructions whose source is in FS or GS.</summary>
    private static bool IsSegmentString(in Instruction instruction) =>
        instruction.IsStringInstruction && instruction.SegmentPrefix is Register.FS or Register.GS && instruction.Mnemonic is
            Mnemonic.Movsb or Mnemonic.Movsw or Mnemonic.Movsd or Mnemonic.Movsq or Mnemonic.Lodsb or Mnemonic.Lodsw or Mnemonic.Lodsd
            or Mnemonic.Lodsq or Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq;

    /// <summary>Instructions of features that cpuid does not show to guests.</summary>
    private static bool IsHidden(Mnemonic mnemonic) => mnemonic is
        Mnemonic.Rdpkru or Mnemonic.Wrpkru or Mnemonic.Vmcall or Mnemonic.Vmmcall or Mnemonic.Clzero or Mnemonic.Monitorx
        or Mnemonic.Mwaitx or Mnemonic.Umonitor or Mnemonic.Umwait or Mnemonic.Tpause or Mnemonic.Movdir64b or Mnemonic.Enqcmd
        or Mnemonic.Incsspd or Mnemonic.Incsspq or Mnemonic.Wrssd or Mnemonic.Wrssq or Mnemonic.Rstorssp or Mnemonic.Saveprevssp
        or Mnemonic.Xbegin or Mnemonic.Xend or Mnemonic.Xtest or Mnemonic.Senduipi or Mnemonic.Clui or Mnemonic.Stui
        or Mnemonic.Testui or Mnemonic.Uiret or Mnemonic.Llwpcb or Mnemonic.Slwpcb or Mnemonic.Lwpins or Mnemonic.Lwpval
        or Mnemonic.Vmfunc or Mnemonic.Sysexit;

    private void NoteFpu(in Instruction instruction)
    {
        if (_unit.UsesFpu)
            return;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register && instruction.GetOpRegister(i) is >= Register.ST0 and <= Register.ST7 or >= Register.MM0 and <= Register.MM7)
                _unit.UsesFpu = true;
        }

        int at = (int)(instruction.IP - _guest), end = at + instruction.Length;
        while (at < end && (_code[at] is 0x66 or 0x67 or 0xF0 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65 || (!_isI386 && _code[at] is >= 0x40 and <= 0x4F)))
            at++;
        if (at < end && (_code[at] is >= 0xD8 and <= 0xDF || instruction.Mnemonic is Mnemonic.Fxrstor or Mnemonic.Fxrstor64 or Mnemonic.Fxsave or Mnemonic.Fxsave64 or Mnemonic.Emms or Mnemonic.Femms))
            _unit.UsesFpu = true;
    }

    private ReadOnlySpan<byte> Raw(in Instruction instruction) => _code.AsSpan((int)(instruction.IP - _guest), instruction.Length);

    /// <summary>Copies an instruction that the host executes with the same effect; code of i386 may have other bytes for it.</summary>
    private void CopyRaw(in Instruction instruction)
    {
        if (!_isI386 || IsSameInHostMode(instruction))
        {
            _emit.Copy(Raw(instruction));
            return;
        }

        Instruction host = instruction;
        ToGeneralForm(ref host);
        Encode(host);
    }

    /// <summary>
    /// Whether the bytes of i386 code without memory operand mean the same in 64-bit mode. The short inc and dec are prefixes there, 82 is
    /// undefined, and VEX and EVEX have bits that do not count in 32-bit mode.
    /// </summary>
    private bool IsSameInHostMode(in Instruction instruction)
    {
        if (instruction.Encoding is not (EncodingKind.Legacy or EncodingKind.D3NOW))
            return false;
        ReadOnlySpan<byte> raw = Raw(instruction);
        int at = 0;
        while (raw[at] is 0x66 or 0x67 or 0xF0 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65)
            at++;
        return raw[at] is not ((>= 0x40 and <= 0x4F) or 0x82);
    }
}
